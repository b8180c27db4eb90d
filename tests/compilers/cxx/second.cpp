/* Another source: its objects come after those of the first, in link order. */
#include <ntddk.h>

struct Other {
    Other() { DbgPrint("+other"); }
    ~Other() { DbgPrint("-other"); }
};
Other other;
