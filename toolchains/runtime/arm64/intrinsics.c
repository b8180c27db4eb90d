/*
 * What mingw-w64's headers have as inline functions only (__readmsr, __inbyte ...), as functions:
 * clang inlines nothing into a guarded block, where __readmsr above all is called.
 */
#if defined(__clang__)
# define __MINGW_INTRIN_INLINE
# include <intrin.h>
#endif
