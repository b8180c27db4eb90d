/*
 * guids.c - GUIDs of device classes, device interfaces, events and power settings as variables.
 *
 * Each is a section of its own, selectany: what a driver does not refer to is not linked.
 */
#include <initguid.h>
#include <ntddk.h>
#include <wdmguid.h>
#include <devguid.h>
#include <diskguid.h>
#include <usbiodef.h>
#include <ntddstor.h>
#include <ntddvol.h>
#include <mountmgr.h>
#include <ntddkbd.h>
#include <ntddmou.h>
#include <ntddser.h>
#include <hidusage.h>
#include <hidpi.h>
#include <hidclass.h>
