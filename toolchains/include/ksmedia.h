/*
 * ksmedia.h - mingw-w64's, which takes numbers of mmreg.h that drivers seldom include.
 */
#if !defined(WAVE_FORMAT_DTS)
# ifndef WAVE_FORMAT_PCM
#  define WAVE_FORMAT_PCM 1
# endif
# define WAVE_FORMAT_DTS             0x0008
# define WAVE_FORMAT_DOLBY_AC3_SPDIF 0x0092
#endif
#include_next <ksmedia.h>
