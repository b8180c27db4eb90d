/*
 * mstcpip.h - control codes and options of TCP/IP, and functions on addresses.
 *
 * The former are mingw-w64's; the latter it has not, or with other types than the WDK.
 */
#ifndef NTBUILD_MSTCPIP_H
#define NTBUILD_MSTCPIP_H

#include <ntddk.h>
#include <ws2def.h>
#include <ws2ipdef.h>
#include <ip2string.h>

/* Addresses as text are ip2string.h's. */
#undef RtlIpv4AddressToString
#undef RtlIpv4AddressToStringEx
#undef RtlIpv4StringToAddress
#undef RtlIpv4StringToAddressEx
#undef RtlIpv6AddressToString
#undef RtlIpv6AddressToStringEx
#undef RtlIpv6StringToAddress
#undef RtlIpv6StringToAddressEx
#define RtlIpv4AddressToStringA NtbuildMingwIpv4AddressToStringA
#define RtlIpv4AddressToStringW NtbuildMingwIpv4AddressToStringW
#define RtlIpv4AddressToStringExA NtbuildMingwIpv4AddressToStringExA
#define RtlIpv4AddressToStringExW NtbuildMingwIpv4AddressToStringExW
#define RtlIpv4StringToAddressA NtbuildMingwIpv4StringToAddressA
#define RtlIpv4StringToAddressW NtbuildMingwIpv4StringToAddressW
#define RtlIpv4StringToAddressExA NtbuildMingwIpv4StringToAddressExA
#define RtlIpv4StringToAddressExW NtbuildMingwIpv4StringToAddressExW
#define RtlIpv6AddressToStringA NtbuildMingwIpv6AddressToStringA
#define RtlIpv6AddressToStringW NtbuildMingwIpv6AddressToStringW
#define RtlIpv6AddressToStringExA NtbuildMingwIpv6AddressToStringExA
#define RtlIpv6AddressToStringExW NtbuildMingwIpv6AddressToStringExW
#define RtlIpv6StringToAddressA NtbuildMingwIpv6StringToAddressA
#define RtlIpv6StringToAddressW NtbuildMingwIpv6StringToAddressW
#define RtlIpv6StringToAddressExA NtbuildMingwIpv6StringToAddressExA
#define RtlIpv6StringToAddressExW NtbuildMingwIpv6StringToAddressExW
#include_next <mstcpip.h>
#undef RtlIpv4AddressToStringA
#undef RtlIpv4AddressToStringW
#undef RtlIpv4AddressToStringExA
#undef RtlIpv4AddressToStringExW
#undef RtlIpv4StringToAddressA
#undef RtlIpv4StringToAddressW
#undef RtlIpv4StringToAddressExA
#undef RtlIpv4StringToAddressExW
#undef RtlIpv6AddressToStringA
#undef RtlIpv6AddressToStringW
#undef RtlIpv6AddressToStringExA
#undef RtlIpv6AddressToStringExW
#undef RtlIpv6StringToAddressA
#undef RtlIpv6StringToAddressW
#undef RtlIpv6StringToAddressExA
#undef RtlIpv6StringToAddressExW
#undef RtlIpv4AddressToString
#undef RtlIpv4AddressToStringEx
#undef RtlIpv4StringToAddress
#undef RtlIpv4StringToAddressEx
#undef RtlIpv6AddressToString
#undef RtlIpv6AddressToStringEx
#undef RtlIpv6StringToAddress
#undef RtlIpv6StringToAddressEx
#define RtlIpv4AddressToString   NTBUILD_IP2STRING_NAME(RtlIpv4AddressToString)
#define RtlIpv4AddressToStringEx NTBUILD_IP2STRING_NAME(RtlIpv4AddressToStringEx)
#define RtlIpv4StringToAddress   NTBUILD_IP2STRING_NAME(RtlIpv4StringToAddress)
#define RtlIpv4StringToAddressEx NTBUILD_IP2STRING_NAME(RtlIpv4StringToAddressEx)
#define RtlIpv6AddressToString   NTBUILD_IP2STRING_NAME(RtlIpv6AddressToString)
#define RtlIpv6AddressToStringEx NTBUILD_IP2STRING_NAME(RtlIpv6AddressToStringEx)
#define RtlIpv6StringToAddress   NTBUILD_IP2STRING_NAME(RtlIpv6StringToAddress)
#define RtlIpv6StringToAddressEx NTBUILD_IP2STRING_NAME(RtlIpv6StringToAddressEx)

#endif
