/* sddl_words.c - the words of SDDL, of [MS-DTYP] 2.5.1.1 and "SID Strings" of the Windows SDK. */
#include <ntifs.h>

#include "sddl_words.h"

const SDDL_ACE NtbuildSddlAces[] = {
    {"OA", ACCESS_ALLOWED_OBJECT_ACE_TYPE, TRUE, FALSE},
    {"OD", ACCESS_DENIED_OBJECT_ACE_TYPE, TRUE, FALSE},
    {"OU", SYSTEM_AUDIT_OBJECT_ACE_TYPE, TRUE, TRUE},
    {"OL", SYSTEM_ALARM_OBJECT_ACE_TYPE, TRUE, TRUE},
    {"AU", SYSTEM_AUDIT_ACE_TYPE, FALSE, TRUE},
    {"AL", SYSTEM_ALARM_ACE_TYPE, FALSE, TRUE},
    {"ML", SYSTEM_MANDATORY_LABEL_ACE_TYPE, FALSE, TRUE},
    {"A", ACCESS_ALLOWED_ACE_TYPE, FALSE, FALSE},
    {"D", ACCESS_DENIED_ACE_TYPE, FALSE, FALSE},
    {"", 0, FALSE, FALSE},
};

const SDDL_WORD NtbuildSddlAceFlags[] = {
    {"OI", OBJECT_INHERIT_ACE},
    {"CI", CONTAINER_INHERIT_ACE},
    {"NP", NO_PROPAGATE_INHERIT_ACE},
    {"IO", INHERIT_ONLY_ACE},
    {"ID", INHERITED_ACE},
    {"SA", SUCCESSFUL_ACCESS_ACE_FLAG},
    {"FA", FAILED_ACCESS_ACE_FLAG},
    {"", 0},
};

const SDDL_WORD NtbuildSddlListFlags[] = {
    {"AI", SE_DACL_AUTO_INHERITED},
    {"AR", SE_DACL_AUTO_INHERIT_REQ},
    {"P", SE_DACL_PROTECTED},
    {"", 0},
};

const SDDL_WORD NtbuildSddlRights[] = {
    {"GA", GENERIC_ALL},
    {"GR", GENERIC_READ},
    {"GW", GENERIC_WRITE},
    {"GX", GENERIC_EXECUTE},
    {"RC", READ_CONTROL},
    {"SD", DELETE},
    {"WD", WRITE_DAC},
    {"WO", WRITE_OWNER},
    {"CC", 0x0001},
    {"DC", 0x0002},
    {"LC", 0x0004},
    {"SW", 0x0008},
    {"RP", 0x0010},
    {"WP", 0x0020},
    {"DT", 0x0040},
    {"LO", 0x0080},
    {"CR", 0x0100},
    {"FA", FILE_ALL_ACCESS},
    {"FR", FILE_GENERIC_READ},
    {"FW", FILE_GENERIC_WRITE},
    {"FX", FILE_GENERIC_EXECUTE},
    {"KA", KEY_ALL_ACCESS},
    {"KR", KEY_READ},
    {"KW", KEY_WRITE},
    {"KX", KEY_EXECUTE},
    {"NW", 0x1}, /* SYSTEM_MANDATORY_LABEL_NO_WRITE_UP and its kin */
    {"NR", 0x2},
    {"NX", 0x4},
    {"", 0},
};

#define BUILTIN(Text, Part) {Text, 5, 2, {32, Part}}
#define NT(Text, Part)      {Text, 5, 1, {Part}}
#define LABEL(Text, Part)   {Text, 16, 1, {Part}}

const SDDL_ALIAS NtbuildSddlAliases[] = {
    NT("SY", 18),
    BUILTIN("BA", 544),
    {"WD", 1, 1, {0}},
    NT("RC", 12),
    BUILTIN("BU", 545),
    BUILTIN("BG", 546),
    BUILTIN("PU", 547),
    BUILTIN("AO", 548),
    BUILTIN("SO", 549),
    BUILTIN("PO", 550),
    BUILTIN("BO", 551),
    BUILTIN("RE", 552),
    BUILTIN("RU", 554),
    BUILTIN("RD", 555),
    BUILTIN("NO", 556),
    BUILTIN("MU", 558),
    BUILTIN("LU", 559),
    BUILTIN("IS", 568),
    BUILTIN("CY", 569),
    BUILTIN("ER", 573),
    BUILTIN("CD", 574),
    BUILTIN("RA", 575),
    BUILTIN("ES", 576),
    BUILTIN("MS", 577),
    BUILTIN("HA", 578),
    BUILTIN("AA", 579),
    BUILTIN("RM", 580),
    NT("NU", 2),
    NT("IU", 4),
    NT("SU", 6),
    NT("AN", 7),
    NT("ED", 9),
    NT("PS", 10),
    NT("AU", 11),
    NT("LS", 19),
    NT("NS", 20),
    NT("WR", 33),
    {"UD", 5, 6, {84, 0, 0, 0, 0, 0}},
    {"CO", 3, 1, {0}},
    {"CG", 3, 1, {1}},
    {"OW", 3, 1, {4}},
    {"AC", 15, 2, {2, 1}},
    {"AS", 18, 1, {1}},
    {"SS", 18, 1, {2}},
    LABEL("LW", 0x1000),
    LABEL("ME", 0x2000),
    LABEL("MP", 0x2100),
    LABEL("HI", 0x3000),
    LABEL("SI", 0x4000),
    {"", 0, 0, {0}},
};
