/* sizes.h - assertions for x64 and arm64 (first number) and x86 and arm (second). */
#ifdef __cplusplus
# define NTBUILD_ASSERT(...) static_assert(__VA_ARGS__, #__VA_ARGS__)
#else
# define NTBUILD_ASSERT(...) _Static_assert(__VA_ARGS__, #__VA_ARGS__)
#endif
#if defined(_WIN64)
# define SIZE(Type, Size64, Size32) NTBUILD_ASSERT(sizeof(Type) == (Size64))
# define OFFSET(Type, Field, Offset64, Offset32) \
    NTBUILD_ASSERT(__builtin_offsetof(Type, Field) == (Offset64))
#else
# define SIZE(Type, Size64, Size32) NTBUILD_ASSERT(sizeof(Type) == (Size32))
# define OFFSET(Type, Field, Offset64, Offset32) \
    NTBUILD_ASSERT(__builtin_offsetof(Type, Field) == (Offset32))
#endif
#define VALUE(Name, Number) NTBUILD_ASSERT((unsigned long)(Name) == (Number##UL))
