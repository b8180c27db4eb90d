#include "minifilter.h"
