/*
 * procgrp.h - processor groups for drivers that also run where the kernel has none.
 *
 * The WDK's library looks for the kernel's functions at run time and stands in for them before
 * Windows 7. Every kernel that ntbuild's drivers run on exports them, so that they are called by
 * their own names, and there is nothing to initialize.
 */
#ifndef NTBUILD_PROCGRP_H
#define NTBUILD_PROCGRP_H

#include <wdm.h>

static __inline__ VOID WdmlibProcgrpInitialize(VOID)
{
}

#endif
