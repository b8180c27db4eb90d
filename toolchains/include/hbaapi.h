/*
 * hbaapi.h - status codes, types and states of ports of the HBA API (INCITS 386), for drivers.
 *
 * The functions and structures of programs are not declared: they belong to hbaapi.dll.
 */
#ifndef NTBUILD_HBAAPI_H
#define NTBUILD_HBAAPI_H

typedef ULONG HBA_STATUS;
typedef ULONG HBA_PORTTYPE;

/* What methods answer */
#define HBA_STATUS_OK                    0
#define HBA_STATUS_ERROR                 1
#define HBA_STATUS_ERROR_NOT_SUPPORTED   2
#define HBA_STATUS_ERROR_INVALID_HANDLE  3
#define HBA_STATUS_ERROR_ARG             4
#define HBA_STATUS_ERROR_ILLEGAL_WWN     5
#define HBA_STATUS_ERROR_ILLEGAL_INDEX   6
#define HBA_STATUS_ERROR_MORE_DATA       7
#define HBA_STATUS_ERROR_STALE_DATA      8
#define HBA_STATUS_SCSI_CHECK_CONDITION  9
#define HBA_STATUS_ERROR_BUSY            10
#define HBA_STATUS_ERROR_TRY_AGAIN       11
#define HBA_STATUS_ERROR_UNAVAILABLE     12

/* Types of ports */
#define HBA_PORTTYPE_UNKNOWN      1
#define HBA_PORTTYPE_OTHER        2
#define HBA_PORTTYPE_NOTPRESENT   3
#define HBA_PORTTYPE_NPORT        5
#define HBA_PORTTYPE_NLPORT       6
#define HBA_PORTTYPE_FLPORT       7
#define HBA_PORTTYPE_FPORT        8
#define HBA_PORTTYPE_EPORT        9
#define HBA_PORTTYPE_GPORT        10
#define HBA_PORTTYPE_LPORT        20
#define HBA_PORTTYPE_PTP          21
#define HBA_PORTTYPE_SASDEVICE    30
#define HBA_PORTTYPE_SATADEVICE   31
#define HBA_PORTTYPE_SASEXPANDER  32

/* States of ports */
#define HBA_PORTSTATE_UNKNOWN      1
#define HBA_PORTSTATE_ONLINE       2
#define HBA_PORTSTATE_OFFLINE      3
#define HBA_PORTSTATE_BYPASSED     4
#define HBA_PORTSTATE_DIAGNOSTICS  5
#define HBA_PORTSTATE_LINKDOWN     6
#define HBA_PORTSTATE_ERROR        7
#define HBA_PORTSTATE_LOOPBACK     8

#endif
