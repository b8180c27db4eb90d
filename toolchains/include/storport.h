/*
 * storport.h - the DDK's storport.h after its srb.h.
 *
 * Both files of the DDK define the SCSI_WMI_REQUEST_BLOCK, so together they do not compile. Here
 * srb.h's stays, and storport.h's gets unused names.
 */
#ifndef NTBUILD_STORPORT_H
#define NTBUILD_STORPORT_H

#include <ntddk.h>
#include <srb.h>

#define _SCSI_WMI_REQUEST_BLOCK  _NTBUILD_STORPORT_WMI_REQUEST_BLOCK
#define SCSI_WMI_REQUEST_BLOCK   NTBUILD_STORPORT_WMI_REQUEST_BLOCK
#define PSCSI_WMI_REQUEST_BLOCK  PNTBUILD_STORPORT_WMI_REQUEST_BLOCK
#include <ntbuild/push.h>
#include_next <storport.h>
#include <ntbuild/pop.h>
#undef _SCSI_WMI_REQUEST_BLOCK
#undef SCSI_WMI_REQUEST_BLOCK
#undef PSCSI_WMI_REQUEST_BLOCK

#endif
