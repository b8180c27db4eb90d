#include "cl_privileged.h"
