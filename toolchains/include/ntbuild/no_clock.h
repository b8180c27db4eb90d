/*
 * ntbuild/no_clock.h - sources that print when they were built say the same each time: an image's
 * bytes follow from its sources and from no clock. It is the day on which C's time begins.
 */
#ifndef NTBUILD_NO_CLOCK_H
#define NTBUILD_NO_CLOCK_H

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wbuiltin-macro-redefined"
#undef __DATE__
#undef __TIME__
#undef __TIMESTAMP__
#define __DATE__      "Jan  1 1970"
#define __TIME__      "00:00:00"
#define __TIMESTAMP__ "Thu Jan  1 00:00:00 1970"
#pragma clang diagnostic pop

#endif
