/* kernelspecs.h - annotations of IRQL and of kernel resources: those of driverspecs.h. */
#include <driverspecs.h>
