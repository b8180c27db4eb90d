/* wmistr.h - mingw-w64's, where the size of WNODE_ALL_DATA counts an instance that follows it. */
#define OffsetInstanceDataAndLength                                                               \
    OffsetInstanceDataAndLength[0];                                                               \
    UCHAR NtbuildNoInstance[0]
#include_next <wmistr.h>
#undef OffsetInstanceDataAndLength
