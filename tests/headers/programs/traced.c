#include "traced.h"
