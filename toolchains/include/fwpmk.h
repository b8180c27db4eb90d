/*
 * fwpmk.h - management of the filter engine from a driver: the calls of fwpkclnt.sys.
 *
 * A driver opens a session (FwpmEngineOpen0) and adds providers, sublayers, callouts and filters,
 * most often in a transaction. What Get and Enum give is freed with FwpmFreeMemory0.
 */
#ifndef NTBUILD_FWPMK_H
#define NTBUILD_FWPMK_H

#include <fwpmtypes.h>
#include <fwpvi.h>
#include <ntbuild/wfp/guids.h>

EXTERN_C_START

/* authnService and authIdentity of FwpmEngineOpen0: RPC_C_AUTHN_WINNT and NULL on this machine */
#ifndef RPC_C_AUTHN_WINNT
# define RPC_C_AUTHN_NONE    0
# define RPC_C_AUTHN_WINNT   10
# define RPC_C_AUTHN_DEFAULT 0xffffffff
#endif
#ifndef _AUTH_IDENTITY_DEFINED
# define _AUTH_IDENTITY_DEFINED
typedef struct _SEC_WINNT_AUTH_IDENTITY_W {
    unsigned short *User;
    unsigned long UserLength;
    unsigned short *Domain;
    unsigned long DomainLength;
    unsigned short *Password;
    unsigned long PasswordLength;
    unsigned long Flags;
} SEC_WINNT_AUTH_IDENTITY_W, *PSEC_WINNT_AUTH_IDENTITY_W;
# define SEC_WINNT_AUTH_IDENTITY_ANSI    0x1
# define SEC_WINNT_AUTH_IDENTITY_UNICODE 0x2
#endif

typedef void (NTAPI *FWPM_SERVICE_STATE_CHANGE_CALLBACK0)(
    void *context, FWPM_SERVICE_STATE newState);

/* State of the base filtering engine, which a driver may be older than */
FWPM_SERVICE_STATE NTAPI FwpmBfeStateGet0(void);
NTSTATUS NTAPI FwpmBfeStateSubscribeChanges0(
    void *deviceObject, FWPM_SERVICE_STATE_CHANGE_CALLBACK0 callback, void *context,
    HANDLE *changeHandle);
NTSTATUS NTAPI FwpmBfeStateUnsubscribeChanges0(HANDLE changeHandle);

/* Memory of the calls above */
void NTAPI FwpmFreeMemory0(void **p);

/* The filter engine */
NTSTATUS NTAPI FwpmEngineOpen0(
    const wchar_t *serverName, UINT32 authnService, const SEC_WINNT_AUTH_IDENTITY_W *authIdentity,
    const FWPM_SESSION0 *session, HANDLE *engineHandle);
NTSTATUS NTAPI FwpmEngineClose0(HANDLE engineHandle);
NTSTATUS NTAPI FwpmEngineGetOption0(
    HANDLE engineHandle, FWPM_ENGINE_OPTION option, FWP_VALUE0 **value);
NTSTATUS NTAPI FwpmEngineSetOption0(
    HANDLE engineHandle, FWPM_ENGINE_OPTION option, const FWP_VALUE0 *newValue);
NTSTATUS NTAPI FwpmEngineGetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, PSID *sidOwner, PSID *sidGroup,
    ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmEngineSetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Sessions */
NTSTATUS NTAPI FwpmSessionCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_SESSION_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI FwpmSessionEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested, FWPM_SESSION0 ***entries,
    UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmSessionDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);

/* Transactions */
NTSTATUS NTAPI FwpmTransactionBegin0(HANDLE engineHandle, UINT32 flags);
NTSTATUS NTAPI FwpmTransactionCommit0(HANDLE engineHandle);
NTSTATUS NTAPI FwpmTransactionAbort0(HANDLE engineHandle);

/* Providers */
NTSTATUS NTAPI FwpmProviderAdd0(
    HANDLE engineHandle, const FWPM_PROVIDER0 *provider, PSECURITY_DESCRIPTOR sd);
NTSTATUS NTAPI FwpmProviderDeleteByKey0(HANDLE engineHandle, const GUID *key);
NTSTATUS NTAPI FwpmProviderGetByKey0(
    HANDLE engineHandle, const GUID *key, FWPM_PROVIDER0 **provider);
