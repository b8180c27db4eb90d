/* wdfassert.h - KMDF. Made from toolchains/kmdf/wdfassert.txt. */
#ifndef _WDFASSERT_H_
#define _WDFASSERT_H_

WDF_EXTERN_C_START

NTSYSAPI VOID NTAPI RtlAssert(
    PVOID FailedAssertion, PVOID FileName, ULONG LineNumber, PSTR Message);

/* Checked while the framework's verifier is on for the driver, in debug and release. */
#define WDFVERIFY(exp) \
    { \
        if ((WdfDriverGlobals->DriverFlags & WdfVerifyOn) && !(exp)) \
            RtlAssert((PVOID)#exp, (PVOID)__FILE__, __LINE__, NULL); \
    }
#define VERIFY_IS_IRQL_PASSIVE_LEVEL() WDFVERIFY(KeGetCurrentIrql() == PASSIVE_LEVEL)
#define IS_AT_PASSIVE() VERIFY_IS_IRQL_PASSIVE_LEVEL()

/* A statement that compiles only while c is true: two labels may not have one value. */
#define WDFCASSERT(c) \
    { \
        switch (0) { \
        case (c): \
        case 0:; \
        } \
    }

WDF_EXTERN_C_END

#endif
