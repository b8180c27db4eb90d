#include "kernel.h"
const struct routine framework_routines[] = {{ 0 }};
