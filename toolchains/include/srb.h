/*
 * srb.h - the DDK's srb.h, with the request block of Windows 8 and later: class and scsiport drivers.
 *
 * A storport miniport includes storport.h, which takes this file's place.
 */
#ifndef NTBUILD_SRB_H
#define NTBUILD_SRB_H

#include_next <srb.h>

#ifdef __cplusplus
extern "C" {
#endif

#include <ntbuild/storage/srb_codes.h>
#include <ntbuild/storage/request_block.h>

#ifdef __cplusplus
}
#endif

#endif
