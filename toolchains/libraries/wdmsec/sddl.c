/*
 * sddl.c - the security descriptor definition language, of [MS-DTYP] 2.5.1.1.
 *
 *     O:sid G:sid D:flags(type;flags;rights;object;inherited object;sid)... S:flags(...)...
 *
 * Not taken: conditional ACEs and resource attributes (XA, XD, RA ...), and aliases of SIDs that
 * belong to a domain (DA, DU ...), which a kernel cannot look up. The text is read once; bytes are
 * counted whether they fit or not. Lengths that are known late are written afterwards.
 */
#include <ntifs.h>

#include "sddl.h"
#include "sddl_words.h"

typedef struct {
    const WCHAR *At;
    const WCHAR *End;
    UCHAR *Buffer;
    ULONG Size;
    ULONG Used;
} PARSER;

static VOID Put(PARSER *Parser, const VOID *Bytes, ULONG Count)
{
    if (Parser->Used <= Parser->Size && Count <= Parser->Size - Parser->Used)
        RtlCopyMemory(Parser->Buffer + Parser->Used, Bytes, Count);
    Parser->Used += Count;
}

static VOID Patch(PARSER *Parser, ULONG Offset, const VOID *Bytes, ULONG Count)
{
    if (Offset <= Parser->Size && Count <= Parser->Size - Offset)
        RtlCopyMemory(Parser->Buffer + Offset, Bytes, Count);
}

static VOID SkipSpace(PARSER *Parser)
{
    while (Parser->At < Parser->End && (*Parser->At == ' ' || *Parser->At == '\t'))
        Parser->At++;
}

static BOOLEAN Next(PARSER *Parser, WCHAR Expected)
{
    SkipSpace(Parser);
    if (Parser->At == Parser->End || *Parser->At != Expected)
        return FALSE;
    Parser->At++;
    return TRUE;
}

static WCHAR Upper(WCHAR Character)
{
    return Character >= 'a' && Character <= 'z' ? (WCHAR)(Character - 'a' + 'A') : Character;
}

/* Whether Word stands here, in any letter case; it is then read. */
static BOOLEAN ReadWord(PARSER *Parser, const CHAR *Word)
{
    const WCHAR *At = Parser->At;

    for (; *Word != 0; Word++, At++)
        if (At == Parser->End || Upper(*At) != (WCHAR)*Word)
            return FALSE;
    Parser->At = At;
    return TRUE;
}

static int Digit(WCHAR Character)
{
    WCHAR Letter = Upper(Character);

    if (Letter >= '0' && Letter <= '9')
        return Letter - '0';
    return Letter >= 'A' && Letter <= 'F' ? Letter - 'A' + 10 : 16;
}

/* Decimal, 0x hexadecimal or 0 octal, up to Maximum. */
static BOOLEAN ReadNumber(PARSER *Parser, ULONGLONG Maximum, BOOLEAN Octal, ULONGLONG *Value)
{
    int Base = 10;
    const WCHAR *Start;

    *Value = 0;
    if (ReadWord(Parser, "0X"))
        Base = 16;
    else if (Octal && Parser->At < Parser->End && *Parser->At == '0')
        Base = 8;
    for (Start = Parser->At; Parser->At < Parser->End; Parser->At++) {
        int Found = Digit(*Parser->At);

        if (Found >= Base)
            break;
        *Value = *Value * (ULONG)Base + (ULONG)Found;
        if (*Value > Maximum) /* which has 48 bits at most: the sum does not overflow */
            return FALSE;
    }
    return Parser->At != Start;
}

/* Words of a table one after the other until `End` of their kind; all must be known. */
static BOOLEAN ReadWords(PARSER *Parser, const SDDL_WORD *Words, ULONG *Value)
{
    ULONG Index;

    for (*Value = 0;; *Value |= Words[Index].Value) {
        SkipSpace(Parser);
        for (Index = 0; Words[Index].Text[0] != 0; Index++)
            if (ReadWord(Parser, Words[Index].Text))
                break;
        if (Words[Index].Text[0] == 0)
            return TRUE;
    }
}

static VOID PutSid(PARSER *Parser, ULONGLONG Authority, const ULONG *Parts, UCHAR Count)
{
    UCHAR Head[8] = {SID_REVISION, Count, 0};
    int Index;

    for (Index = 0; Index < 6; Index++)
        Head[7 - Index] = (UCHAR)(Authority >> (8 * Index));
    Put(Parser, Head, sizeof(Head));
    Put(Parser, Parts, Count * (ULONG)sizeof(ULONG));
}