NTSTATUS NTAPI FwpmProviderCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_PROVIDER_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI FwpmProviderEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested, FWPM_PROVIDER0 ***entries,
    UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmProviderDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI FwpmProviderGetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, PSID *sidOwner,
    PSID *sidGroup, ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmProviderSetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Provider contexts */
NTSTATUS NTAPI FwpmProviderContextAdd0(
    HANDLE engineHandle, const FWPM_PROVIDER_CONTEXT0 *providerContext, PSECURITY_DESCRIPTOR sd,
    UINT64 *id);
NTSTATUS NTAPI FwpmProviderContextAdd1(
    HANDLE engineHandle, const FWPM_PROVIDER_CONTEXT1 *providerContext, PSECURITY_DESCRIPTOR sd,
    UINT64 *id);
NTSTATUS NTAPI FwpmProviderContextAdd2(
    HANDLE engineHandle, const FWPM_PROVIDER_CONTEXT2 *providerContext, PSECURITY_DESCRIPTOR sd,
    UINT64 *id);
NTSTATUS NTAPI FwpmProviderContextAdd3(
    HANDLE engineHandle, const FWPM_PROVIDER_CONTEXT3 *providerContext, PSECURITY_DESCRIPTOR sd,
    UINT64 *id);
NTSTATUS NTAPI FwpmProviderContextDeleteById0(HANDLE engineHandle, UINT64 id);
NTSTATUS NTAPI FwpmProviderContextDeleteByKey0(HANDLE engineHandle, const GUID *key);
NTSTATUS NTAPI FwpmProviderContextGetById0(
    HANDLE engineHandle, UINT64 id, FWPM_PROVIDER_CONTEXT0 **providerContext);
NTSTATUS NTAPI FwpmProviderContextGetById1(
    HANDLE engineHandle, UINT64 id, FWPM_PROVIDER_CONTEXT1 **providerContext);
NTSTATUS NTAPI FwpmProviderContextGetById2(
    HANDLE engineHandle, UINT64 id, FWPM_PROVIDER_CONTEXT2 **providerContext);
NTSTATUS NTAPI FwpmProviderContextGetById3(
    HANDLE engineHandle, UINT64 id, FWPM_PROVIDER_CONTEXT3 **providerContext);
NTSTATUS NTAPI FwpmProviderContextGetByKey0(
    HANDLE engineHandle, const GUID *key, FWPM_PROVIDER_CONTEXT0 **providerContext);
NTSTATUS NTAPI FwpmProviderContextGetByKey1(
    HANDLE engineHandle, const GUID *key, FWPM_PROVIDER_CONTEXT1 **providerContext);
NTSTATUS NTAPI FwpmProviderContextGetByKey2(
    HANDLE engineHandle, const GUID *key, FWPM_PROVIDER_CONTEXT2 **providerContext);
NTSTATUS NTAPI FwpmProviderContextGetByKey3(
    HANDLE engineHandle, const GUID *key, FWPM_PROVIDER_CONTEXT3 **providerContext);
NTSTATUS NTAPI FwpmProviderContextCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_PROVIDER_CONTEXT_ENUM_TEMPLATE0 *enumTemplate,
    HANDLE *enumHandle);
