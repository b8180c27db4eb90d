"""The filter manager: a minifilter registers, is attached to a volume, sees files opened, goes.

There is one volume, an NTFS disk, with one instance of the filter. Two files are opened on it, one
of which is there. Contexts have their reference counts, and their cleanup routines are called.

Source: fltKernel.h's reference pages; "Filter Manager Concepts".
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.pool import Block
from ntbuild.support.values import dataclass

TABLE: Final = Routines()
SUBJECT: Final = "filter manager"
PASSIVE, APC = 0, 1
_SUCCESS: Final = 0
_DO_NOT_ATTACH: Final = 0xC01C000F
_NOT_FOUND: Final = 0xC0000225
_NO_CONTEXT: Final = 0xC01C0016
_ALREADY: Final = 0xC01C0014
_KEEP: Final = 1
_CONTEXT: Final = "FLT_CONTEXT_REGISTRATION"
_OPERATION: Final = "FLT_OPERATION_REGISTRATION"
_END_OF_OPERATIONS: Final = 0x80
_MOST_ROWS: Final = 256
_END_OF_CONTEXTS: Final = 0xFFFF
_VARIABLE: Final = 0xFFFFFFFF
_TAG: Final = 0x78637446
CALLBACKS: Final = (
    *("FilterUnloadCallback", "InstanceSetupCallback", "InstanceQueryTeardownCallback"),
    *("InstanceTeardownStartCallback", "InstanceTeardownCompleteCallback"),
    *("GenerateFileNameCallback", "NormalizeNameComponentCallback"),
    *("NormalizeContextCleanupCallback", "TransactionNotificationCallback"),
    *("NormalizeNameComponentExCallback", "SectionNotificationCallback"),
)
"""The routines of FLT_REGISTRATION that are called or reported as never called."""


@dataclass(slots=True)
class Context:
    """A context: its kind, its count, and the routine that is called when it goes."""

    address: int
    kind: int
    count: int
    cleanup: int


class Filters:
    """The filter of one driver; ``slots``: contexts by object and kind."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.registration = 0
        self.filter = self.volume = self.instance = 0
        self.is_started = self.is_attached = False
        self.contexts: Final[dict[int, Context]] = {}
        self.blocks: Final[dict[int, Block]] = {}
        self.slots: Final[dict[tuple[int, str], int]] = {}
        self.ports: Final[dict[int, tuple[int, int, int, int]]] = {}
        self.ended: Final[dict[int, tuple[int, int]]] = {}
        """What `FltCompletePendedPreOperation` said: status and context by callback data."""

    def callback(self, name: str) -> int:
        """A routine of FLT_REGISTRATION; 0 for none."""
        return self.kernel.get(self.registration, f"FLT_REGISTRATION.{name}")

    def related(self, file: int) -> int:
        """FLT_RELATED_OBJECTS of the instance and a file."""
        kernel = self.kernel
        at = kernel.allocate(kernel.size_of("FLT_RELATED_OBJECTS"))
        kernel.set(at, "FLT_RELATED_OBJECTS.Size", kernel.size_of("FLT_RELATED_OBJECTS"))
        for name, value in (
            ("Filter", self.filter),
            ("Volume", self.volume),
            ("Instance", self.instance),
            ("FileObject", file),
        ):
            kernel.set(at, f"FLT_RELATED_OBJECTS.{name}", value)
        return at

    def release(self, address: int, routine: str) -> None:
        """Give one reference of a context back; the last one frees it."""
        context = self.contexts.get(address)
        if context is None:
            raise RefusedError(f"{routine}: {address:#x} is no context that exists")
        context.count -= 1
        if context.count:
            return
        del self.contexts[address]
        if context.cleanup:
            what = "a context's cleanup routine"
            self.kernel.call(context.cleanup, address, context.kind, what=what)
        self.kernel.release("context", address, routine)
        self.kernel.pool.blocks[address] = self.blocks.pop(address)
        self.kernel.pool.free(address, routine)

    def detach(self) -> None:
        """The instance goes: teardown routines, then the contexts that it has."""
        if not self.is_attached:
            return
        self.is_attached = False
        for name in ("InstanceTeardownStartCallback", "InstanceTeardownCompleteCallback"):
            if routine := self.callback(name):
                self.kernel.call(routine, self.related(0), 1, what=name)
        for key, address in list(self.slots.items()):
            del self.slots[key]
            self.release(address, "FltUnregisterFilter")


