/*
 * storport.h - what a storport miniport needs, from the documentation of the WDK's storport.h.
 *
 * As the WDK's it brings the SCSI and SRB declarations itself; of mingw-w64 only scsi.h is used.
 * mingw-w64's storport.h stands on the older srb.h, whose adapter structures are too short.
 */
#ifndef NTBUILD_STORPORT_H
#define NTBUILD_STORPORT_H

#define _NTSTORPORT_

#include <ntbuild/storage/kernel.h>
#include <ntbuild/storage/storport_srb.h>
#include <scsi.h>

#ifdef __cplusplus
extern "C" {
#endif

#include <ntbuild/storage/storport_adapter.h>
#include <ntbuild/storage/storport_power.h>
#include <ntbuild/storage/storport_types.h>
#include <ntbuild/storage/storport_features.h>
#include <ntbuild/storage/storport_calls.h>
#include <ntbuild/storage/storport_extended.h>

#ifdef __cplusplus
}
#endif

#endif
