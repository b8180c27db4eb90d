/*
 * guids.c - the GUIDs of wdmguid.h as variables, for drivers that only declare them.
 *
 * Each is a section of its own, selectany: what a driver does not refer to is not linked.
 */
#include <initguid.h>
#include <ntddk.h>
#include <wdmguid.h>
