/* ntbuild/ndis/poll.h - polling in place of interrupts, from NDIS 6.85 on. */
#ifndef NTBUILD_NDIS_POLL_H
#define NTBUILD_NDIS_POLL_H

#if NDIS_SUPPORT_NDIS685

typedef struct NDIS_POLL_HANDLE__ *NDIS_POLL_HANDLE;

typedef struct _NDIS_POLL_TRANSMIT_DATA {
    ULONG MaxNblsToComplete;
    ULONG Reserved1[3];
    NET_BUFFER_LIST *CompletedNblChain;
    ULONG NumberOfCompletedNbls;
    ULONG NumberOfRemainingNbls;
    ULONG SendCompleteFlags;
    ULONG Reserved2;
    void *Reserved3[4];
} NDIS_POLL_TRANSMIT_DATA;

typedef struct _NDIS_POLL_RECEIVE_DATA {
    ULONG MaxNblsToIndicate;
    ULONG Reserved1[3];
    NET_BUFFER_LIST *IndicatedNblChain;
    ULONG NumberOfIndicatedNbls;
    ULONG NumberOfRemainingNbls;
    ULONG Flags;
    ULONG Reserved2;
    void *Reserved3[4];
} NDIS_POLL_RECEIVE_DATA;

# define NDIS_POLL_DATA_REVISION_1 1
typedef struct _NDIS_POLL_DATA {
    NDIS_OBJECT_HEADER Header;
    NDIS_POLL_TRANSMIT_DATA Transmit;
    NDIS_POLL_RECEIVE_DATA Receive;
} NDIS_POLL_DATA;

# define NDIS_POLL_NOTIFICATION_REVISION_1 1
typedef struct _NDIS_POLL_NOTIFICATION {
    NDIS_OBJECT_HEADER Header;
    BOOLEAN Enabled;
} NDIS_POLL_NOTIFICATION;

typedef void (NTAPI NDIS_POLL)(void *Context, NDIS_POLL_DATA *PollData);
typedef void (NTAPI NDIS_SET_POLL_NOTIFICATION)(
    void *Context, NDIS_POLL_NOTIFICATION *Notification);

# define NDIS_POLL_CHARACTERISTICS_REVISION_1 1
typedef struct _NDIS_POLL_CHARACTERISTICS {
    NDIS_OBJECT_HEADER Header;
    NDIS_SET_POLL_NOTIFICATION *SetPollNotificationHandler;
    NDIS_POLL *PollHandler;
} NDIS_POLL_CHARACTERISTICS;
# define NDIS_SIZEOF_NDIS_POLL_CHARACTERISTICS_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD(NDIS_POLL_CHARACTERISTICS, PollHandler)

NDIS_STATUS NTAPI NdisRegisterPoll(
    NDIS_HANDLE NdisHandle, void *Context, NDIS_POLL_CHARACTERISTICS const *Characteristics,
    NDIS_POLL_HANDLE *PollHandle);
void NTAPI NdisDeregisterPoll(NDIS_POLL_HANDLE PollHandle);
void NTAPI NdisRequestPoll(NDIS_POLL_HANDLE PollHandle, void *Reserved);
void NTAPI NdisSetPollAffinity(
    NDIS_POLL_HANDLE PollHandle, PROCESSOR_NUMBER const *PollAffinity);

#endif

#endif
