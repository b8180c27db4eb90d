/* ntbuild/no_try.h - the same with a Windows kit's headers. */
#include "../../include/ntbuild/no_try.h"
