/*
 * ioctl.h - what the ioctl driver and programs that use it agree on.
 *
 * Needs CTL_CODE first: from ntddk.h in a driver, from winioctl.h in a program.
 */
#ifndef IOCTL_H
#define IOCTL_H

/* The device's name in each world; a program opens the link through \\.\ . */
#define IOCTL_DEVICE_NAME  L"\\Device\\NtbuildIoctl"
#define IOCTL_LINK_NAME    L"\\DosDevices\\NtbuildIoctl"
#define IOCTL_USER_NAME    L"\\\\.\\NtbuildIoctl"

/* Types and functions from 0x8000 and 0x800 on are free for drivers outside Windows. */
#define IOCTL_DEVICE_TYPE  0x8000

/* In: two ULONG. Out: their sum, a ULONG. */
#define IOCTL_ADD \
    CTL_CODE(IOCTL_DEVICE_TYPE, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

/* In: nothing. Out: how many control codes were answered so far, a ULONG. */
#define IOCTL_COUNT \
    CTL_CODE(IOCTL_DEVICE_TYPE, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

/* In: text, at most IOCTL_TEXT_LIMIT bytes. Out: the same bytes in reverse order. */
#define IOCTL_REVERSE \
    CTL_CODE(IOCTL_DEVICE_TYPE, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)

#define IOCTL_TEXT_LIMIT   64

#endif