def filters_of(kernel: Kernel) -> Filters:
    """The filter manager of a kernel."""
    found: Filters = kernel.subject(SUBJECT, Filters)
    return found


# ---- registration --------------------------------------------------------------------------------


@TABLE.serves("FltRegisterFilter(p p p) u", irql=PASSIVE)
def flt_register_filter(kernel: Kernel, driver: int, registration: int, result: int) -> int:
    """Register a filter; its tables are walked."""
    filters = filters_of(kernel)
    if filters.registration:
        raise RefusedError("FltRegisterFilter: the driver has registered a filter already")
    size = kernel.get(registration, "FLT_REGISTRATION.Size")
    version = kernel.get(registration, "FLT_REGISTRATION.Version")
    least = kernel.size_of("FLT_REGISTRATION") - 3 * kernel.machine.width
    if size < least or version >> 8 != 2:
        return 0xC000000D
    # A filter for an older manager has fewer callbacks: what is behind them stays zero.
    filters.registration = kernel.allocate(kernel.size_of("FLT_REGISTRATION"))
    given = kernel.machine.bytes_at(registration, min(size, kernel.size_of("FLT_REGISTRATION")))
    kernel.machine.put(filters.registration, given)
    _copy_tables(kernel, filters.registration)
    filters.filter, filters.volume, filters.instance = (kernel.allocate(64) for _ in range(3))
    for row in rows_of(kernel, filters):
        major = kernel.get(row, f"{_OPERATION}.MajorFunction")
        for name in ("PreOperation", "PostOperation"):
            routine = kernel.get(row, f"{_OPERATION}.{name}")
            if routine and kernel.image_at(routine) is None:
                raise RefusedError(f"FltRegisterFilter: {name} {routine:#x} is in no image")
            kernel.registers(routine, f"{name} {major}")
    for name in CALLBACKS:
        kernel.registers(filters.callback(name), name)
    for row in _contexts_of(kernel, filters):
        for name in ("ContextCleanupCallback", "ContextAllocateCallback", "ContextFreeCallback"):
            kernel.registers(kernel.get(row, f"{_CONTEXT}.{name}"), name)
    kernel.machine.store(result, filters.filter)
    kernel.hold("filter", filters.filter)
    _ = driver
    return _SUCCESS


def _copied(kernel: Kernel, address: int, size: int) -> int:
    """A copy of what a driver may have in a section that is discarded."""
    copy = kernel.allocate(size)
    kernel.machine.put(copy, kernel.machine.bytes_at(address, size))
    return copy


def _copy_tables(kernel: Kernel, registration: int) -> None:
    """Copies of the tables of operations and contexts for a copy of FLT_REGISTRATION."""
    for table, row, first, end in (
        ("Operation", _OPERATION, "MajorFunction", _END_OF_OPERATIONS),
        ("Context", _CONTEXT, "ContextType", _END_OF_CONTEXTS),
    ):
        field = f"FLT_REGISTRATION.{table}Registration"
        start, step = kernel.get(registration, field), kernel.size_of(row)
        if not start:
            continue
        count = 0
        while kernel.get(start + count * step, f"{row}.{first}") != end:
            count += 1
            if count == _MOST_ROWS:
                raise RefusedError(f"FltRegisterFilter: the table {table}Registration has no end")
        kernel.set(registration, field, _copied(kernel, start, (count + 1) * step))


