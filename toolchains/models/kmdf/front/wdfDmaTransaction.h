/* wdfDmaTransaction.h - a spelling in the framework's wdf.h; where letter case is one, this finds itself first. */
#ifndef NTBUILD_FRONT_WDFDMATRANSACTION
# define NTBUILD_FRONT_WDFDMATRANSACTION
# include <wdfdmatransaction.h>
#else
# include_next <wdfdmatransaction.h>
#endif