/* S-1-authority-part-part... */
static NTSTATUS ReadNumericSid(PARSER *Parser)
{
    ULONG Parts[SID_MAX_SUB_AUTHORITIES];
    UCHAR Count = 0;
    ULONGLONG Authority, Value;

    if (!ReadNumber(Parser, 0xffffffffffffULL, FALSE, &Authority))
        return STATUS_INVALID_SID;
    while (Parser->At < Parser->End && *Parser->At == '-') {
        Parser->At++;
        if (Count == SID_MAX_SUB_AUTHORITIES || !ReadNumber(Parser, MAXULONG, FALSE, &Value))
            return STATUS_INVALID_SID;
        Parts[Count++] = (ULONG)Value;
    }
    if (Count == 0)
        return STATUS_INVALID_SID;
    PutSid(Parser, Authority, Parts, Count);
    return STATUS_SUCCESS;
}

static NTSTATUS ReadSid(PARSER *Parser)
{
    ULONG Index;

    SkipSpace(Parser);
    if (ReadWord(Parser, "S-1-"))
        return ReadNumericSid(Parser);
    for (Index = 0; NtbuildSddlAliases[Index].Text[0] != 0; Index++) {
        const SDDL_ALIAS *Alias = &NtbuildSddlAliases[Index];

        if (ReadWord(Parser, Alias->Text)) {
            PutSid(Parser, Alias->Authority, Alias->Parts, Alias->Count);
            return STATUS_SUCCESS;
        }
    }
    return STATUS_INVALID_SID;
}

/* A GUID as in 00000000-0000-0000-0000-000000000000. */
static BOOLEAN ReadGuid(PARSER *Parser, GUID *Guid)
{
    UCHAR Bytes[16];
    ULONG Index;

    for (Index = 0; Index < 16; Index++) {
        if ((Index == 4 || Index == 6 || Index == 8 || Index == 10) && !Next(Parser, '-'))
            return FALSE;
        if (Parser->End - Parser->At < 2 || Digit(Parser->At[0]) > 15 || Digit(Parser->At[1]) > 15)
            return FALSE;
        Bytes[Index] = (UCHAR)(Digit(Parser->At[0]) * 16 + Digit(Parser->At[1]));
        Parser->At += 2;
    }
    Guid->Data1 = (ULONG)Bytes[0] << 24 | (ULONG)Bytes[1] << 16 | (ULONG)Bytes[2] << 8 | Bytes[3];
    Guid->Data2 = (USHORT)(Bytes[4] << 8 | Bytes[5]);
    Guid->Data3 = (USHORT)(Bytes[6] << 8 | Bytes[7]);
    RtlCopyMemory(Guid->Data4, Bytes + 8, 8);
    return TRUE;
}

/* The rights of an ACE: words, or one number. */
static BOOLEAN ReadRights(PARSER *Parser, ULONG *Rights)
{
    ULONGLONG Number;

    SkipSpace(Parser);
    if (Parser->At < Parser->End && *Parser->At >= '0' && *Parser->At <= '9') {
        if (!ReadNumber(Parser, MAXULONG, TRUE, &Number))
            return FALSE;
        *Rights = (ULONG)Number;
        return TRUE;
    }
    return ReadWords(Parser, NtbuildSddlRights, Rights);
}

/* The two GUIDs of an object ACE; other ACEs have none. */
static BOOLEAN ReadObjects(PARSER *Parser, BOOLEAN Allowed)
{
    GUID Guids[2];
    ULONG Present = 0, Index;

    for (Index = 0; Index < 2; Index++) {
        if (Next(Parser, ';'))
            continue;
        if (!Allowed || !ReadGuid(Parser, &Guids[Index]) || !Next(Parser, ';'))
            return FALSE;
        Present |= 1u << Index; /* ACE_OBJECT_TYPE_PRESENT, ACE_INHERITED_OBJECT_TYPE_PRESENT */
    }
    if (Allowed) {
        Put(Parser, &Present, sizeof(Present));
        for (Index = 0; Index < 2; Index++)
            if (Present & 1u << Index)
                Put(Parser, &Guids[Index], sizeof(GUID));
    }
    return TRUE;
}

/* After "(": type;flags;rights;object;inherited object;sid) */
static NTSTATUS ReadAce(PARSER *Parser, BOOLEAN System, UCHAR *Revision)
{
    const SDDL_ACE *Ace;
    UCHAR Head[4] = {0};
    ULONG Start = Parser->Used, Flags, Rights;
    USHORT Length;
    NTSTATUS Status;

    SkipSpace(Parser);
    for (Ace = NtbuildSddlAces; Ace->Text[0] != 0; Ace++)
        if (ReadWord(Parser, Ace->Text))
            break;
    if (Ace->Text[0] == 0 || Ace->System != System || !Next(Parser, ';') ||
        !ReadWords(Parser, NtbuildSddlAceFlags, &Flags) || !Next(Parser, ';'))
        return STATUS_INVALID_ACL;
    if (!ReadRights(Parser, &Rights) || !Next(Parser, ';'))
        return STATUS_INVALID_ACL;
    Head[0] = Ace->Type;
    Head[1] = (UCHAR)Flags;
    Put(Parser, Head, sizeof(Head));
    Put(Parser, &Rights, sizeof(Rights));
    if (!ReadObjects(Parser, Ace->Object))
        return STATUS_INVALID_ACL;
    Status = ReadSid(Parser);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!Next(Parser, ')'))
        return STATUS_INVALID_ACL;
    if (Ace->Object)
        *Revision = ACL_REVISION_DS;
    Length = (USHORT)(Parser->Used - Start);
    Patch(Parser, Start + 2, &Length, sizeof(Length));
    return STATUS_SUCCESS;
}

