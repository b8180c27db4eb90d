/*
 * netiodef.h - headers of packets: Ethernet, ARP, IPv4, IPv6, UDP, TCP and ICMP.
 *
 * Numbers are in network byte order. Extension headers of IPv6, and messages of neighbour and
 * multicast listener discovery, are not declared.
 */
#ifndef NTBUILD_NETIODEF_H
#define NTBUILD_NETIODEF_H

#include <ntddk.h>
#include <ws2def.h>
#include <ws2ipdef.h>
#include <netioddk.h>

/* Modules of the network stack as clients and providers of its interfaces; in netio.lib */
EXTERN_C_START
extern const NPI_MODULEID NPI_MS_IPV4_MODULEID;
extern const NPI_MODULEID NPI_MS_IPV6_MODULEID;
EXTERN_C_END

/* Ethernet */
#ifndef DL_EUI48_DEFINED_BY_NTBUILD
# define DL_EUI48_DEFINED_BY_NTBUILD
typedef union _DL_OUI {
    UCHAR Byte[3];
    struct {
        UCHAR Group : 1;
        UCHAR Local : 1;
    };
} DL_OUI, *PDL_OUI;

typedef union _DL_EI48 {
    UCHAR Byte[3];
} DL_EI48, *PDL_EI48;

typedef union _DL_EUI48 {
    UCHAR Byte[6];
    struct {
        DL_OUI Oui;
        DL_EI48 Ei48;
    };
} DL_EUI48, *PDL_EUI48;
#endif

typedef struct _ETHERNET_HEADER {
    DL_EUI48 Destination;
    DL_EUI48 Source;
    union {
        USHORT Type;
        USHORT Length;
    };
} ETHERNET_HEADER, *PETHERNET_HEADER;

#define ETHERNET_TYPE_MINIMUM 0x0600
#define ETHERNET_TYPE_IPV4    0x0800
#define ETHERNET_TYPE_ARP     0x0806
#define ETHERNET_TYPE_802_1Q  0x8100
#define ETHERNET_TYPE_IPV6    0x86dd

typedef struct _VLAN_TAG {
    union {
        USHORT Tag;
        struct {
            USHORT VLANID : 12;
            USHORT DEI : 1;
            USHORT PCP : 3;
        };
    };
    USHORT Type;
} VLAN_TAG, *PVLAN_TAG;

/* ARP; the addresses follow, with HardwareAddressLength and ProtocolAddressLength bytes each. */
typedef struct _ARP_HEADER {
    USHORT HardwareAddressSpace;
    USHORT ProtocolAddressSpace;
    UCHAR HardwareAddressLength;
    UCHAR ProtocolAddressLength;
    USHORT Opcode;
} ARP_HEADER, *PARP_HEADER;

/* IPv4 */
typedef struct _IPV4_HEADER {
    union {
        UCHAR VersionAndHeaderLength;
        struct {
            UCHAR HeaderLength : 4;
            UCHAR Version : 4;
        };
    };
    union {
        UCHAR TypeOfServiceAndEcnField;
        struct {
            UCHAR EcnField : 2;
            UCHAR TypeOfService : 6;
        };
    };
    USHORT TotalLength;
    USHORT Identification;
    union {
        USHORT FlagsAndOffset;
        struct {
            USHORT DontUse1 : 5;
            USHORT MoreFragments : 1;
            USHORT DontFragment : 1;
            USHORT Reserved : 1;
            USHORT DontUse2 : 8;
        };
    };
    UCHAR TimeToLive;
    UCHAR Protocol;
    USHORT HeaderChecksum;
    IN_ADDR SourceAddress;
    IN_ADDR DestinationAddress;
} IPV4_HEADER, *PIPV4_HEADER;

#define IPV4_VERSION             4
#define IPV4_VERSION_OFFSET      4
#define IP_VER_MASK              0xf0
#define IPV4_MIN_MINIMUM_MTU     352
#define Ip4HeaderLengthInBytes(Header) ((ULONG)((Header)->HeaderLength << 2))

/* IPv6 */
typedef struct _IPV6_HEADER {
    union {
        ULONG VersionClassFlow;
        struct {
            ULONG TrafficClass1 : 4;
            ULONG Version : 4;
            ULONG FlowLabel1 : 4;
            ULONG TrafficClass2 : 4;
            ULONG FlowLabel2 : 16;
        };
    };
    USHORT PayloadLength;
    UCHAR NextHeader;
    UCHAR HopLimit;
    IN6_ADDR SourceAddress;
    IN6_ADDR DestinationAddress;
} IPV6_HEADER, *PIPV6_HEADER;

#define IPV6_VERSION 0x60

/* UDP, TCP, ICMP */
typedef struct _UDP_HDR {
    USHORT uh_sport;
    USHORT uh_dport;
    USHORT uh_ulen;
    USHORT uh_sum;
} UDP_HDR;

typedef struct __attribute__((__packed__)) _TCP_HDR {
    USHORT th_sport;
    USHORT th_dport;
    ULONG th_seq;
    ULONG th_ack;
    UCHAR th_x2 : 4;
    UCHAR th_len : 4;
    UCHAR th_flags;
    USHORT th_win;
    USHORT th_sum;
    USHORT th_urp;
} TCP_HDR;

#define TH_FIN 0x01
#define TH_SYN 0x02
#define TH_RST 0x04
#define TH_PSH 0x08
#define TH_ACK 0x10
#define TH_URG 0x20

typedef struct _ICMP_HEADER {
    UCHAR Type;
    UCHAR Code;
    USHORT Checksum;
} ICMP_HEADER, *PICMP_HEADER;

typedef struct _ICMP_MESSAGE {
    ICMP_HEADER Header;
    union {
        ULONG Data32[1];
        USHORT Data16[2];
        UCHAR Data8[4];
    } Data;
} ICMP_MESSAGE, *PICMP_MESSAGE, ICMPV4_MESSAGE, *PICMPV4_MESSAGE, ICMPV6_MESSAGE, *PICMPV6_MESSAGE;


#endif
