/* WdfWMI.h - a spelling in the framework's wdf.h; where letter case is one, this finds itself first. */
#ifndef NTBUILD_FRONT_WDFWMI
# define NTBUILD_FRONT_WDFWMI
# include <wdfwmi.h>
#else
# include_next <wdfwmi.h>
#endif
