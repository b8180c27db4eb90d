/* tdikrnl.h - mingw-w64's, where the data of a TDI_PNP_CONTEXT is aligned for 32-bit pointers only. */
#define ContextData NtbuildNoData[0]; DECLSPEC_ALIGN(sizeof(PVOID) == 8 ? 8 : 1) UCHAR ContextData
#include_next <tdikrnl.h>
#undef ContextData
