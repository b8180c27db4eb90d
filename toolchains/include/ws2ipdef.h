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

/* What the options IP_PKTINFO, IPV6_PKTINFO and those with _EX receive and send */
typedef struct in_pktinfo {
    IN_ADDR ipi_addr;
    ULONG ipi_ifindex;
} IN_PKTINFO, *PIN_PKTINFO;
typedef struct in6_pktinfo {
    IN6_ADDR ipi6_addr;
    ULONG ipi6_ifindex;
} IN6_PKTINFO, *PIN6_PKTINFO;
typedef struct in_pktinfo_ex {
    IN_PKTINFO pkt_info;
    SCOPE_ID scope_id;
} IN_PKTINFO_EX, *PIN_PKTINFO_EX;
typedef struct in6_pktinfo_ex {
    IN6_PKTINFO pkt_info;
    SCOPE_ID scope_id;
} IN6_PKTINFO_EX, *PIN6_PKTINFO_EX;

#include <ntbuild/inet_addresses.h>

#endif
