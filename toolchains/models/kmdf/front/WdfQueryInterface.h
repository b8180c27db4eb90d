/* WdfQueryInterface.h - a spelling in the framework's wdf.h; where letter case is one, this finds itself first. */
#ifndef NTBUILD_FRONT_WDFQUERYINTERFACE
# define NTBUILD_FRONT_WDFQUERYINTERFACE
# include <wdfqueryinterface.h>
#else
# include_next <wdfqueryinterface.h>
#endif
