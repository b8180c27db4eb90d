/* bthdef.h - mingw-w64's, where four numbers are wrong; they are those of the Bluetooth specification. */
#include_next <bthdef.h>
#undef COD_SERVICE_MASK
#undef LAP_GIAC_VALUE
#undef BTH_ADDR_IAC_LAST
#undef PSM_BNEP
#define COD_SERVICE_MASK  0x00FFE000
#define LAP_GIAC_VALUE    0x009E8B33
#define BTH_ADDR_IAC_LAST 0x9E8B3F
#define PSM_BNEP          0x000F
