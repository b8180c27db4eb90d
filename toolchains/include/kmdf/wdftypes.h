/* wdftypes.h - KMDF. Made from toolchains/kmdf/wdftypes.txt. */
#ifndef _WDFTYPES_H_
#define _WDFTYPES_H_

WDF_EXTERN_C_START

/* Some class extension headers put it before their declarations. */
#define WDFAPI

#ifndef __WDF_BYTE_DEFINED__
# define __WDF_BYTE_DEFINED__
typedef UCHAR BYTE;
#endif

#ifndef WDF_WPP_KMDF_DRIVER
# define WDF_WPP_KMDF_DRIVER
#endif

#if defined(__cplusplus) && !defined(WDF_NO_NULLPTR)
# define WDF_NULL_POINTER nullptr
#else
# define WDF_NULL_POINTER NULL
#endif

#define WDF_NO_OBJECT_ATTRIBUTES WDF_NULL_POINTER
#define WDF_NO_EVENT_CALLBACK WDF_NULL_POINTER
#define WDF_NO_HANDLE WDF_NULL_POINTER
#define WDF_NO_CONTEXT WDF_NULL_POINTER
#define WDF_NO_SEND_OPTIONS WDF_NULL_POINTER

typedef enum _WDF_TRI_STATE {
    WdfFalse = 0,
    WdfTrue = 1,
    WdfUseDefault = 2,
} WDF_TRI_STATE, *PWDF_TRI_STATE;

typedef PVOID WDFCONTEXT;
#if KMDF_VERSION_MINOR >= 25
typedef size_t *WDF_STRUCT_INFO;
#endif
typedef struct WDFDEVICE_INIT *PWDFDEVICE_INIT;
typedef struct WDFCXDEVICE_INIT *PWDFCXDEVICE_INIT;
typedef struct _WDF_OBJECT_ATTRIBUTES *PWDF_OBJECT_ATTRIBUTES;
typedef const struct _WDF_OBJECT_CONTEXT_TYPE_INFO *PCWDF_OBJECT_CONTEXT_TYPE_INFO;

/* Any handle is one of these; the others are types of their own. */
typedef HANDLE WDFOBJECT, *PWDFOBJECT;

typedef struct WDFDRIVER__ *WDFDRIVER;

typedef struct WDFDEVICE__ *WDFDEVICE;

typedef struct WDFWMIPROVIDER__ *WDFWMIPROVIDER;

typedef struct WDFWMIINSTANCE__ *WDFWMIINSTANCE;

typedef struct WDFQUEUE__ *WDFQUEUE;

typedef struct WDFREQUEST__ *WDFREQUEST;

typedef struct WDFFILEOBJECT__ *WDFFILEOBJECT;

typedef struct WDFDPC__ *WDFDPC;

typedef struct WDFTIMER__ *WDFTIMER;

typedef struct WDFWORKITEM__ *WDFWORKITEM;

typedef struct WDFINTERRUPT__ *WDFINTERRUPT;

typedef struct WDFWAITLOCK__ *WDFWAITLOCK;

typedef struct WDFSPINLOCK__ *WDFSPINLOCK;

typedef struct WDFMEMORY__ *WDFMEMORY;

typedef struct WDFLOOKASIDE__ *WDFLOOKASIDE;

typedef struct WDFIOTARGET__ *WDFIOTARGET;

typedef struct WDFUSBDEVICE__ *WDFUSBDEVICE;

typedef struct WDFUSBINTERFACE__ *WDFUSBINTERFACE;

typedef struct WDFUSBPIPE__ *WDFUSBPIPE;

typedef struct WDFDMAENABLER__ *WDFDMAENABLER;

typedef struct WDFDMATRANSACTION__ *WDFDMATRANSACTION;

typedef struct WDFCOMMONBUFFER__ *WDFCOMMONBUFFER;

typedef struct WDFKEY__ *WDFKEY;

typedef struct WDFSTRING__ *WDFSTRING;

typedef struct WDFCOLLECTION__ *WDFCOLLECTION;

typedef struct WDFCHILDLIST__ *WDFCHILDLIST;

typedef struct WDFIORESREQLIST__ *WDFIORESREQLIST;

typedef struct WDFIORESLIST__ *WDFIORESLIST;

typedef struct WDFCMRESLIST__ *WDFCMRESLIST;

#if KMDF_VERSION_MINOR >= 23
typedef struct WDFCOMPANIONTARGET__ *WDFCOMPANIONTARGET;
#endif

WDF_EXTERN_C_END

#endif
