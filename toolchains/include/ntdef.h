/*
 * ntdef.h - mingw-w64's, with what Windows 8 and later added to it.
 *
 * mingw-w64's also has a part of ntifs.h (options of NtCreateFile, REPARSE_DATA_BUFFER), for sources that
 * never include that; after it, ntifs.h would declare them again. NT_INCLUDED leaves the part out.
 */
#ifndef NT_INCLUDED
# define NTBUILD_WITHOUT_NTIFS
# define NT_INCLUDED
#endif
#include_next <ntdef.h>
#ifdef NTBUILD_WITHOUT_NTIFS
# undef NTBUILD_WITHOUT_NTIFS
# undef NT_INCLUDED
#endif
#include <ntbuild/basics.h>
