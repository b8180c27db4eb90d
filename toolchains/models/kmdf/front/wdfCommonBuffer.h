/* wdfCommonBuffer.h - a spelling in the framework's wdf.h; where letter case is one, this finds itself first. */
#ifndef NTBUILD_FRONT_WDFCOMMONBUFFER
# define NTBUILD_FRONT_WDFCOMMONBUFFER
# include <wdfcommonbuffer.h>
#else
# include_next <wdfcommonbuffer.h>
#endif
