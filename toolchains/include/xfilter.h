/* xfilter.h - addresses of Ethernet, which ndis.h brings. */
#ifndef NTBUILD_XFILTER_H
#define NTBUILD_XFILTER_H

#include <ndis.h>

#endif
