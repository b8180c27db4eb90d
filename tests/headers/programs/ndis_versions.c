/* Structures have the fields of the version of NDIS that a driver says: x64, x86. */
#include <ndis.h>

#if defined(_WIN64)
# define HAS(Type, On64, On32) _Static_assert(sizeof(Type) == (On64), #Type)
#else
# define HAS(Type, On64, On32) _Static_assert(sizeof(Type) == (On32), #Type)
#endif

#if defined(NDIS60)
HAS(NET_BUFFER_LIST, 240, 128);
HAS(NDIS_FILTER_DRIVER_CHARACTERISTICS, 200, 104);
HAS(NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, 120, 64);
HAS(NDIS_OFFLOAD, 112, 112);
HAS(NDIS_OFFLOAD_PARAMETERS, 20, 20);
HAS(NDIS_OID_REQUEST, 240, 140);
#elif defined(NDIS620)
HAS(NET_BUFFER_LIST, 288, 152);
HAS(NDIS_FILTER_DRIVER_CHARACTERISTICS, 224, 116);
HAS(NDIS_PROTOCOL_DRIVER_CHARACTERISTICS, 128, 68);
HAS(NDIS_OFFLOAD, 144, 144);
HAS(NDIS_OFFLOAD_PARAMETERS, 24, 24);
HAS(NDIS_OID_REQUEST, 240, 140);
#else
# error a version
#endif
