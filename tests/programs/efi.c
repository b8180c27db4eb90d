/*
 * efi - an EFI application that prints one line and shuts the machine down.
 *
 * The text is reached through a table of pointers in writable data, so the line only appears when
 * the image was relocated to where the firmware loaded it.
 */

typedef unsigned short CHAR16;
typedef unsigned long long UINTN;

struct Console {
    void *Reset;
    UINTN (*OutputString)(struct Console *This, const CHAR16 *String);
};

struct RuntimeServices {
    char Header[24];
    void *Functions[10];
    void (*ResetSystem)(int Type, UINTN Status, UINTN Size, void *Data);
};

struct SystemTable {
    char Header[24];
    CHAR16 *FirmwareVendor;
    unsigned FirmwareRevision;
    void *ConsoleInHandle;
    void *ConIn;
    void *ConsoleOutHandle;
    struct Console *ConOut;
    void *StandardErrorHandle;
    void *StdErr;
    struct RuntimeServices *RuntimeServices;
};

static const CHAR16 *volatile Lines[] = { L"linked by pelink\r\n", 0 };

UINTN efi_main(void *Image, struct SystemTable *System)
{
    (void)Image;
    for (const CHAR16 *volatile *Line = Lines; *Line; Line++)
        System->ConOut->OutputString(System->ConOut, *Line);
    System->RuntimeServices->ResetSystem(2, 0, 0, 0);
    return 0;
}
