/*
 * ntbuild/wdf_contexts.h - descriptions of KMDF's context types, for the headers of any origin.
 *
 * A type is known by the address of its description, which all objects share. The entry's source
 * writes the UniqueType of a shared type, so the description is no constant, as it is in the
 * framework's own headers: the compiler would read NULL from its initializer and never look again.
 *
 * __declspec, because sources that are shared with Linux define __attribute__ as nothing.
 */
#ifdef __clang__
# pragma section(".kmdftypeinit$b", read, write)
# define NTBUILD_WDF_SHARED(_section) __declspec(allocate(_section)) __declspec(selectany)
#else
# define NTBUILD_WDF_SHARED(_section) __attribute__((__section__(_section), __selectany__))
#endif
#undef WDF_DECLARE_TYPE_AND_GLOBALS
#define WDF_DECLARE_TYPE_AND_GLOBALS(_contexttype, _UniqueType, _GetUniqueType, _section) \
    typedef _contexttype *WDF_TYPE_NAME_POINTER_TYPE(_contexttype); \
    WDF_EXTERN_C_START \
    extern WDF_OBJECT_CONTEXT_TYPE_INFO WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype); \
    NTBUILD_WDF_SHARED(_section) \
    WDF_OBJECT_CONTEXT_TYPE_INFO WDF_TYPE_NAME_TO_TYPE_INFO(_contexttype) = { \
        sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO), (CHAR *)#_contexttype, sizeof(_contexttype), \
        _UniqueType, _GetUniqueType}; \
    WDF_EXTERN_C_END
