/*
 * ntbuild/ndis/version.h - which version of NDIS a driver is written for.
 *
 * A driver defines NDIS60 (as protocol or filter) or NDIS60_MINIPORT, or a later version's macro, up
 * to 6.87; both when it is both. From these come NDIS_SUPPORT_NDIS..., 1 for each version that the
 * driver has, and the versions that it registers with. Structures have the fields of the driver's
 * version: a driver that says 6.20 gets what NDIS 6.20 defined.
 */
#ifndef NTBUILD_NDIS_VERSION_H
#define NTBUILD_NDIS_VERSION_H

#if defined(NDIS30) || defined(NDIS40) || defined(NDIS50) || defined(NDIS51) || \
    defined(NDIS30_MINIPORT) || defined(NDIS40_MINIPORT) || defined(NDIS50_MINIPORT) || \
    defined(NDIS51_MINIPORT)
# error "ndis.h of ntbuild begins with NDIS 6.0: define NDIS60 or NDIS60_MINIPORT or later, or use kit="
#endif

#ifndef NDIS_SUPPORT_NDIS687
# if defined(NDIS687) || defined(NDIS687_MINIPORT)
#  define NDIS_SUPPORT_NDIS687 1
# else
#  define NDIS_SUPPORT_NDIS687 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS686
# if defined(NDIS686) || defined(NDIS686_MINIPORT) || NDIS_SUPPORT_NDIS687
#  define NDIS_SUPPORT_NDIS686 1
# else
#  define NDIS_SUPPORT_NDIS686 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS685
# if defined(NDIS685) || defined(NDIS685_MINIPORT) || NDIS_SUPPORT_NDIS686
#  define NDIS_SUPPORT_NDIS685 1
# else
#  define NDIS_SUPPORT_NDIS685 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS684
# if defined(NDIS684) || defined(NDIS684_MINIPORT) || NDIS_SUPPORT_NDIS685
#  define NDIS_SUPPORT_NDIS684 1
# else
#  define NDIS_SUPPORT_NDIS684 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS683
# if defined(NDIS683) || defined(NDIS683_MINIPORT) || NDIS_SUPPORT_NDIS684
#  define NDIS_SUPPORT_NDIS683 1
# else
#  define NDIS_SUPPORT_NDIS683 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS682
# if defined(NDIS682) || defined(NDIS682_MINIPORT) || NDIS_SUPPORT_NDIS683
#  define NDIS_SUPPORT_NDIS682 1
# else
#  define NDIS_SUPPORT_NDIS682 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS681
# if defined(NDIS681) || defined(NDIS681_MINIPORT) || NDIS_SUPPORT_NDIS682
#  define NDIS_SUPPORT_NDIS681 1
# else
#  define NDIS_SUPPORT_NDIS681 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS680
# if defined(NDIS680) || defined(NDIS680_MINIPORT) || NDIS_SUPPORT_NDIS681
#  define NDIS_SUPPORT_NDIS680 1
# else
#  define NDIS_SUPPORT_NDIS680 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS670
# if defined(NDIS670) || defined(NDIS670_MINIPORT) || NDIS_SUPPORT_NDIS680
#  define NDIS_SUPPORT_NDIS670 1
# else
#  define NDIS_SUPPORT_NDIS670 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS660
# if defined(NDIS660) || defined(NDIS660_MINIPORT) || NDIS_SUPPORT_NDIS670
#  define NDIS_SUPPORT_NDIS660 1
# else
#  define NDIS_SUPPORT_NDIS660 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS651
# if defined(NDIS651) || defined(NDIS651_MINIPORT) || NDIS_SUPPORT_NDIS660
#  define NDIS_SUPPORT_NDIS651 1
# else
#  define NDIS_SUPPORT_NDIS651 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS650
# if defined(NDIS650) || defined(NDIS650_MINIPORT) || NDIS_SUPPORT_NDIS651
#  define NDIS_SUPPORT_NDIS650 1
# else
#  define NDIS_SUPPORT_NDIS650 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS640
# if defined(NDIS640) || defined(NDIS640_MINIPORT) || NDIS_SUPPORT_NDIS650
#  define NDIS_SUPPORT_NDIS640 1
# else
#  define NDIS_SUPPORT_NDIS640 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS630
# if defined(NDIS630) || defined(NDIS630_MINIPORT) || NDIS_SUPPORT_NDIS640
#  define NDIS_SUPPORT_NDIS630 1
# else
#  define NDIS_SUPPORT_NDIS630 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS620
# if defined(NDIS620) || defined(NDIS620_MINIPORT) || NDIS_SUPPORT_NDIS630
#  define NDIS_SUPPORT_NDIS620 1
# else
#  define NDIS_SUPPORT_NDIS620 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS61
# if defined(NDIS61) || defined(NDIS61_MINIPORT) || NDIS_SUPPORT_NDIS620
#  define NDIS_SUPPORT_NDIS61 1
# else
#  define NDIS_SUPPORT_NDIS61 0
# endif
#endif

#ifndef NDIS_SUPPORT_NDIS6
# if defined(NDIS60) || defined(NDIS60_MINIPORT) || NDIS_SUPPORT_NDIS61
#  define NDIS_SUPPORT_NDIS6 1
# else
#  define NDIS_SUPPORT_NDIS6 0
# endif
#endif

