/* ntstatus.h - mingw-w64's, with the values that it does not have yet. */
#include_next <ntstatus.h>
#include <ntbuild/status_codes.h>
#include <ntbuild/status_codes_new.h>

/* Wrong in mingw-w64. */
#undef STATUS_GRAPHICS_DRIVER_MISMATCH
#undef STATUS_PKU2U_CERT_FAILURE
#define STATUS_GRAPHICS_DRIVER_MISMATCH ((NTSTATUS)0xC01E0009L)
#define STATUS_PKU2U_CERT_FAILURE       ((NTSTATUS)0xC000042FL)
