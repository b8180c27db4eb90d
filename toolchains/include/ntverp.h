/*
 * ntverp.h - the version that resource scripts take where they name none of their own: Windows 11
 * 22H2's, as the WDK of that name does. Company and product are left empty: they are the driver's.
 */
#ifndef NTBUILD_NTVERP_H
#define NTBUILD_NTVERP_H

#include <verrsrc.h>

#ifndef VER_PRODUCTMAJORVERSION
# define VER_PRODUCTMAJORVERSION 10
#endif
#ifndef VER_PRODUCTMINORVERSION
# define VER_PRODUCTMINORVERSION 0
#endif
#ifndef VER_PRODUCTBUILD
# define VER_PRODUCTBUILD 22621
#endif
#ifndef VER_PRODUCTBUILD_QFE
# define VER_PRODUCTBUILD_QFE 1
#endif
#define VER_PRODUCTVERSION_W  (0x0A00)
#define VER_PRODUCTVERSION_DW (0x0A000000 | VER_PRODUCTBUILD)
#define VER_PRODUCTBETA_STR   ""

/* One string, whatever the version is made of: the script's own numbers count, too. */
#define NTBUILD_VERSION_STRING_(Version) #Version
#define NTBUILD_VERSION_STRING(Version)  NTBUILD_VERSION_STRING_(Version)
#ifndef VER_PRODUCTVERSION
# define VER_PRODUCTVERSION                                                                       \
    VER_PRODUCTMAJORVERSION,VER_PRODUCTMINORVERSION,VER_PRODUCTBUILD,VER_PRODUCTBUILD_QFE
#endif
#ifndef VER_PRODUCTVERSION_STRING
# define VER_PRODUCTVERSION_STRING \
    NTBUILD_VERSION_STRING(VER_PRODUCTMAJORVERSION.VER_PRODUCTMINORVERSION)
#endif
#ifndef VER_PRODUCTVERSION_STR
# define VER_PRODUCTVERSION_STR \
    NTBUILD_VERSION_STRING(VER_PRODUCTMAJORVERSION.VER_PRODUCTMINORVERSION.VER_PRODUCTBUILD.VER_PRODUCTBUILD_QFE)
#endif
#define VER_DDK_PRODUCTVERSION     VER_PRODUCTVERSION
#define VER_DDK_PRODUCTVERSION_STR VER_PRODUCTVERSION_STR

#ifndef VER_DEBUG
# if defined(DBG) && DBG
#  define VER_DEBUG VS_FF_DEBUG
# else
#  define VER_DEBUG 0
# endif
#endif
#ifndef VER_PRERELEASE
# define VER_PRERELEASE 0
#endif
#ifndef VER_PRIVATE
# define VER_PRIVATE 0
#endif

#ifndef VER_FILEFLAGSMASK
# define VER_FILEFLAGSMASK VS_FFI_FILEFLAGSMASK
#endif
#ifndef VER_FILEFLAGS
# define VER_FILEFLAGS (VER_PRERELEASE | VER_DEBUG | VER_PRIVATE)
#endif
#ifndef VER_FILEOS
# define VER_FILEOS VOS_NT_WINDOWS32
#endif
#ifndef VER_COMPANYNAME_STR
# define VER_COMPANYNAME_STR ""
#endif
#ifndef VER_PRODUCTNAME_STR
# define VER_PRODUCTNAME_STR ""
#endif
#ifndef VER_LEGALTRADEMARKS_STR
# define VER_LEGALTRADEMARKS_STR ""
#endif

#endif
