/*
 * wnodes.h - what the sources of this library share: the buffers of WMI requests.
 *
 * A request's buffer is a WNODE whose kind follows from the minor function (documented with
 * IRP_MN_QUERY_ALL_DATA and its kin). Sizes and offsets come from outside and are checked.
 */
#ifndef NTBUILD_SCSIWMI_WNODES_H
#define NTBUILD_SCSIWMI_WNODES_H

#include <ntddk.h>
#include <srb.h>
#include <wmistr.h>
#include <scsiwmi.h>

/* Where data begin: data blocks are aligned to 8 bytes. */
#define ALIGN8(Size) (((Size) + 7u) & ~7u)

/* InstanceIndex and InstanceCount of blocks whose instances have names. */
#define BY_NAME 0xffffffffu

#endif
