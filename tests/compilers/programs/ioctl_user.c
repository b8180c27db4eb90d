/*
 * ioctl_user - opens the ioctl driver's device, sends each control code and prints the answers.
 *
 * Without a C library: the entry point is ioctl_user, kernel32 the only import. Prints
 *
 *     sum 0000002A
 *     reversed olleh
 *     count 00000002
 *
 * and exits with 0, or prints which step failed with which error and exits with 1.
 */

#include <windows.h>
#include <winioctl.h>

#include "../../../drivers/ioctl/ioctl.h"

void __stdcall ioctl_user(void);

static void print(const char *Text, DWORD Length)
{
    DWORD Written;

    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), Text, Length, &Written, NULL);
}

static void print_number(const char *Label, DWORD LabelLength, DWORD Value)
{
    char Digits[9];
    int Index;

    for (Index = 7; Index >= 0; Index--) {
        Digits[Index] = "0123456789ABCDEF"[Value & 15];
        Value >>= 4;
    }
    Digits[8] = '\n';
    print(Label, LabelLength);
    print(Digits, sizeof(Digits));
}

static DECLSPEC_NORETURN void fail(const char *Label, DWORD LabelLength)
{
    print_number(Label, LabelLength, GetLastError());
    ExitProcess(1);
}

#define PRINT_NUMBER(Label, Value) print_number(Label, sizeof(Label) - 1, Value)
#define FAIL(Label) fail(Label, sizeof(Label) - 1)

void __stdcall ioctl_user(void)
{
    HANDLE Device = CreateFileW(IOCTL_USER_NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL,
                                OPEN_EXISTING, 0, NULL);
    DWORD Numbers[2] = { 40, 2 };
    DWORD Answer = 0;
    DWORD Returned = 0;
    char Text[5] = { 'h', 'e', 'l', 'l', 'o' };

    if (Device == INVALID_HANDLE_VALUE)
        FAIL("open failed ");
    if (!DeviceIoControl(Device, IOCTL_ADD, Numbers, sizeof(Numbers), &Answer, sizeof(Answer),
                         &Returned, NULL) || Returned != sizeof(Answer))
        FAIL("add failed ");
    PRINT_NUMBER("sum ", Answer);

    if (!DeviceIoControl(Device, IOCTL_REVERSE, Text, sizeof(Text), Text, sizeof(Text),
                         &Returned, NULL) || Returned != sizeof(Text))
        FAIL("reverse failed ");
    print("reversed ", 9);
    print(Text, sizeof(Text));
    print("\n", 1);

    if (!DeviceIoControl(Device, IOCTL_COUNT, NULL, 0, &Answer, sizeof(Answer), &Returned, NULL))
        FAIL("count failed ");
    PRINT_NUMBER("count ", Answer);

    /* Too short for two numbers: the driver has to refuse it. */
    if (DeviceIoControl(Device, IOCTL_ADD, Numbers, 4, &Answer, sizeof(Answer), &Returned, NULL))
        FAIL("short input accepted ");
    CloseHandle(Device);
    ExitProcess(0);
}
