/* ws2ipdef.h - mingw-w64's after ws2def.h, without which it has no addresses. */
#ifndef NTBUILD_WS2IPDEF_H
#define NTBUILD_WS2IPDEF_H

#include <ws2def.h>
#include_next <ws2ipdef.h>

typedef SOCKADDR_IN6 SOCKADDR_IN6_LH, *PSOCKADDR_IN6_LH;

#ifndef IN6ADDR_ANY_INIT
# define IN6ADDR_ANY_INIT      {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}}
# define IN6ADDR_LOOPBACK_INIT {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}}
#endif

/* Room for an address as text, with a port and a scope */
#ifndef INET_ADDRSTRLEN
# define INET_ADDRSTRLEN  22
# define INET6_ADDRSTRLEN 65
#endif

#include <ntbuild/inet_addresses.h>

#endif
