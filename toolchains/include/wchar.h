/* wchar.h - mingw-w64's, with the swprintf that kernels export. No include guard on purpose. */
#undef swprintf
#define swprintf NtbuildIsoSwprintf
#include_next <wchar.h>
#undef swprintf
#include <ntbuild/swprintf.h>
#define swprintf NtbuildSwprintf