NTSTATUS NTAPI FwpmProviderContextEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_PROVIDER_CONTEXT0 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmProviderContextEnum1(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_PROVIDER_CONTEXT1 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmProviderContextEnum2(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_PROVIDER_CONTEXT2 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmProviderContextEnum3(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_PROVIDER_CONTEXT3 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmProviderContextDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI FwpmProviderContextGetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, PSID *sidOwner,
    PSID *sidGroup, ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmProviderContextSetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Sublayers */
NTSTATUS NTAPI FwpmSubLayerAdd0(
    HANDLE engineHandle, const FWPM_SUBLAYER0 *subLayer, PSECURITY_DESCRIPTOR sd);
NTSTATUS NTAPI FwpmSubLayerDeleteByKey0(HANDLE engineHandle, const GUID *key);
NTSTATUS NTAPI FwpmSubLayerGetByKey0(
    HANDLE engineHandle, const GUID *key, FWPM_SUBLAYER0 **subLayer);
NTSTATUS NTAPI FwpmSubLayerCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_SUBLAYER_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI FwpmSubLayerEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested, FWPM_SUBLAYER0 ***entries,
    UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmSubLayerDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI FwpmSubLayerGetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, PSID *sidOwner,
    PSID *sidGroup, ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmSubLayerSetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Layers */
NTSTATUS NTAPI FwpmLayerGetById0(HANDLE engineHandle, UINT16 id, FWPM_LAYER0 **layer);
NTSTATUS NTAPI FwpmLayerGetByKey0(HANDLE engineHandle, const GUID *key, FWPM_LAYER0 **layer);
NTSTATUS NTAPI FwpmLayerCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_LAYER_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI FwpmLayerEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested, FWPM_LAYER0 ***entries,
    UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmLayerDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI FwpmLayerGetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, PSID *sidOwner,
    PSID *sidGroup, ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmLayerSetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Callouts */
NTSTATUS NTAPI FwpmCalloutAdd0(
    HANDLE engineHandle, const FWPM_CALLOUT0 *callout, PSECURITY_DESCRIPTOR sd, UINT32 *id);
NTSTATUS NTAPI FwpmCalloutDeleteById0(HANDLE engineHandle, UINT32 id);
NTSTATUS NTAPI FwpmCalloutDeleteByKey0(HANDLE engineHandle, const GUID *key);
NTSTATUS NTAPI FwpmCalloutGetById0(HANDLE engineHandle, UINT32 id, FWPM_CALLOUT0 **callout);
NTSTATUS NTAPI FwpmCalloutGetByKey0(HANDLE engineHandle, const GUID *key, FWPM_CALLOUT0 **callout);
NTSTATUS NTAPI FwpmCalloutCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_CALLOUT_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI FwpmCalloutEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested, FWPM_CALLOUT0 ***entries,
    UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmCalloutDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI FwpmCalloutGetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, PSID *sidOwner,
    PSID *sidGroup, ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmCalloutSetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Filters */
NTSTATUS NTAPI FwpmFilterAdd0(
    HANDLE engineHandle, const FWPM_FILTER0 *filter, PSECURITY_DESCRIPTOR sd, UINT64 *id);
NTSTATUS NTAPI FwpmFilterDeleteById0(HANDLE engineHandle, UINT64 id);
NTSTATUS NTAPI FwpmFilterDeleteByKey0(HANDLE engineHandle, const GUID *key);
NTSTATUS NTAPI FwpmFilterGetById0(HANDLE engineHandle, UINT64 id, FWPM_FILTER0 **filter);
NTSTATUS NTAPI FwpmFilterGetByKey0(HANDLE engineHandle, const GUID *key, FWPM_FILTER0 **filter);
NTSTATUS NTAPI FwpmFilterCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_FILTER_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI FwpmFilterEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested, FWPM_FILTER0 ***entries,
    UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmFilterDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI FwpmFilterGetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, PSID *sidOwner,
    PSID *sidGroup, ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmFilterSetSecurityInfoByKey0(
    HANDLE engineHandle, const GUID *key, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Network events */
NTSTATUS NTAPI FwpmNetEventCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_NET_EVENT_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI FwpmNetEventEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_NET_EVENT0 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmNetEventEnum1(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_NET_EVENT1 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmNetEventEnum2(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_NET_EVENT2 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmNetEventEnum3(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_NET_EVENT3 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmNetEventEnum4(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_NET_EVENT4 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmNetEventEnum5(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_NET_EVENT5 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmNetEventDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI FwpmNetEventsGetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, PSID *sidOwner, PSID *sidGroup,
    ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmNetEventsSetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Connections */
NTSTATUS NTAPI FwpmConnectionGetById0(
    HANDLE engineHandle, UINT64 id, FWPM_CONNECTION0 **connection);
NTSTATUS NTAPI FwpmConnectionEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    FWPM_CONNECTION0 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI FwpmConnectionCreateEnumHandle0(
    HANDLE engineHandle, const FWPM_CONNECTION_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI FwpmConnectionDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI FwpmConnectionGetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, PSID *sidOwner, PSID *sidGroup,
    ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmConnectionSetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* IPsec tunnels */
NTSTATUS NTAPI FwpmIPsecTunnelAdd0(
    HANDLE engineHandle, UINT32 flags, const FWPM_PROVIDER_CONTEXT0 *mainModePolicy,
    const FWPM_PROVIDER_CONTEXT0 *tunnelPolicy, UINT32 numFilterConditions,
    const FWPM_FILTER_CONDITION0 *filterConditions, PSECURITY_DESCRIPTOR sd);
NTSTATUS NTAPI FwpmIPsecTunnelAdd1(
    HANDLE engineHandle, UINT32 flags, const FWPM_PROVIDER_CONTEXT1 *mainModePolicy,
    const FWPM_PROVIDER_CONTEXT1 *tunnelPolicy, UINT32 numFilterConditions,
    const FWPM_FILTER_CONDITION0 *filterConditions, const GUID *keyModKey,
    PSECURITY_DESCRIPTOR sd);
NTSTATUS NTAPI FwpmIPsecTunnelAdd2(
    HANDLE engineHandle, UINT32 flags, const FWPM_PROVIDER_CONTEXT2 *mainModePolicy,
    const FWPM_PROVIDER_CONTEXT2 *tunnelPolicy, UINT32 numFilterConditions,
    const FWPM_FILTER_CONDITION0 *filterConditions, const GUID *keyModKey,
    PSECURITY_DESCRIPTOR sd);
NTSTATUS NTAPI FwpmIPsecTunnelAdd3(
    HANDLE engineHandle, UINT32 flags, const FWPM_PROVIDER_CONTEXT3 *mainModePolicy,
    const FWPM_PROVIDER_CONTEXT3 *tunnelPolicy, UINT32 numFilterConditions,
    const FWPM_FILTER_CONDITION0 *filterConditions, const GUID *keyModKey,
    PSECURITY_DESCRIPTOR sd);
NTSTATUS NTAPI FwpmIPsecTunnelDeleteByKey0(HANDLE engineHandle, const GUID *key);

/* Virtual switches */
NTSTATUS NTAPI FwpmvSwitchEventsGetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, PSID *sidOwner, PSID *sidGroup,
    ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI FwpmvSwitchEventsSetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* IPsec */
NTSTATUS NTAPI IPsecGetStatistics0(HANDLE engineHandle, const IPSEC_STATISTICS0 *ipsecStatistics);
NTSTATUS NTAPI IPsecGetStatistics1(HANDLE engineHandle, const IPSEC_STATISTICS1 *ipsecStatistics);
NTSTATUS NTAPI IPsecSaContextCreate0(
    HANDLE engineHandle, const IPSEC_TRAFFIC0 *outboundTraffic, UINT64 *inboundFilterId,
    UINT64 *id);
NTSTATUS NTAPI IPsecSaContextCreate1(
    HANDLE engineHandle, const IPSEC_TRAFFIC1 *outboundTraffic,
    const IPSEC_VIRTUAL_IF_TUNNEL_INFO0 *virtualIfTunnelInfo, UINT64 *inboundFilterId, UINT64 *id);
NTSTATUS NTAPI IPsecSaContextDeleteById0(HANDLE engineHandle, UINT64 id);
NTSTATUS NTAPI IPsecSaContextGetById0(
    HANDLE engineHandle, UINT64 id, IPSEC_SA_CONTEXT0 **saContext);
NTSTATUS NTAPI IPsecSaContextGetById1(
    HANDLE engineHandle, UINT64 id, IPSEC_SA_CONTEXT1 **saContext);
NTSTATUS NTAPI IPsecSaContextGetSpi0(
    HANDLE engineHandle, UINT64 id, const IPSEC_GETSPI0 *getSpi, IPSEC_SA_SPI *inboundSpi);
NTSTATUS NTAPI IPsecSaContextGetSpi1(
    HANDLE engineHandle, UINT64 id, const IPSEC_GETSPI1 *getSpi, IPSEC_SA_SPI *inboundSpi);
NTSTATUS NTAPI IPsecSaContextSetSpi0(
    HANDLE engineHandle, UINT64 id, const IPSEC_GETSPI1 *getSpi, IPSEC_SA_SPI inboundSpi);
NTSTATUS NTAPI IPsecSaContextAddInbound0(
    HANDLE engineHandle, UINT64 id, const IPSEC_SA_BUNDLE0 *inboundBundle);
NTSTATUS NTAPI IPsecSaContextAddOutbound0(
    HANDLE engineHandle, UINT64 id, const IPSEC_SA_BUNDLE0 *outboundBundle);
NTSTATUS NTAPI IPsecSaContextAddInbound1(
    HANDLE engineHandle, UINT64 id, const IPSEC_SA_BUNDLE1 *inboundBundle);
NTSTATUS NTAPI IPsecSaContextAddOutbound1(
    HANDLE engineHandle, UINT64 id, const IPSEC_SA_BUNDLE1 *outboundBundle);
NTSTATUS NTAPI IPsecSaContextExpire0(HANDLE engineHandle, UINT64 id);
NTSTATUS NTAPI IPsecSaContextUpdate0(
    HANDLE engineHandle, UINT64 flags, const IPSEC_SA_CONTEXT1 *newValues);
NTSTATUS NTAPI IPsecSaContextCreateEnumHandle0(
    HANDLE engineHandle, const IPSEC_SA_CONTEXT_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI IPsecSaContextEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    IPSEC_SA_CONTEXT0 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI IPsecSaContextEnum1(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    IPSEC_SA_CONTEXT1 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI IPsecSaContextDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI IPsecSaCreateEnumHandle0(
    HANDLE engineHandle, const IPSEC_SA_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI IPsecSaEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    IPSEC_SA_DETAILS0 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI IPsecSaEnum1(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    IPSEC_SA_DETAILS1 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI IPsecSaDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI IPsecSaDbGetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, PSID *sidOwner, PSID *sidGroup,
    ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI IPsecSaDbSetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);
NTSTATUS NTAPI IPsecDospGetStatistics0(
    HANDLE engineHandle, const IPSEC_DOSP_STATISTICS0 *idpStatistics);
NTSTATUS NTAPI IPsecDospStateCreateEnumHandle0(
    HANDLE engineHandle, const IPSEC_DOSP_STATE_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI IPsecDospStateEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    IPSEC_DOSP_STATE0 ***entries, UINT32 *numEntries);
NTSTATUS NTAPI IPsecDospStateDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI IPsecDospGetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, PSID *sidOwner, PSID *sidGroup,
    ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI IPsecDospSetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

/* Key exchange */
NTSTATUS NTAPI IkeextGetStatistics0(
    HANDLE engineHandle, const IKEEXT_STATISTICS0 *ikeextStatistics);
NTSTATUS NTAPI IkeextGetStatistics1(
    HANDLE engineHandle, const IKEEXT_STATISTICS1 *ikeextStatistics);
NTSTATUS NTAPI IkeextSaDeleteById0(HANDLE engineHandle, UINT64 id);
NTSTATUS NTAPI IkeextSaGetById0(HANDLE engineHandle, UINT64 id, IKEEXT_SA_DETAILS0 **sa);
NTSTATUS NTAPI IkeextSaGetById1(
    HANDLE engineHandle, UINT64 id, const GUID *saLookupContext, IKEEXT_SA_DETAILS1 **sa);
NTSTATUS NTAPI IkeextSaGetById2(
    HANDLE engineHandle, UINT64 id, const GUID *saLookupContext, IKEEXT_SA_DETAILS2 **sa);
NTSTATUS NTAPI IkeextSaCreateEnumHandle0(
    HANDLE engineHandle, const IKEEXT_SA_ENUM_TEMPLATE0 *enumTemplate, HANDLE *enumHandle);
NTSTATUS NTAPI IkeextSaEnum0(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    IKEEXT_SA_DETAILS0 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI IkeextSaEnum1(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    IKEEXT_SA_DETAILS1 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI IkeextSaEnum2(
    HANDLE engineHandle, HANDLE enumHandle, UINT32 numEntriesRequested,
    IKEEXT_SA_DETAILS2 ***entries, UINT32 *numEntriesReturned);
NTSTATUS NTAPI IkeextSaDestroyEnumHandle0(HANDLE engineHandle, HANDLE enumHandle);
NTSTATUS NTAPI IkeextSaDbGetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, PSID *sidOwner, PSID *sidGroup,
    ACL **dacl, ACL **sacl, PSECURITY_DESCRIPTOR *securityDescriptor);
NTSTATUS NTAPI IkeextSaDbSetSecurityInfo0(
    HANDLE engineHandle, SECURITY_INFORMATION securityInfo, const SID *sidOwner,
    const SID *sidGroup, const ACL *dacl, const ACL *sacl);

EXTERN_C_END

#endif
