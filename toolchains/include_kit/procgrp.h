/* procgrp.h - in place of a kit's, which stands for functions of a library that only a kit has. */
#include "../include/procgrp.h"
