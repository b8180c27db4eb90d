/* wdfDmaEnabler.h - a spelling in the framework's wdf.h; where letter case is one, this finds itself first. */
#ifndef NTBUILD_FRONT_WDFDMAENABLER
# define NTBUILD_FRONT_WDFDMAENABLER
# include <wdfdmaenabler.h>
#else
# include_next <wdfdmaenabler.h>
#endif