/* After "D:" or "S:". NO_ACCESS_CONTROL is a list that is there and NULL: *Offset stays 0. */
static NTSTATUS ReadList(PARSER *Parser, BOOLEAN System, ULONG *Flags, ULONG *Offset)
{
    UCHAR Head[8] = {ACL_REVISION};
    ULONG Start = Parser->Used;
    USHORT Count = 0, Length;
    NTSTATUS Status;

    SkipSpace(Parser);
    if (!System && ReadWord(Parser, "NO_ACCESS_CONTROL")) {
        *Flags = 0;
        return STATUS_SUCCESS;
    }
    if (!ReadWords(Parser, NtbuildSddlListFlags, Flags))
        return STATUS_INVALID_ACL;
    *Offset = Start;
    Put(Parser, Head, sizeof(Head));
    for (; Next(Parser, '('); Count++) {
        Status = ReadAce(Parser, System, &Head[0]);
        if (!NT_SUCCESS(Status))
            return Status;
        if (Parser->Used - Start > MAXUSHORT)
            return STATUS_INVALID_ACL;
    }
    Length = (USHORT)(Parser->Used - Start);
    Patch(Parser, Start, Head, 1);
    Patch(Parser, Start + 2, &Length, sizeof(Length));
    Patch(Parser, Start + 4, &Count, sizeof(Count));
    return STATUS_SUCCESS;
}

/* Flags of a list as bits of SECURITY_DESCRIPTOR.Control; those of the SACL stand one bit higher. */
static USHORT ControlOf(ULONG Flags, BOOLEAN System)
{
    return (USHORT)((System ? SE_SACL_PRESENT : SE_DACL_PRESENT) | Flags << (System ? 1 : 0));
}

/* One part of the text: its letter, a colon, what belongs to it. */
static NTSTATUS ReadPart(PARSER *Parser, SECURITY_DESCRIPTOR_RELATIVE *Head)
{
    BOOLEAN System = FALSE;
    ULONG Flags = 0;
    ULONG *Offset;
    NTSTATUS Status;

    if (ReadWord(Parser, "O:"))
        Offset = &Head->Owner;
    else if (ReadWord(Parser, "G:"))
        Offset = &Head->Group;
    else if (ReadWord(Parser, "D:"))
        Offset = &Head->Dacl;
    else if (ReadWord(Parser, "S:"))
        Offset = &Head->Sacl, System = TRUE;
    else
        return STATUS_INVALID_PARAMETER;
    if (*Offset != 0 || (Offset == &Head->Dacl && (Head->Control & SE_DACL_PRESENT)))
        return STATUS_INVALID_PARAMETER;
    if (Offset == &Head->Owner || Offset == &Head->Group) {
        *Offset = Parser->Used;
        return ReadSid(Parser);
    }
    Status = ReadList(Parser, System, &Flags, Offset);
    Head->Control |= ControlOf(Flags, System);
    return Status;
}

NTSTATUS NTAPI NtbuildParseSddl(const WCHAR *Text, ULONG Count, PVOID Buffer, PULONG Size)
{
    SECURITY_DESCRIPTOR_RELATIVE Head = {
        SECURITY_DESCRIPTOR_REVISION, 0, SE_SELF_RELATIVE, 0, 0, 0, 0};
    PARSER Parser;
    NTSTATUS Status;

    Parser.At = Text;
    Parser.End = Text + Count;
    Parser.Buffer = (UCHAR *)Buffer;
    Parser.Size = Buffer == NULL ? 0 : *Size;
    Parser.Used = 0;
    Put(&Parser, &Head, sizeof(Head));
    for (SkipSpace(&Parser); Parser.At < Parser.End; SkipSpace(&Parser)) {
        Status = ReadPart(&Parser, &Head);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    Patch(&Parser, 0, &Head, sizeof(Head));
    *Size = Parser.Used;
    return Parser.Used <= Parser.Size ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

ULONG NTAPI NtbuildDescriptorParts(const VOID *Descriptor)
{
    const SECURITY_DESCRIPTOR_RELATIVE *Head = (const SECURITY_DESCRIPTOR_RELATIVE *)Descriptor;

    return (Head->Owner != 0 ? OWNER_SECURITY_INFORMATION : 0) |
           (Head->Group != 0 ? GROUP_SECURITY_INFORMATION : 0) |
           (Head->Control & SE_DACL_PRESENT ? DACL_SECURITY_INFORMATION : 0) |
           (Head->Control & SE_SACL_PRESENT ? SACL_SECURITY_INFORMATION : 0);
}
