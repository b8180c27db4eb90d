/*
 * netioapi.h - interfaces, addresses and routes: mingw-w64's, without the user-mode header that it
 * takes structures of other calls from.
 */
#ifndef NTBUILD_NETIOAPI_H
#define NTBUILD_NETIOAPI_H

#include <ntddk.h>
#include <ws2def.h>
#include <ws2ipdef.h>

#ifndef __ROUTING_IPRTRMIB_H__
# define __ROUTING_IPRTRMIB_H__
# include_next <netioapi.h>
# undef __ROUTING_IPRTRMIB_H__
#else
# include_next <netioapi.h>
#endif

#endif
