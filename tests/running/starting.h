/* What drivers call while they start; DriverEntry calls Starting(). */
NTSYSAPI PVOID NTAPI RtlPcToFileHeader(PVOID PcValue, PVOID *BaseOfImage);
NTSYSAPI NTSTATUS NTAPI ZwOpenEvent(PHANDLE Event, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes);
__declspec(dllimport) int __cdecl _vsnprintf(char *, size_t, const char *, va_list);

static ULONG Notified;

static VOID NTAPI Notify(PVOID Context, PVOID First, PVOID Second)
{
    Notified += (ULONG)(ULONG_PTR)Context + (ULONG)(ULONG_PTR)First + (ULONG)(ULONG_PTR)Second;
}

static VOID NTAPI Never(PVOID Context, PVOID First, PVOID Second)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(First);
    UNREFERENCED_PARAMETER(Second);
}

static int __cdecl Format(char *To, size_t Most, const char *Text, ...)
{
    va_list Arguments;
    int Count;

    va_start(Arguments, Text);
    Count = _vsnprintf(To, Most, Text, Arguments);
    va_end(Arguments);
    return Count;
}

/* A file is made, written, read and found again; a second handle of it deletes it. */
static VOID Files(VOID)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\??\\C:\\Log.txt"), Same = RTL_CONSTANT_STRING(L"\\??\\c:\\LOG.TXT");
    OBJECT_ATTRIBUTES Attributes, Again;
    IO_STATUS_BLOCK Status;
    FILE_STANDARD_INFORMATION Standard;
    FILE_POSITION_INFORMATION Position;
    FILE_DISPOSITION_INFORMATION Gone = { TRUE };
    LARGE_INTEGER From;
    HANDLE File = NULL, Other = NULL;
    char Text[16] = "";
    NTSTATUS Was;

    InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE, NULL, NULL);
    InitializeObjectAttributes(&Again, &Same, OBJ_KERNEL_HANDLE, NULL, NULL);
    DbgPrint("absent %08X\n", ZwOpenFile(&File, GENERIC_READ, &Attributes, &Status, 0, 0));
    Was = ZwCreateFile(&File, GENERIC_WRITE, &Attributes, &Status, NULL, 0, 0, FILE_OVERWRITE_IF,
                       FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    DbgPrint("create %08X %u\n", Was, (ULONG)Status.Information);
    Was = ZwWriteFile(File, NULL, NULL, NULL, &Status, "0123456789", 10, NULL, NULL);
    From.QuadPart = 12;
    DbgPrint("write %08X %08X\n", Was, ZwWriteFile(File, NULL, NULL, NULL, &Status, "ab", 2, &From, NULL));
    Was = ZwCreateFile(&Other, GENERIC_READ, &Again, &Status, NULL, 0, 0, FILE_CREATE, 0, NULL, 0);
    DbgPrint("again %08X %08X\n", Was, ZwOpenFile(&Other, GENERIC_READ, &Again, &Status, 0, 0));
    ZwQueryInformationFile(Other, &Status, &Standard, sizeof(Standard), FileStandardInformation);
    DbgPrint("size %u\n", (ULONG)Standard.EndOfFile.QuadPart);
    From.QuadPart = 8;
    Was = ZwReadFile(Other, NULL, NULL, NULL, &Status, Text, sizeof(Text), &From, NULL);
    ZwQueryInformationFile(Other, &Status, &Position, sizeof(Position), FilePositionInformation);
    DbgPrint("read %08X %u %d %s%s\n", Was, (ULONG)Position.CurrentByteOffset.QuadPart, Text[2], Text, Text + 4);
    DbgPrint("end %08X\n", ZwReadFile(Other, NULL, NULL, NULL, &Status, Text, 1, NULL, NULL));
    From.QuadPart = 3;
    Was = ZwSetInformationFile(File, &Status, &From, sizeof(From), FileEndOfFileInformation);
    From.QuadPart = 0;
    ZwReadFile(Other, NULL, NULL, NULL, &Status, Text, 16, &From, NULL);
    DbgPrint("cut %08X %u\n", Was, (ULONG)Status.Information);
    Was = ZwSetInformationFile(File, &Status, &Gone, sizeof(Gone), FileDispositionInformation);
    DbgPrint("delete %08X\n", Was);
    Was = ZwClose(File);
    DbgPrint("close %08X %08X\n", Was, ZwClose(Other));
    DbgPrint("gone %08X\n", ZwDeleteFile(&Attributes));
}

static VOID Starting(PDRIVER_OBJECT Driver)
{
    UNICODE_STRING Power = RTL_CONSTANT_STRING(L"\\Callback\\PowerState");
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Callback\\Probe");
    OBJECT_ATTRIBUTES Attributes;
    PCALLBACK_OBJECT Object = NULL, Again = NULL;
    PVOID Handles[2], Base = NULL;
    SECURITY_DESCRIPTOR Descriptor;
    KAFFINITY Mask = 0;
    HANDLE Event = NULL;
    char Text[8];

    InitializeObjectAttributes(&Attributes, &Power, OBJ_CASE_INSENSITIVE, NULL, NULL);
    DbgPrint("power %08X\n", ExCreateCallback(&Object, &Attributes, FALSE, TRUE));
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    DbgPrint("missing %08X\n", ExCreateCallback(&Object, &Attributes, FALSE, TRUE));
    DbgPrint("made %08X\n", ExCreateCallback(&Object, &Attributes, TRUE, TRUE));
    DbgPrint("same %08X\n", ExCreateCallback(&Again, &Attributes, FALSE, TRUE));
    Handles[0] = ExRegisterCallback(Object, Notify, (PVOID)1);
    ExNotifyCallback(Again, (PVOID)20, (PVOID)300);
    Handles[1] = ExRegisterCallback(Object, Never, NULL);
    ExUnregisterCallback(Handles[0]);
    ExUnregisterCallback(Handles[1]);
    DbgPrint("notified %u %d\n", Notified, Object == Again);
    DbgPrint("processors %u %u\n", KeQueryActiveProcessorCount(&Mask), (ULONG)Mask);
#ifdef _WIN64
    Base = RtlPcToFileHeader((PVOID)(ULONG_PTR)Starting, &Base);
#else
    Base = Driver->DriverStart; /* 32-bit kernels do not export it */
#endif
    DbgPrint("image %d\n", Base == Driver->DriverStart);
    DbgPrint("descriptor %08X\n", RtlCreateSecurityDescriptor(&Descriptor, 1));
    DbgPrint("list %08X\n", RtlSetDaclSecurityDescriptor(&Descriptor, TRUE, NULL, FALSE));
    DbgPrint("control %x %x\n", Descriptor.Revision, Descriptor.Control);
    DbgPrint("event %08X\n", ZwOpenEvent(&Event, EVENT_ALL_ACCESS, &Attributes));
    DbgPrint("lead %u\n", NlsOemLeadByteInfo[200]);
    DbgPrint("text %d %s\n", Format(Text, sizeof(Text), "%d-%s", 12, "abc"), Text);
    DbgPrint("cut %d\n", Format(Text, sizeof(Text), "%s", "0123456789"));
    Files();
}
