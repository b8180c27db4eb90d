/* basetyps.h - mingw-w64's. Its calling conventions are spelt with WINAPI, which kernel code does not
   have: kbdmou.h and drmk.h use them all the same. */

#include_next <basetyps.h>

#if !defined(NTBUILD_BASETYPS) && !defined(WINAPI)
#define NTBUILD_BASETYPS
#undef STDAPICALLTYPE
#undef STDMETHODCALLTYPE
#define STDAPICALLTYPE __stdcall
#define STDMETHODCALLTYPE __stdcall
#endif
