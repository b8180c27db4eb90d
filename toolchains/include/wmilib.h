/*
 * wmilib.h - mingw-w64's, which also names the library: the projects of the WDK link it by default.
 */
#include_next <wmilib.h>
#if defined(_MSC_VER)
# pragma comment(lib, "wmilib.lib")
#endif
