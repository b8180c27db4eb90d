/* windot11.h - mingw-w64's, with what adapters of stations tell since Windows 8.1, and one right number. */
#define pInfraSupportedMcastMgmtAlgoPairs                                                         \
    pInfraSupportedMcastMgmtAlgoPairs;                                                            \
    BOOLEAN bNeighborReportSupported;                                                             \
    BOOLEAN bAPChannelReportSupported;                                                            \
    BOOLEAN bActionFramesSupported;                                                               \
    BOOLEAN bANQPQueryOffloadSupported;                                                           \
    BOOLEAN bHESSIDConnectionSupported
#include_next <windot11.h>
#undef pInfraSupportedMcastMgmtAlgoPairs
#undef OID_DOT11_WFD_DEVICE_LISTEN_CHANNEL
#define OID_DOT11_WFD_DEVICE_LISTEN_CHANNEL                                                       \
    NWF_DEFINE_OID(0x14, NWF_WFD_DEVICE_OID, NWF_MANDATORY_OID)