def rows_of(kernel: Kernel, filters: Filters) -> list[int]:
    """The rows of the table of operations."""
    at = filters.callback("OperationRegistration")
    found: list[int] = []
    while at and kernel.get(at, f"{_OPERATION}.MajorFunction") != _END_OF_OPERATIONS:
        found.append(at)
        at += kernel.size_of(_OPERATION)
    return found


def _contexts_of(kernel: Kernel, filters: Filters) -> list[int]:
    """The rows of the table of contexts."""
    at = filters.callback("ContextRegistration")
    found: list[int] = []
    while at and kernel.get(at, f"{_CONTEXT}.ContextType") != _END_OF_CONTEXTS:
        found.append(at)
        at += kernel.size_of(_CONTEXT)
    return found


@TABLE.serves("FltStartFiltering(p) u", irql=PASSIVE)
def flt_start_filtering(kernel: Kernel, given: int) -> int:
    """Attach the filter to the volume."""
    filters = _checked(kernel, given)
    filters.is_started = True
    setup = filters.callback("InstanceSetupCallback")
    # FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME is 4; a disk's file system, NTFS.
    status = (
        kernel.call(setup, filters.related(0), 4, 8, 2, what="InstanceSetupCallback")
        if setup
        else 0
    )
    filters.is_attached = not status >> 31
    if status >> 31 and status != _DO_NOT_ATTACH:
        raise RefusedError(f"InstanceSetupCallback returns {status:#010x}")
    return _SUCCESS


def _checked(kernel: Kernel, given: int) -> Filters:
    filters = filters_of(kernel)
    if not filters.filter or given != filters.filter:
        raise RefusedError(f"{kernel.last}: {given:#x} is no filter that is registered")
    return filters


@TABLE.serves("FltUnregisterFilter(p) v", irql=PASSIVE)
def flt_unregister_filter(kernel: Kernel, given: int) -> None:
    """Take the filter from the volume and forget it."""
    filters = _checked(kernel, given)
    filters.detach()
    if filters.ports:
        raise RefusedError("FltUnregisterFilter: a communication port is open")
    kernel.release("filter", given, "FltUnregisterFilter")
    filters.registration = filters.filter = 0


# ---- contexts ------------------------------------------------------------------------------------


@TABLE.serves("FltAllocateContext(p h p u p) u", irql=APC)
def flt_allocate_context(
    kernel: Kernel, given: int, kind: int, size: int, pool: int, result: int
) -> int:
    """A context of a kind and size that the filter has registered."""
    filters = _checked(kernel, given)
    for at in _contexts_of(kernel, filters):
        declared = kernel.get(at, f"{_CONTEXT}.Size")
        is_variable = declared & _VARIABLE == _VARIABLE
        is_kind = kernel.get(at, f"{_CONTEXT}.ContextType") == kind
        if is_kind and (is_variable or size <= declared):
            tag = kernel.get(at, f"{_CONTEXT}.PoolTag") or _TAG
            address = kernel.pool.allocate(size, tag, kernel.caller(), is_paged=bool(pool & 1))
            # Kept out of the pool's list: what is left is a context, not a block.
            filters.blocks[address] = kernel.pool.blocks.pop(address)
            cleanup = kernel.get(at, f"{_CONTEXT}.ContextCleanupCallback")
            filters.contexts[address] = Context(address, kind, 1, cleanup)
            kernel.hold("context", address, f"allocated at {kernel.caller()}")
            kernel.machine.store(result, address)
            return _SUCCESS
    kernel.machine.store(result, 0)
    return _NO_CONTEXT


@TABLE.serves("FltReleaseContext(p) v", irql=2)
def flt_release_context(kernel: Kernel, context: int) -> None:
    """Give a reference back."""
    filters_of(kernel).release(context, "FltReleaseContext")


@TABLE.serves("FltReferenceContext(p) v")
def flt_reference_context(kernel: Kernel, context: int) -> None:
    """Count one more reference."""
    found = filters_of(kernel).contexts.get(context)
    if found is None:
        raise RefusedError(f"FltReferenceContext: {context:#x} is no context that exists")
    found.count += 1


