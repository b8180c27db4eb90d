/* minifilter.h - what the minifilter and a program that connects to its port agree on. */
#ifndef SAMPLE_MINIFILTER_H
#define SAMPLE_MINIFILTER_H

#define SAMPLE_PORT_NAME L"\\NtbuildMinifilter"

/* What a program sends: the one command there is. The answer is a SAMPLE_COUNTS. */
#define SAMPLE_GET_COUNTS 1

typedef struct _SAMPLE_COUNTS {
    unsigned long Opened;
    unsigned long Created;
} SAMPLE_COUNTS;

#endif
