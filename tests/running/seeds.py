"""Seeded faults: drivers that are wrong in one way each, by their source or by their image's bytes.

`SOURCES` has code for the marks of `drivers.BASE`; `IMAGES` changes the bytes of a good image,
whose checksum is put right afterwards. A seed that a machine cannot have raises LookupError.
"""

import struct

from ntbuild.pecoff.image.checksum import checksum

ALLOCATE = "PUCHAR Block = ExAllocatePoolWithTag(NonPagedPoolNx, 40, 'bltn');"
LOCK = "static KSPIN_LOCK Lock;"
HEAD = "KIRQL Level; KeAcquireSpinLock(&Lock, &Level);"
CONTROL = "if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL) { @ }"


def control(code):
    return CONTROL.replace("@", code)


SOURCES = {
    "writes a constant": {"entry": "*(volatile ULONG *)&Constant = 8;"},
    "writes code": {"entry": "*(volatile UCHAR *)(ULONG_PTR)&Next = 0xCC;"},
    "null pointer": {"entry": "*(volatile ULONG *)0 = 1;"},
    "wild pointer": {"entry": "*(volatile ULONG *)(ULONG_PTR)0xDEADBEEF = 1;"},
    "pointer of a program": {
        "dispatch": control("*(volatile ULONG *)Irp->UserBuffer = 1;"),
    },
    "executes data": {
        "globals": "static UCHAR Code[16] = { 0xC3 };",
        "entry": "((VOID (NTAPI *)(VOID))(ULONG_PTR)Code)();",
    },
    "pool is left": {"entry": ALLOCATE + "UNREFERENCED_PARAMETER(Block);"},
    "pool is freed twice": {
        "entry": ALLOCATE + "ExFreePoolWithTag(Block, 'bltn'); ExFreePoolWithTag(Block, 'bltn');"
    },
    "pool is freed with another tag": {"entry": ALLOCATE + "ExFreePoolWithTag(Block, 'xxxx');"},
    "pool is overrun by a byte": {
        "entry": ALLOCATE + "*(volatile UCHAR *)(Block + 40) = 1; ExFreePoolWithTag(Block, 'bltn');"
    },
    "pool is overrun by a page": {"entry": ALLOCATE + "*(volatile UCHAR *)(Block + 4200) = 1;"},
    "pool is used after it is freed": {
        "entry": ALLOCATE + "ExFreePoolWithTag(Block, 'bltn'); *(volatile UCHAR *)Block = 1;"
    },
    "pool is read before it is written": {
        "entry": ALLOCATE + "*(volatile ULONG *)*(PVOID volatile *)Block = 1;"
    },
    "frees what is no pool": {"entry": "ExFreePool((PVOID)&Counter);"},
    "paged pool at DISPATCH_LEVEL": {
        "globals": LOCK,
        "entry": HEAD + "ExFreePool(ExAllocatePoolWithTag(PagedPool, 8, 'bltn'));"
        "KeReleaseSpinLock(&Lock, Level);",
    },
    "spin lock is not released": {"globals": LOCK, "dispatch": control(HEAD)},
    "spin lock is taken twice": {
        "globals": LOCK,
        "entry": "KIRQL Level, More; KeAcquireSpinLock(&Lock, &Level);"
        "KeAcquireSpinLock(&Lock, &More);",
    },
    "spin lock is released by nobody": {
        "globals": LOCK,
        "entry": "KeReleaseSpinLock(&Lock, PASSIVE_LEVEL);",
    },
    "waits at DISPATCH_LEVEL": {
        "globals": LOCK + "static KEVENT Event;",
        "entry": "KeInitializeEvent(&Event, NotificationEvent, FALSE);"
        + HEAD
        + "KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);",
    },
    "waits for ever": {
        "globals": "static KEVENT Event;",
        "entry": "KeInitializeEvent(&Event, NotificationEvent, FALSE);"
        "KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);",
    },
    "calls a passive routine at DISPATCH_LEVEL": {
        "globals": LOCK,
        "entry": 'UNICODE_STRING Link; RtlInitUnicodeString(&Link, L"\\\\??\\\\x");'
        + HEAD
        + "IoCreateSymbolicLink(&Link, &Name);",
    },
    "completes a request twice": {"completed": control("IoCompleteRequest(Irp, 0);")},
    "completes no request": {"dispatch": control("return STATUS_SUCCESS;")},
    "returns another status": {"completed": control("return STATUS_UNSUCCESSFUL;")},
    "stays pending": {"dispatch": control("IoMarkIrpPending(Irp); return STATUS_PENDING;")},
    "says more than the buffer has": {
        "dispatch": control(
            "Irp->IoStatus.Status = STATUS_SUCCESS; Irp->IoStatus.Information = 4096;"
            "IoCompleteRequest(Irp, 0); return STATUS_SUCCESS;"
        )
    },
    "overruns the system buffer": {
        "dispatch": control("*((volatile UCHAR *)Irp->AssociatedIrp.SystemBuffer + 64) = 1;")
    },
    "overruns the device extension": {
        "dispatch": control("*((volatile UCHAR *)DeviceObject->DeviceExtension + 64) = 1;")
    },
    "symbolic link is left": {
        "entry": 'UNICODE_STRING Link; RtlInitUnicodeString(&Link, L"\\\\??\\\\x");'
        "IoCreateSymbolicLink(&Link, &Name);"
    },
    "second device is left": {
        "entry": "PDEVICE_OBJECT More; IoCreateDevice(DriverObject, 0, NULL, 34, 0, FALSE, &More);",
    },
    "timer is left": {
        "globals": "static KTIMER Timer;",
        "entry": "LARGE_INTEGER Due; Due.QuadPart = -1000000000; KeInitializeTimer(&Timer);"
        "KeSetTimer(&Timer, Due, NULL);",
    },
    "work item is left": {"entry": "(void)IoAllocateWorkItem(Device);"},
    "MDL is left": {"entry": "(void)IoAllocateMdl((PVOID)&Counter, 4, FALSE, FALSE, NULL);"},
    "lowers to a higher level": {"entry": "KeLowerIrql(DISPATCH_LEVEL);"},
    "recursion without end": {
        "globals": '#pragma clang diagnostic ignored "-Winfinite-recursion"\n'
        "ULONG NTAPI Deep(ULONG *Up) { volatile ULONG Room[64]; Room[0] = *Up + 1;"
        "return Deep((ULONG *)Room) + Room[0]; }",
        "entry": 'ULONG Zero = 0; DbgPrint("%u\\n", Deep(&Zero));',
    },
    "loop without end": {"entry": "while (Counter) { }"},
    "bug check": {"entry": "KeBugCheckEx(0xE2, 1, 2, 3, 4);"},
    "fails to start": {"entry": "return STATUS_INSUFFICIENT_RESOURCES;"},
    "uses discarded code": {
        "globals": "NTBUILD_INIT ULONG NTAPI Early(VOID); NTBUILD_INIT ULONG NTAPI Early(VOID)"
        "{ return Counter; } static ULONG (NTAPI *volatile Kept)(VOID);",
        "entry": "Kept = Early;",
        "dispatch": control("Counter += Kept();"),
    },
    "event is never initialized": {
        "globals": "static KEVENT Event;",
        "entry": "KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);",
    },
}
"""What is done wrong, and the code for it."""


