/*
 * guids.c - the identifiers of ks.h and ksmedia.h as variables, for drivers that only declare them.
 *
 * Each is a section of its own, selectany: what a driver does not refer to is not linked.
 */
#include <ntddk.h>
#include <windef.h>
#include <ksguid.h>
#include <ks.h>
#include <ksmedia.h>