def _set(kernel: Kernel, owner: int, kind: str, keep: int, context: int, old: int) -> int:
    filters = filters_of(kernel)
    if context not in filters.contexts:
        raise RefusedError(f"{kernel.last}: {context:#x} is no context that exists")
    before = filters.slots.get((owner, kind), 0)
    if before and keep == _KEEP:
        if old:
            filters.contexts[before].count += 1
            kernel.machine.store(old, before)
        return _ALREADY
    if old:
        kernel.machine.store(old, before)
    elif before:
        filters.release(before, kernel.last)
    filters.contexts[context].count += 1
    filters.slots[owner, kind] = context
    return _SUCCESS


def _get(kernel: Kernel, owner: int, kind: str, result: int) -> int:
    filters = filters_of(kernel)
    found = filters.slots.get((owner, kind), 0)
    kernel.machine.store(result, found)
    if not found:
        return _NOT_FOUND
    filters.contexts[found].count += 1
    return _SUCCESS


def _serve_contexts(kind: str, *, has_file: bool) -> None:
    """Serve Set, Get and Delete of a kind of context, with a file object or without."""

    def put(kernel: Kernel, owner: int, *rest: int) -> int:
        *file, keep, context, old = rest
        return _set(kernel, file[0] if file else owner, kind, keep, context, old)

    def get(kernel: Kernel, owner: int, *rest: int) -> int:
        *file, result = rest
        return _get(kernel, file[0] if file else owner, kind, result)

    def delete(kernel: Kernel, owner: int, *rest: int) -> int:
        *file, old = rest
        filters = filters_of(kernel)
        found = filters.slots.pop((file[0] if file else owner, kind), 0)
        if not found:
            return _NOT_FOUND
        if old:
            kernel.machine.store(old, found)
        else:
            filters.release(found, kernel.last)
        return _SUCCESS

    # The routines of a volume begin with the filter, but for the one that sets.
    file = "p " if has_file else ""
    own = "p " if has_file or kind == "Volume" else ""
    TABLE.serves(f"FltSet{kind}Context(p {file}u p p) u", irql=APC)(put)
    TABLE.serves(f"FltGet{kind}Context(p {own}p) u", irql=APC)(get)
    TABLE.serves(f"FltDelete{kind}Context(p {own}p) u", irql=APC)(delete)


for _kind, _has_file in (
    ("Instance", False),
    ("Volume", False),
    ("Stream", True),
    ("StreamHandle", True),
    ("File", True),
):
    _serve_contexts(_kind, has_file=_has_file)


_OF_PORTS: Final = ("ConnectNotify", "DisconnectNotify", "MessageNotify")


# ---- ports ---------------------------------------------------------------------------------------


@TABLE.serves("FltBuildDefaultSecurityDescriptor(p u) u", irql=PASSIVE)
def flt_build_default_security_descriptor(kernel: Kernel, result: int, _access: int) -> int:
    """A security descriptor that the driver frees."""
    address = kernel.allocate(64)
    kernel.hold("security descriptor", address)
    kernel.machine.store(result, address)
    return _SUCCESS


@TABLE.serves("FltFreeSecurityDescriptor(p) v", irql=PASSIVE)
def flt_free_security_descriptor(kernel: Kernel, address: int) -> None:
    """Free it."""
    kernel.release("security descriptor", address, "FltFreeSecurityDescriptor")


@TABLE.serves("FltCreateCommunicationPort(p p p p p p p u) u", irql=PASSIVE)
def flt_create_communication_port(
    kernel: Kernel,
    given: int,
    result: int,
    _attributes: int,
    cookie: int,
    connect: int,
    disconnect: int,
    message: int,
    _most: int,
) -> int:
    """A port that programs connect to."""
    filters = _checked(kernel, given)
    port = kernel.allocate(32)
    for routine, kind in zip((connect, disconnect, message), _OF_PORTS, strict=True):
        kernel.registers(routine, kind)
    filters.ports[port] = (connect, disconnect, message, cookie)
    kernel.hold("communication port", port)
    kernel.machine.store(result, port)
    return _SUCCESS


