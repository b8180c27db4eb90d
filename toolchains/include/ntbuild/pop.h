/* ntbuild/pop.h - after a DDK header: undo ntbuild/push.h. No include guard on purpose. */
#if defined(__aarch64__)
# pragma pop_macro("_M_ARM")
# pragma pop_macro("_AMD64_")
#endif

#include <ntbuild/old_prototypes_end.h>
#undef _EPROCESS
#undef _ETHREAD

#if defined(NTBUILD_RENAMED_BIT_TESTS)
# undef NTBUILD_RENAMED_BIT_TESTS
# define NTBUILD_WDM_ONCE
# undef InterlockedBitTestAndSet
# undef InterlockedBitTestAndReset
# if defined(__arm__) || defined(__aarch64__)
#  define InterlockedBitTestAndSet NtbuildBitTestAndSet
#  define InterlockedBitTestAndReset NtbuildBitTestAndReset
# else
#  define InterlockedBitTestAndSet _interlockedbittestandset
#  define InterlockedBitTestAndReset _interlockedbittestandreset
# endif
#endif
