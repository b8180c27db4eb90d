/* mountdev.h - mingw-w64's; links were told with any access once, and are with both since Windows 2000. */
#include_next <mountdev.h>
#undef IOCTL_MOUNTDEV_LINK_CREATED
#undef IOCTL_MOUNTDEV_LINK_DELETED
#define IOCTL_MOUNTDEV_LINK_CREATED                                                               \
    CTL_CODE(MOUNTDEVCONTROLTYPE, 4, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
#define IOCTL_MOUNTDEV_LINK_DELETED                                                               \
    CTL_CODE(MOUNTDEVCONTROLTYPE, 5, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
