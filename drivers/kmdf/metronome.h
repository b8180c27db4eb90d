/* metronome.h - what a program sends to the metronome. */
#ifndef METRONOME_H
#define METRONOME_H

/* In: a period in milliseconds, from 10 to 60000, as ULONG; 0 stops. */
#define IOCTL_METRONOME_SET_PERIOD CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_WRITE_DATA)
/* Out: a METRONOME_STATE. */
#define IOCTL_METRONOME_READ CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_READ_DATA)

typedef struct {
    ULONG Period;
    ULONG Beats;
} METRONOME_STATE;

#endif
