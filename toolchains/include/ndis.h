/*
 * ndis.h - NDIS 6: miniports, filters and protocols, 6.0 to 6.87.
 *
 * Of our own; names, layouts and values are those of Windows' interface, which Microsoft's
 * documentation describes. mingw-w64's ends with NDIS 5.1. The parts in
 * ntbuild/ndis/ say what each is for.
 */
#ifndef NTBUILD_NDIS_H
#define NTBUILD_NDIS_H

#define _NDIS_

#include <ntddk.h>
#include <netpnp.h>
#include <netevent.h>
#include <ntbuild/ndis/version.h>
#include <ntbuild/ndis/base.h>
#include <ntddndis.h>

EXTERN_C_START

#include <ntbuild/ndis/status.h>
#include <ntbuild/ndis/oid.h>
#include <ntbuild/ndis/nbl.h>
#include <ntbuild/ndis/nbl_access.h>
#include <ntbuild/ndis/nbl_info.h>
#include <ntbuild/ndis/nbl_pools.h>
#include <ntbuild/ndis/services.h>
#include <ntbuild/ndis/ethernet.h>
#include <ntbuild/ndis/configuration.h>
#include <ntbuild/ndis/pnp.h>
#include <ntbuild/ndis/device.h>
#include <ntbuild/ndis/filter.h>
#include <ntbuild/ndis/protocol.h>
#include <ntbuild/ndis/miniport.h>
#include <ntbuild/ndis/attributes.h>
#include <ntbuild/ndis/hardware.h>
#include <ntbuild/ndis/poll.h>
#include <ntbuild/ndis/vswitch.h>

EXTERN_C_END

#endif
