/* excpt.h - mingw-w64's; where __try is an error, what belongs to it is not a second one. */
#include_next <excpt.h>

#if defined(NTBUILD_NO_TRY_H)
# undef GetExceptionCode
# undef GetExceptionInformation
# undef AbnormalTermination
# define GetExceptionCode()        0UL
# define GetExceptionInformation() ((struct _EXCEPTION_POINTERS *)0)
# define AbnormalTermination()     0
#endif
