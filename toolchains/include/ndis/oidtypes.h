/* ndis/oidtypes.h - a part of ndis.h, where it is declared with the rest. */
#include <ndis.h>
