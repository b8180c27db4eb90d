/*
 * load_config.S - _load_config_used: what the loader reads about a driver.
 *
 * The linker fetches it when an option asks for what it holds (/guard, /safeseh,
 * /dependentloadflag), and defines the names of tables, counts and flags. In assembly because C
 * cannot put a count, which is the value of a symbol, into 32 bits.
 */

#include <ntbuild/safe_handlers.h>

#if __SIZEOF_POINTER__ == 8
# define POINTER .quad
# define SIZE 0x140
#else
# define POINTER .long
# define SIZE 0xC0
#endif

#if defined(__i386__)
# define NAME(name) _##name
#else
# define NAME(name) name
#endif

    .section .rdata,"dr"
    .globl NAME(_load_config_used)
    .balign __SIZEOF_POINTER__
NAME(_load_config_used):
    .long SIZE
    .fill 5, 4, 0                            /* TimeDateStamp to CriticalSectionDefaultTimeout */
    .fill 6, __SIZEOF_POINTER__, 0           /* DeCommitFreeBlockThreshold to ProcessAffinityMask */
    .fill 2, 4, 0                            /* ProcessHeapFlags, DependentLoadFlags */
    POINTER 0                                /* EditList */
    POINTER NAME(__security_cookie)
#if defined(__i386__)
    POINTER NAME(__safe_se_handler_table)
    POINTER NAME(__safe_se_handler_count)
#else
    POINTER 0
    POINTER 0
#endif
    POINTER NAME(__guard_check_icall_fptr)
    POINTER NAME(__guard_dispatch_icall_fptr)
    POINTER NAME(__guard_fids_table)
    POINTER NAME(__guard_fids_count)
    .long NAME(__guard_flags)
    .fill 3, 4, 0                            /* CodeIntegrity */
    POINTER NAME(__guard_iat_table)
    POINTER NAME(__guard_iat_count)
    POINTER NAME(__guard_longjmp_table)
    POINTER NAME(__guard_longjmp_count)
    .fill 4, __SIZEOF_POINTER__, 0           /* DynamicValueRelocTable to GuardRFFailureRoutine... */
    .fill 2, 4, 0                            /* DynamicValueRelocTableOffset, Section */
    POINTER 0                                /* GuardRFVerifyStackPointerFunctionPointer */
    .fill 2, 4, 0                            /* HotPatchTableOffset */
    .fill 2, __SIZEOF_POINTER__, 0           /* EnclaveConfigurationPointer, VolatileMetadata */
    POINTER NAME(__guard_eh_cont_table)
    POINTER NAME(__guard_eh_cont_count)
    .fill 5, __SIZEOF_POINTER__, 0           /* GuardXFG..., CastGuard, GuardMemcpy */
