/* wmilib.h - the kit's, which also names the library: the projects of the WDK link it by default. */
#include_next <wmilib.h>
#pragma comment(lib, "wmilib.lib")
