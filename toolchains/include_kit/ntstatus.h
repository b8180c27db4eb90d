/* ntstatus.h - the kit's, with the values of newer kits. */
#include_next <ntstatus.h>
#include "../include/ntbuild/status_codes_new.h"