class Image:
    """The bytes of an image that is to be damaged."""

    def __init__(self, data):
        self.data = bytearray(data)
        (nt,) = struct.unpack_from("<I", self.data, 60)
        self.machine, self.count = struct.unpack_from("<HH", self.data, nt + 4)
        (size,) = struct.unpack_from("<H", self.data, nt + 20)
        self.nt, self.optional = nt, nt + 24
        self.is_wide = self.get(self.optional, 2) == 0x20B
        self.directories = self.optional + (112 if self.is_wide else 96)
        self.table = self.optional + size

    def get(self, at, size=4):
        return int.from_bytes(self.data[at : at + size], "little")

    def put(self, at, value, size=4):
        self.data[at : at + size] = (value % (1 << 8 * size)).to_bytes(size, "little")

    def add(self, at, value, size=4):
        self.put(at, self.get(at, size) + value, size)

    def section(self, name):
        """The offset of a section's header."""
        for index in range(self.count):
            at = self.table + 40 * index
            if self.data[at : at + 8].rstrip(b"\0") == name.encode():
                return at
        raise LookupError(name)

    def directory(self, index):
        return self.get(self.directories + 8 * index), self.get(self.directories + 8 * index + 4)

    def offset(self, rva):
        for index in range(self.count):
            at = self.table + 40 * index
            size, start, _, raw = struct.unpack_from("<4I", self.data, at + 8)
            if start <= rva < start + size:
                return raw + rva - start
        return rva

    def fix_checksum(self):
        at = self.optional + 64
        self.put(at, checksum(memoryview(bytes(self.data)), at))


