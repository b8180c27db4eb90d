/* sddl_words.h - the words of SDDL, tables that end with an empty text. */
#ifndef NTBUILD_WDMSEC_SDDL_WORDS_H
#define NTBUILD_WDMSEC_SDDL_WORDS_H

typedef struct {
    CHAR Text[4];
    ULONG Value;
} SDDL_WORD;

typedef struct {
    CHAR Text[4];
    UCHAR Type;
    BOOLEAN Object;
    BOOLEAN System;
} SDDL_ACE;

typedef struct {
    CHAR Text[4];
    UCHAR Authority;
    UCHAR Count;
    ULONG Parts[6];
} SDDL_ALIAS;

/* A word that begins another stands after it: OA before A. */
extern const SDDL_ACE NtbuildSddlAces[];
extern const SDDL_WORD NtbuildSddlAceFlags[];
extern const SDDL_WORD NtbuildSddlListFlags[];
extern const SDDL_WORD NtbuildSddlRights[];
extern const SDDL_ALIAS NtbuildSddlAliases[];

#endif
