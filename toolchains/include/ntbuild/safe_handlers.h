/*
 * ntbuild/safe_handlers.h - for assembly on x86: the object registers no exception handler, so that
 * a link with /safeseh takes it. Compilers say the same of what they compile.
 */
#if defined(__i386__) && !defined(NTBUILD_SAFE_HANDLERS_H)
# define NTBUILD_SAFE_HANDLERS_H
    .def "@feat.00"; .scl 3; .type 0; .endef
    .set "@feat.00", 1
#endif