def relocations(image):
    """Offset of each entry."""
    rva, size = image.directory(5)
    at = image.offset(rva)
    end = at + size
    while at < end:
        block = image.get(at + 4)
        yield from range(at + 8, at + block, 2)
        at += block


def emptied_relocations(image):
    for at in relocations(image):
        image.put(at, 0, 2)


def relocation_page(image):
    image.add(image.offset(image.directory(5)[0]), 8)


def relocation_type(image):
    at = next(relocations(image))
    image.put(at, 0xB000 | image.get(at, 2) & 0xFFF, 2)


def relocation_size(image):
    image.put(image.offset(image.directory(5)[0]) + 4, 3)


def relocation_moved(image):
    at = next(relocations(image))
    image.add(at, 4, 2)


def other_base(image):
    image.add(image.optional + (24 if image.is_wide else 28), 0x100000)


def discardable_imports(image):
    rva, _ = image.directory(12)
    for index in range(image.count):
        at = image.table + 40 * index
        if image.get(at + 12) <= rva < image.get(at + 12) + image.get(at + 8):
            image.put(at + 36, image.get(at + 36) | 0x02000000)


def functions(image):
    rva, size = image.directory(3)
    if not size:
        raise LookupError("no unwind data")
    step = 12 if image.machine == 0x8664 else 8
    at = image.offset(rva)
    return range(at, at + size, step)


def shifted_functions(image):
    for at in functions(image):
        image.add(at, 0x40)


def wrong_unwind_data(image):
    rows = functions(image)
    for at in rows:
        if image.machine == 0x8664:
            image.put(at + 8, image.get(rows[0] + 8) + 4)
        elif image.get(at + 4) & 3:
            image.put(at + 4, image.get(at + 4) ^ 0x00A00000)
        else:
            image.add(at + 4, 4)


def no_functions(image):
    if not image.directory(3)[1]:
        raise LookupError("no unwind data")
    image.put(image.directories + 24, 0)
    image.put(image.directories + 28, 0)


def flag(name, on=0, off=0):
    def change(image):
        at = image.section(name) + 36
        image.put(at, image.get(at) & ~off | on)

    return change


def section_moved(image):
    image.add(image.section(".data") + 12, 0x1000)


def section_unaligned(image):
    image.add(image.section(".data") + 12, 0x10)


def section_beyond_file(image):
    image.add(image.section(".text") + 20, 0x100000)


def rename(old, new):
    def change(image):
        at = bytes(image.data).index(old)
        image.data[at : at + len(old)] = new

    return change


def entry(change):
    def damage(image):
        image.put(image.optional + 16, change(image))

    return damage


def entry_in_data(image):
    return image.get(image.section(".data") + 12)


def entry_off(image):
    return image.get(image.optional + 16) + (7 if image.machine in (0x8664, 0x14C) else 4)


def size_of_image(image):
    image.add(image.optional + 56, -0x1000)


