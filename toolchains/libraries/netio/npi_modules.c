/* npi_modules.c - what the modules for IPv4 and IPv6 are called; no exports of netio.sys. */
#include <ntddk.h>
#include <netiodef.h>

const NPI_MODULEID NPI_MS_IPV4_MODULEID = {
    sizeof(NPI_MODULEID), MIT_GUID,
    {{0xeb004a00, 0x9b1a, 0x11d4, {0x91, 0x23, 0x00, 0x50, 0x04, 0x77, 0x59, 0xbc}}}};
const NPI_MODULEID NPI_MS_IPV6_MODULEID = {
    sizeof(NPI_MODULEID), MIT_GUID,
    {{0xeb004a01, 0x9b1a, 0x11d4, {0x91, 0x23, 0x00, 0x50, 0x04, 0x77, 0x59, 0xbc}}}};
