"""What the filter manager does with a minifilter: opens, connections to its port, its unload.

Source: fltKernel.h's reference pages.
"""

from collections.abc import Callable
from typing import Any, Final

from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel

from .filters import Filters, filters_of, rows_of

_CREATE: Final = 0
_WITH_CALLBACK, _SYNCHRONIZE, _COMPLETE, _PENDING = 0, 5, 4, 2


def serve(kernel: Kernel, entries: list[dict[str, Any]], say: Callable[[str], None]) -> None:
    """Open a file that is there and one that is not; connect to each port and leave it."""
    filters = filters_of(kernel)
    if filters.is_attached:
        for name, status, made in (
            ("\\there.txt", 0, 1),
            ("\\new.txt", 0, 2),
            ("\\no", 0xC0000034, 0),
        ):
            say(f"opening of {name}")
            _open(kernel, filters, name, status, made)
            entry = {"request": f"open {name}", "status": f"{status:#010x}", "information": made}
            entries.append({**entry, "output": ""})
    for port, (connect, disconnect, message, cookie) in list(filters.ports.items()):
        say("a connection to the port")
        _connect(kernel, port, connect, disconnect, message, cookie)
        entry = {"request": "port", "status": "0x00000000", "information": 0, "output": ""}
        entries.append(entry)


def _open(kernel: Kernel, filters: Filters, name: str, status: int, made: int) -> None:
    """One IRP_MJ_CREATE by the driver's routines before and after it."""
    file = kernel.allocate(kernel.size_of("FILE_OBJECT"))
    kernel.set(file, "FILE_OBJECT.Type", 5)
    content = kernel.machine.bytes_at(kernel.new_string(name), kernel.size_of("UNICODE_STRING"))
    kernel.machine.put(kernel.at(file, "FILE_OBJECT.FileName"), content)
    data = kernel.allocate(kernel.size_of("FLT_CALLBACK_DATA"))
    block = kernel.allocate(kernel.size_of("FLT_IO_PARAMETER_BLOCK") + 64)
    kernel.set(data, "FLT_CALLBACK_DATA.Iopb", block)
    kernel.set(data, "FLT_CALLBACK_DATA.Thread", kernel.subjects["thread"])
    kernel.set(data, "FLT_CALLBACK_DATA.RequestorMode", 1)
    kernel.set(block, "FLT_IO_PARAMETER_BLOCK.TargetFileObject", file)
    kernel.set(block, "FLT_IO_PARAMETER_BLOCK.TargetInstance", filters.instance)
    # SecurityContext, then Options: open if it is there, or make it.
    security = kernel.allocate(64)
    kernel.machine.store(kernel.at(block, "FLT_IO_PARAMETER_BLOCK.Parameters"), security)
    for row in rows_of(kernel, filters):
        if kernel.get(row, "FLT_OPERATION_REGISTRATION.MajorFunction") != _CREATE:
            continue
        related, completion = filters.related(file), kernel.allocate(8)
        before = kernel.get(row, "FLT_OPERATION_REGISTRATION.PreOperation")
        after = kernel.get(row, "FLT_OPERATION_REGISTRATION.PostOperation")
        verdict = (
            kernel.call(before, data, related, completion, what="a PreOperation") if before else 0
        )
        if verdict == _PENDING:
            raise RefusedError("a PreOperation keeps the request pending")
        if verdict == _COMPLETE:
            continue
        kernel.set(data, "FLT_CALLBACK_DATA.IoStatus.Status", status)
        kernel.set(data, "FLT_CALLBACK_DATA.IoStatus.Information", made)
        if after and verdict in (_WITH_CALLBACK, _SYNCHRONIZE):
            context = kernel.machine.load(completion)
            kernel.call(after, data, related, context, 0, what="a PostOperation")


def _connect(
    kernel: Kernel, port: int, connect: int, disconnect: int, message: int, cookie: int
) -> None:
    client, result = kernel.allocate(32), kernel.allocate(16)
    kernel.hold("client port", client)
    status = kernel.call(connect, client, cookie, 0, 0, result, what="the port's ConnectNotify")
    if status >> 31:
        del kernel.held["client port", client]
        return
    own = kernel.machine.load(result)
    if message:
        returned = kernel.allocate(16)
        what = "the port's MessageNotify"
        kernel.call(message, own, 0, 0, 0, 0, returned, what=what)
        _bad_message(kernel, message, own, returned)
    kernel.call(disconnect, own, what="the port's DisconnectNotify", result="v")
    _ = port


def _bad_message(kernel: Kernel, message: int, own: int, returned: int) -> None:
    """A message whose buffers are not there: a program may free them at any time."""
    bad = 0x00600000
    what = "the port's MessageNotify with buffers that are not there"
    status = kernel.call(message, own, bad, 64, bad, 64, returned, what=what)
    if not status >> 31:
        raise RefusedError(f"{what}: returns {status:#010x}")


def unload(kernel: Kernel) -> None:
    """Unload the filter as ``fltmc unload`` does."""
    filters = filters_of(kernel)
    if not filters.registration:
        return
    routine = filters.callback("FilterUnloadCallback")
    if not routine:
        return
    status = kernel.call(routine, 0, what="FilterUnloadCallback")
    if status >> 31:
        raise RefusedError(f"FilterUnloadCallback returns {status:#010x}")