def size_of_headers(image):
    image.put(image.optional + 60, 0x8000)


def wrong_checksum(image):
    image.add(image.optional + 64, 1)


def truncated(image):
    del image.data[-512:]


def stripped(image):
    image.put(image.nt + 22, image.get(image.nt + 22, 2) | 1, 2)


def imports_far_away(image):
    image.put(image.directories + 8, 0x00F00000)


def no_sections(image):
    image.put(image.nt + 6, 0, 2)


def many_sections(image):
    image.put(image.nt + 6, 0xFFFF, 2)


def misaligned_stack(image):
    """x64: ``sub rsp, N`` of DriverEntry and its ``add rsp, N`` become N + 8."""
    if image.machine != 0x8664:
        raise LookupError("x64 only")
    start = image.offset(image.get(image.optional + 16))
    code = image.data[start : start + 700]
    at = code.index(b"\x48\x83\xec")
    size = code[at + 3]
    image.data[start + at + 3] = size + 8
    at = code.find(b"\x48\x83\xc4" + bytes([size]))
    while at >= 0:
        image.data[start + at + 3] = size + 8
        at = code.find(b"\x48\x83\xc4" + bytes([size]), at + 1)


def clobbered_register(image):
    """x64: the first ``pop rsi`` or ``pop rdi`` behind DriverEntry becomes a nop."""
    if image.machine != 0x8664:
        raise LookupError("x64 only")
    start = image.offset(image.get(image.optional + 16))
    at = min(
        (
            found
            for code in (b"\x5e", b"\x5f")
            if (found := image.data.find(code + b"\xc3", start)) > 0
        ),
        default=-1,
    )
    if at < 0:
        raise LookupError("no pop")
    image.data[at] = 0x90


IMAGES = {
    "relocations are emptied": emptied_relocations,
    "relocations are for another page": relocation_page,
    "a relocation has a type that there is not": relocation_type,
    "a block of relocations has a wrong size": relocation_size,
    "a relocation is four bytes off": relocation_moved,
    "the header has another base": other_base,
    "the import table is discardable": discardable_imports,
    "functions begin later": shifted_functions,
    "functions have other unwind data": wrong_unwind_data,
    "functions have no unwind data": no_functions,
    "code can be written": flag(".text", on=0x80000000),
    "data cannot be written": flag(".data", off=0x80000000),
    "PAGE cannot be executed": flag("PAGE", off=0x20000000),
    "PAGE is discardable": flag("PAGE", on=0x02000000),
    "data is discardable": flag(".data", on=0x02000000),
    "constants cannot be read": flag(".rdata", off=0x60000000),
    "a section is not aligned": section_unaligned,
    "a section is a page further": section_moved,
    "a section ends behind the file": section_beyond_file,
    "a routine is misspelt": rename(b"DbgPrint\0", b"DbgPrimt\0"),
    "a module is misspelt": rename(b"ntoskrnl.exe\0", b"ntoskrmx.exe\0"),
    "the entry point is in data": entry(entry_in_data),
    "the entry point is some bytes further": entry(entry_off),
    "the entry point is nowhere": entry(lambda _: 0x00F00000),
    "there is no entry point": entry(lambda _: 0),
    "SizeOfImage is a page less": size_of_image,
    "SizeOfHeaders reaches into a section": size_of_headers,
    "the checksum is wrong": wrong_checksum,
    "the file is cut off": truncated,
    "relocations are stripped": stripped,
    "the import table is nowhere": imports_far_away,
    "there are no sections": no_sections,
    "there are too many sections": many_sections,
    "the stack is not aligned": misaligned_stack,
    "a register is not restored": clobbered_register,
}
"""What is wrong, and the function that makes it so."""


def damaged(data, seed):
    """An image with a fault. Raises LookupError when it cannot have it."""
    image = Image(data)
    IMAGES[seed](image)
    if seed != "the checksum is wrong":
        image.fix_checksum()
    return bytes(image.data)
