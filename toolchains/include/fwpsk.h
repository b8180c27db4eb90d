/*
 * fwpsk.h - callout drivers of the Windows Filtering Platform: the calls of fwpkclnt.sys.
 *
 * A callout is registered with three functions (classify, notify, flow delete) and is called for
 * each classification of a layer that has a filter with it. ntbuild/wfp/ says the rest: which
 * layers and fields there are, what packets a driver may hold, change and inject.
 */
#ifndef NTBUILD_FWPSK_H
#define NTBUILD_FWPSK_H

#include <ndis.h>
#include <ws2def.h>
#include <ws2ipdef.h>
#include <netioapi.h>
#include <fwpstypes.h>
#include <fwpvi.h>

EXTERN_C_START

#include <ntbuild/wfp/discards.h>
#include <ntbuild/wfp/callouts.h>
#include <ntbuild/wfp/packets.h>
#include <ntbuild/wfp/vswitch.h>

EXTERN_C_END

#endif
