/* wchar.h - mingw-w64's, with the swprintf and vswprintf of kernels. No include guard on purpose. */
#undef swprintf
#undef vswprintf
#define swprintf NtbuildIsoSwprintf
#define vswprintf NtbuildIsoVswprintf
#include_next <wchar.h>
#undef swprintf
#undef vswprintf
#include <ntbuild/swprintf.h>
#define swprintf NtbuildSwprintf
#define vswprintf NtbuildVswprintf