@TABLE.serves("FltCloseCommunicationPort(p) v", irql=PASSIVE)
def flt_close_communication_port(kernel: Kernel, port: int) -> None:
    """Close a port."""
    filters_of(kernel).ports.pop(port, None)
    kernel.release("communication port", port, "FltCloseCommunicationPort")


@TABLE.serves("FltCloseClientPort(p p) v", irql=PASSIVE)
def flt_close_client_port(kernel: Kernel, given: int, port: int) -> None:
    """Close a program's connection; its variable becomes null."""
    _checked(kernel, given)
    kernel.release("client port", kernel.machine.load(port), "FltCloseClientPort")
    kernel.machine.store(port, 0)


@TABLE.serves("FltCompletePendedPreOperation(p u p) v", irql=2)
def flt_complete_pended_pre_operation(kernel: Kernel, data: int, status: int, context: int) -> None:
    """End what a PreOperation kept pending."""
    filters_of(kernel).ended[data] = (status, context)


# ---- what a driver asks about a request ----------------------------------------------------------


@TABLE.serves("FltGetFileNameInformation(p u p) u", irql=APC)
def flt_get_file_name_information(kernel: Kernel, data: int, _options: int, result: int) -> int:
    """The name of the file that a request is about; the driver releases it."""
    block = kernel.get(data, "FLT_CALLBACK_DATA.Iopb")
    file = kernel.get(block, "FLT_IO_PARAMETER_BLOCK.TargetFileObject")
    path = kernel.text_of(kernel.at(file, "FILE_OBJECT.FileName"))
    size = kernel.size_of("FLT_FILE_NAME_INFORMATION")
    address = kernel.allocate(size)
    kernel.set(address, "FLT_FILE_NAME_INFORMATION.Size", size)
    volume = "\\Device\\HarddiskVolume1"
    for field, text in (
        ("Name", volume + path),
        ("Volume", volume),
        ("FinalComponent", path.rpartition("\\")[2]),
        ("ParentDir", path.rpartition("\\")[0] + "\\"),
    ):
        source = kernel.new_string(text)
        content = kernel.machine.bytes_at(source, kernel.size_of("UNICODE_STRING"))
        kernel.machine.put(kernel.at(address, f"FLT_FILE_NAME_INFORMATION.{field}"), content)
    kernel.hold("file name", address, f"got at {kernel.caller()}")
    kernel.machine.store(result, address)
    return _SUCCESS


@TABLE.serves("FltParseFileNameInformation(p) u", irql=APC)
def flt_parse_file_name_information(kernel: Kernel, address: int) -> int:
    """Its parts are there already."""
    kernel.get(address, "FLT_FILE_NAME_INFORMATION.Size")
    return _SUCCESS


@TABLE.serves("FltReleaseFileNameInformation(p) v", irql=APC)
def flt_release_file_name_information(kernel: Kernel, address: int) -> None:
    """Give a name back."""
    kernel.release("file name", address, "FltReleaseFileNameInformation")


@TABLE.serves("FltGetRequestorProcess(p) p")
def flt_get_requestor_process(kernel: Kernel, _data: int) -> int:
    """The process."""
    found: int = kernel.subjects["process"]
    return found


@TABLE.serves("FltGetRequestorProcessId(p) u")
def flt_get_requestor_process_id(kernel: Kernel, _data: int) -> int:
    """The process's number."""
    _ = kernel
    return 4


@TABLE.serves("FltGetRoutineAddress(p) p", irql=PASSIVE)
def flt_get_routine_address(kernel: Kernel, _name: int) -> int:
    """No routine is looked up by name."""
    _ = kernel
    return 0
