/*
 * suppress.h - in the WDK, which warnings of the analyser to leave out. There is no analyser here:
 * nothing to define.
 */
#ifndef NTBUILD_SUPPRESS_H
#define NTBUILD_SUPPRESS_H
#endif
