/*
 * intrin.h - mingw-w64's for every dialect. For cl's dialect clang's own would be taken instead,
 * whose functions are external ones of each object where a header has declared them before.
 */
#pragma push_macro("_MSC_VER")
#undef _MSC_VER
#include_next <intrin.h>
#pragma pop_macro("_MSC_VER")
