/* The spelling that the framework's wdf.h has. */
#include_next <wdfdmatransaction.h>
