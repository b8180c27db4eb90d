/*
 * sddl_user - the parser of the library wdmsec beside ConvertStringSecurityDescriptorToSecurityDescriptorW.
 *
 * A console program. Says for each line of C:\sddl.txt whether both gave the same bytes, both refused
 * it, or what else happened.
 */
#include <windows.h>
#include <sddl.h>

LONG NTAPI NtbuildParseSddl(const WCHAR *Text, ULONG Count, PVOID Buffer, PULONG Size);

static char Input[65536];
static WCHAR Text[4096];
static UCHAR Ours[8192];

/* Of the kernel otherwise. volatile: else the loop would become a call of itself. */
void *memcpy(void *To, const void *From, size_t Count)
{
    volatile char *Out = To;
    const char *In = From;

    while (Count-- != 0)
        *Out++ = *In++;
    return To;
}

void *memset(void *To, int Value, size_t Count)
{
    volatile char *Out = To;

    while (Count-- != 0)
        *Out++ = (char)Value;
    return To;
}

static void Say(const char *What, const char *Line, DWORD Length)
{
    HANDLE Out = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD Done;

    WriteFile(Out, What, lstrlenA(What), &Done, NULL);
    WriteFile(Out, Line, Length, &Done, NULL);
    WriteFile(Out, "\n", 1, &Done, NULL);
}

static void Compare(const char *Line, DWORD Length)
{
    PSECURITY_DESCRIPTOR Theirs = NULL;
    ULONG TheirSize = 0, Needed = 0, Size = sizeof(Ours), Index;
    LONG First, Second;
    BOOL Took;

    for (Index = 0; Index < Length; Index++)
        Text[Index] = (WCHAR)(UCHAR)Line[Index];
    Text[Length] = 0;
    First = NtbuildParseSddl(Text, Length, NULL, &Needed);
    Second = NtbuildParseSddl(Text, Length, Ours, &Size);
    Took = ConvertStringSecurityDescriptorToSecurityDescriptorW(
        Text, SDDL_REVISION_1, &Theirs, &TheirSize);
    if (Second != 0) {
        Say(Took ? "only theirs: " : First == Second ? "both refuse: " : "two answers: ", Line, Length);
        return;
    }
    if (!Took || First != (LONG)0xC0000023 || Needed != Size) {
        Say("only ours: ", Line, Length);
        return;
    }
    for (Index = 0; Index < Size && Size == TheirSize; Index++)
        if (Ours[Index] != ((PUCHAR)Theirs)[Index])
            break;
    Say(Index == Size ? "same: " : "differs: ", Line, Length);
}

void sddl_user(void)
{
    DWORD Size = 0, Got, Start = 0, At;
    HANDLE File = CreateFileA("C:\\sddl.txt", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

    while (Size < sizeof(Input) && ReadFile(File, Input + Size, sizeof(Input) - Size, &Got, NULL) &&
           Got != 0)
        Size += Got;
    for (At = 0; At < Size; At++)
        if (Input[At] == '\n') {
            Compare(Input + Start, At - Start);
            Start = At + 1;
        }
    ExitProcess(0);
}
