"""What the filter manager does with a minifilter: files, connections to its port, its unload.

Source: fltKernel.h's reference pages.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.values import Call, Ioctl, Read, Write

from . import filter_files
from .filters import filters_of

_BAD_NAME: Final = 0xC0000034


def serve(
    kernel: Kernel, calls: Sequence[Call], entries: list[dict[str, Any]], say: Callable[[str], None]
) -> None:
    """Use a file that is there, make one, open one that is not; connect to each port and leave it.

    ``calls``: reads and writes of the file that is there; without any, one of each.
    """
    filters = filters_of(kernel)
    if filters.is_attached:
        for name, status, made in (
            ("\\there.txt", 0, 1),
            ("\\new.txt", 0, 2),
            ("\\no", _BAD_NAME, 0),
        ):
            say(f"opening of {name}")
            file = filter_files.File(kernel, filters, name)
            answer = file.send(filter_files.CREATE, status=status, information=made)
            entries.append(answer.to_json(f"open {name}"))
            if answer.status >> 31 == 0:
                _use(file, calls if made == 1 else (), entries, say, is_whole=made == 1)
    for port, (connect, disconnect, message, cookie) in list(filters.ports.items()):
        say("a connection to the port")
        _connect(kernel, port, connect, disconnect, message, cookie)
        entry = {"request": "port", "status": "0x00000000", "information": 0, "output": ""}
        entries.append(entry)


def _use(
    file: filter_files.File,
    calls: Sequence[Call],
    entries: list[dict[str, Any]],
    say: Callable[[str], None],
    *,
    is_whole: bool,
) -> None:
    """What a program does with a file that it has opened, and its end."""
    if is_whole:
        for index, call in enumerate(calls or (Write(b"sixteen bytes ..", offset=0), Read(64))):
            if isinstance(call, Ioctl):
                raise RefusedError(
                    f"calls[{index}] (Ioctl): a minifilter's file takes Read and Write"
                )
            word = f"{type(call).__name__} at {call.offset:#x}"
            say(word)
            entry = file.transfer(call).to_json(word)
            entries.append({**entry, "call": index} if calls else entry)
        for word, operation in (("query", file.query), ("set", file.set_size)):
            say(f"{word} information")
            entries.append(operation().to_json(f"{word} information"))
    for word, major in (("cleanup", filter_files.CLEANUP), ("close", filter_files.CLOSE)):
        say(word)
        entries.append(file.send(major).to_json(word))


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


def unload(kernel: Kernel) -> bool:
    """Unload the filter as ``fltmc unload`` does; False when it cannot be unloaded."""
    filters = filters_of(kernel)
    if not filters.registration:
        return True
    routine = filters.callback("FilterUnloadCallback")
    if not routine:
        return False
    status = kernel.call(routine, 0, what="FilterUnloadCallback")
    if status >> 31:
        raise RefusedError(f"FilterUnloadCallback returns {status:#010x}")
    return True
