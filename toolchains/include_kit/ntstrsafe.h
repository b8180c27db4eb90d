/*
 * ntstrsafe.h - the kit's, with its functions in each source.
 *
 * With NTSTRSAFE_LIB the kit declares some of them only, for a library that headers alone do not have.
 */
#undef NTSTRSAFE_LIB
#include_next <ntstrsafe.h>
