/*
 * ntbuild/xstate.h - state components of the processor, as bits of XCR0 and IA32_XSS, which
 * mingw-w64 has up to AVX; for KeSaveExtendedProcessorState and RtlGetEnabledExtendedFeatures.
 *
 * Source: Intel 64 and IA-32 manual, volume 1, "XSAVE-Supported Features"; "Working with XState
 * Context" of the Windows documentation for the names.
 */
#ifndef NTBUILD_XSTATE_H
#define NTBUILD_XSTATE_H

#define XSTATE_AVX             XSTATE_GSSE
#define XSTATE_MPX_BNDREGS     3
#define XSTATE_MPX_BNDCSR      4
#define XSTATE_AVX512_KMASK    5
#define XSTATE_AVX512_ZMM_H    6
#define XSTATE_AVX512_ZMM      7
#define XSTATE_IPT             8
#define XSTATE_PASID           10
#define XSTATE_CET_U           11
#define XSTATE_CET_S           12
#define XSTATE_AMX_TILE_CONFIG 17
#define XSTATE_AMX_TILE_DATA   18
#define XSTATE_LWP             62

/* With a suffix that gcc has not in mingw-w64's. */
#undef XSTATE_MASK_LEGACY_FLOATING_POINT
#undef XSTATE_MASK_LEGACY_SSE
#undef XSTATE_MASK_GSSE

#define NTBUILD_XSTATE(Name)              (1ULL << XSTATE_##Name)
#define XSTATE_MASK_LEGACY_FLOATING_POINT NTBUILD_XSTATE(LEGACY_FLOATING_POINT)
#define XSTATE_MASK_LEGACY_SSE            NTBUILD_XSTATE(LEGACY_SSE)
#define XSTATE_MASK_GSSE                  NTBUILD_XSTATE(GSSE)

#define XSTATE_MASK_AVX             XSTATE_MASK_GSSE
#define XSTATE_MASK_MPX             (NTBUILD_XSTATE(MPX_BNDREGS) | NTBUILD_XSTATE(MPX_BNDCSR))
#define XSTATE_MASK_AVX512                                                                        \
    (NTBUILD_XSTATE(AVX512_KMASK) | NTBUILD_XSTATE(AVX512_ZMM_H) | NTBUILD_XSTATE(AVX512_ZMM))
#define XSTATE_MASK_IPT             NTBUILD_XSTATE(IPT)
#define XSTATE_MASK_PASID           NTBUILD_XSTATE(PASID)
#define XSTATE_MASK_CET_U           NTBUILD_XSTATE(CET_U)
#define XSTATE_MASK_CET_S           NTBUILD_XSTATE(CET_S)
#define XSTATE_MASK_AMX_TILE_CONFIG NTBUILD_XSTATE(AMX_TILE_CONFIG)
#define XSTATE_MASK_AMX_TILE_DATA   NTBUILD_XSTATE(AMX_TILE_DATA)
#define XSTATE_MASK_LWP             NTBUILD_XSTATE(LWP)

#define XSTATE_MASK_PERSISTENT              (NTBUILD_XSTATE(MPX_BNDCSR) | XSTATE_MASK_LWP)
#define XSTATE_MASK_USER_VISIBLE_SUPERVISOR XSTATE_MASK_CET_U
#define XSTATE_MASK_LARGE_FEATURES          XSTATE_MASK_AMX_TILE_DATA

#endif