/* A source that names no version, such as a WFP callout, sees NDIS 6.0. */
#undef NDIS_SUPPORT_NDIS6
#define NDIS_SUPPORT_NDIS6 1

/* What a miniport, a protocol and a filter register with */
#if defined(NDIS687_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 87
#elif defined(NDIS686_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 86
#elif defined(NDIS685_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 85
#elif defined(NDIS684_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 84
#elif defined(NDIS683_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 83
#elif defined(NDIS682_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 82
#elif defined(NDIS681_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 81
#elif defined(NDIS680_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 80
#elif defined(NDIS670_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 70
#elif defined(NDIS660_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 60
#elif defined(NDIS651_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 51
#elif defined(NDIS650_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 50
#elif defined(NDIS640_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 40
#elif defined(NDIS630_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 30
#elif defined(NDIS620_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 20
#elif defined(NDIS61_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 1
#elif defined(NDIS60_MINIPORT)
# define NDIS_MINIPORT_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINOR_VERSION 0
#endif
#if defined(NDIS_MINIPORT_MAJOR_VERSION)
# define NDIS_MINIPORT_MINIMUM_MAJOR_VERSION 6
# define NDIS_MINIPORT_MINIMUM_MINOR_VERSION NDIS_MINIPORT_MINOR_VERSION
#endif

#if defined(NDIS687)
# define NDIS_FILTER_MINOR_VERSION 87
#elif defined(NDIS686)
# define NDIS_FILTER_MINOR_VERSION 86
#elif defined(NDIS685)
# define NDIS_FILTER_MINOR_VERSION 85
#elif defined(NDIS684)
# define NDIS_FILTER_MINOR_VERSION 84
#elif defined(NDIS683)
# define NDIS_FILTER_MINOR_VERSION 83
#elif defined(NDIS682)
# define NDIS_FILTER_MINOR_VERSION 82
#elif defined(NDIS681)
# define NDIS_FILTER_MINOR_VERSION 81
#elif defined(NDIS680)
# define NDIS_FILTER_MINOR_VERSION 80
#elif defined(NDIS670)
# define NDIS_FILTER_MINOR_VERSION 70
#elif defined(NDIS660)
# define NDIS_FILTER_MINOR_VERSION 60
#elif defined(NDIS651)
# define NDIS_FILTER_MINOR_VERSION 51
#elif defined(NDIS650)
# define NDIS_FILTER_MINOR_VERSION 50
#elif defined(NDIS640)
# define NDIS_FILTER_MINOR_VERSION 40
#elif defined(NDIS630)
# define NDIS_FILTER_MINOR_VERSION 30
#elif defined(NDIS620)
# define NDIS_FILTER_MINOR_VERSION 20
#elif defined(NDIS61)
# define NDIS_FILTER_MINOR_VERSION 1
#elif defined(NDIS60)
# define NDIS_FILTER_MINOR_VERSION 0
#endif
#if defined(NDIS_FILTER_MINOR_VERSION)
# define NDIS_FILTER_MAJOR_VERSION           6
# define NDIS_FILTER_MINIMUM_MAJOR_VERSION   6
# define NDIS_FILTER_MINIMUM_MINOR_VERSION   NDIS_FILTER_MINOR_VERSION
# define NDIS_PROTOCOL_MAJOR_VERSION         6
# define NDIS_PROTOCOL_MINOR_VERSION         NDIS_FILTER_MINOR_VERSION
# define NDIS_PROTOCOL_MINIMUM_MAJOR_VERSION 6
# define NDIS_PROTOCOL_MINIMUM_MINOR_VERSION NDIS_FILTER_MINOR_VERSION
#endif

/* What NdisGetVersion gives: major version in the upper, minor in the lower word */
#define NDIS_RUNTIME_VERSION_60  ((6 << 16) | 0)
#define NDIS_RUNTIME_VERSION_61  ((6 << 16) | 1)
#define NDIS_RUNTIME_VERSION_620 ((6 << 16) | 20)
#define NDIS_RUNTIME_VERSION_630 ((6 << 16) | 30)
#define NDIS_RUNTIME_VERSION_640 ((6 << 16) | 40)
#define NDIS_RUNTIME_VERSION_650 ((6 << 16) | 50)
#define NDIS_RUNTIME_VERSION_651 ((6 << 16) | 51)
#define NDIS_RUNTIME_VERSION_660 ((6 << 16) | 60)
#define NDIS_RUNTIME_VERSION_670 ((6 << 16) | 70)
#define NDIS_RUNTIME_VERSION_680 ((6 << 16) | 80)
#define NDIS_RUNTIME_VERSION_681 ((6 << 16) | 81)
#define NDIS_RUNTIME_VERSION_682 ((6 << 16) | 82)
#define NDIS_RUNTIME_VERSION_683 ((6 << 16) | 83)
#define NDIS_RUNTIME_VERSION_684 ((6 << 16) | 84)
#define NDIS_RUNTIME_VERSION_685 ((6 << 16) | 85)
#define NDIS_RUNTIME_VERSION_686 ((6 << 16) | 86)
#define NDIS_RUNTIME_VERSION_687 ((6 << 16) | 87)

#endif
