/*
 * ntddser.h - mingw-w64's, whose GUIDs a second include after <initguid.h> would not define.
 */
#if !defined(_NTDDSER_)
# include_next <ntddser.h>
# if defined(INITGUID)
#  define NTBUILD_NTDDSER_GUIDS
# endif
#elif defined(INITGUID) && !defined(NTBUILD_NTDDSER_GUIDS)
# define NTBUILD_NTDDSER_GUIDS
DEFINE_GUID(
    GUID_DEVINTERFACE_COMPORT,
    0x86e0d1e0, 0x8089, 0x11d0, 0x9c, 0xe4, 0x08, 0x00, 0x3e, 0x30, 0x1f, 0x73);
DEFINE_GUID(
    GUID_DEVINTERFACE_SERENUM_BUS_ENUMERATOR,
    0x4d36e978, 0xe325, 0x11ce, 0xbf, 0xc1, 0x08, 0x00, 0x2b, 0xe1, 0x03, 0x18);
#endif
