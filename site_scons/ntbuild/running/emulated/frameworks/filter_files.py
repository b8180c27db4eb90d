r"""Operations on a file of the volume, before and after the file system, through a minifilter.

    file = File(kernel, filters, "\\there.txt")
    file.send(CREATE, information=1)
    file.transfer(Write(b"abc"))                    # a buffer of the program's, without an MDL
    file.send(CLEANUP), file.send(CLOSE)

The file system below keeps the bytes of each file. An operation that the filter completes itself
does not get there; one that is pended gets time: `FltCompletePendedPreOperation` ends it.

Source: fltKernel.h's reference pages; "Writing Preoperation Callback Routines".
"""

from collections.abc import Callable
from typing import Final

from ntbuild.running.emulated.answer import Answer
from ntbuild.running.emulated.clock import clock_of
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.values import Read, Write

from .filters import Filters, rows_of

CREATE, CLOSE, READ, WRITE, QUERY, SET, CLEANUP = 0, 2, 3, 4, 5, 6, 18
_WITH_CALLBACK, _PENDING, _COMPLETE, _SYNCHRONIZE, _LAST = 0, 2, 4, 5, 6
_BLOCK: Final = "FLT_IO_PARAMETER_BLOCK"
_DATA: Final = "FLT_CALLBACK_DATA"
_IRP_OPERATION: Final = 1
_STANDARD, _END_OF_FILE = 5, 20
"""Classes of FILE_STANDARD_INFORMATION (24 bytes) and FILE_END_OF_FILE_INFORMATION (8)."""


class File:
    """A file that a program has opened, or tries to open."""

    def __init__(self, kernel: Kernel, filters: Filters, name: str) -> None:
        self._kernel, self._filters = kernel, filters
        self._content = bytearray(b"what is in the file")
        self._object = kernel.allocate(kernel.size_of("FILE_OBJECT"))
        kernel.set(self._object, "FILE_OBJECT.Type", 5)
        kernel.set(self._object, "FILE_OBJECT.Size", kernel.size_of("FILE_OBJECT"))
        text = kernel.machine.bytes_at(kernel.new_string(name), kernel.size_of("UNICODE_STRING"))
        kernel.machine.put(kernel.at(self._object, "FILE_OBJECT.FileName"), text)

    def transfer(self, call: Read | Write) -> Answer:
        """A read or a write of the file's bytes."""
        kernel = self._kernel
        is_read = isinstance(call, Read)
        size = call.size if isinstance(call, Read) else len(call.data)
        buffer = kernel.allocate_user(b"" if isinstance(call, Read) else call.data, size)

        def fill(block: int) -> None:
            kernel.set(block, f"{_BLOCK}.Parameters.Read.Length", size)
            kernel.set(block, f"{_BLOCK}.Parameters.Read.ByteOffset", call.offset)
            kernel.set(block, f"{_BLOCK}.Parameters.Read.ReadBuffer", buffer)

        def serve(block: int) -> int:
            # The filter may have put a buffer of its own in place of the program's.
            count = kernel.get(block, f"{_BLOCK}.Parameters.Read.Length")
            at = kernel.get(block, f"{_BLOCK}.Parameters.Read.ByteOffset")
            target = kernel.get(block, f"{_BLOCK}.Parameters.Read.ReadBuffer")
            if is_read:
                found = bytes(self._content[at : at + count])
                kernel.machine.put(target, found)
                return len(found)
            self._content[at : at + count] = kernel.machine.bytes_at(target, count)
            return count

        answer = self.send(READ if is_read else WRITE, fill, serve)
        count = min(answer.information, size) if is_read and not answer.status >> 31 else 0
        output = kernel.machine.bytes_at(buffer, count) if count else b""
        return Answer(answer.status, answer.information, output)

    def query(self) -> Answer:
        """How long the file is: FILE_STANDARD_INFORMATION."""
        kernel, place = self._kernel, f"{_BLOCK}.Parameters.QueryFileInformation"
        buffer = kernel.allocate(24)

        def fill(block: int) -> None:
            kernel.set(block, f"{place}.Length", 24)
            kernel.set(block, f"{place}.FileInformationClass", _STANDARD)
            kernel.set(block, f"{place}.InfoBuffer", buffer)

        def serve(_block: int) -> int:
            kernel.machine.store(buffer, 4096, 8)
            kernel.machine.store(buffer + 8, len(self._content), 8)
            kernel.machine.store(buffer + 16, 1, 4)
            return 24

        return self.send(QUERY, fill, serve)

    def set_size(self) -> Answer:
        """Cut the file at eight bytes: FILE_END_OF_FILE_INFORMATION."""
        kernel, place = self._kernel, f"{_BLOCK}.Parameters.QueryFileInformation"
        buffer = kernel.allocate(8)
        kernel.machine.store(buffer, 8, 8)

        def fill(block: int) -> None:
            kernel.set(block, f"{place}.Length", 8)
            kernel.set(block, f"{place}.FileInformationClass", _END_OF_FILE)
            kernel.set(block, f"{_BLOCK}.Parameters.SetFileInformation.InfoBuffer", buffer)

        return self.send(SET, fill, lambda _block: 0)

    def send(
        self,
        major: int,
        fill: Callable[[int], None] = lambda _block: None,
        serve: Callable[[int], int] | None = None,
        status: int = 0,
        information: int = 0,
    ) -> Answer:
        """One operation: the filter's routine, the file system, the routine after it."""
        kernel = self._kernel
        data, block = self._new_data(major)
        fill(block)
        answer = (status, information)
        for row in rows_of(kernel, self._filters):
            if kernel.get(row, "FLT_OPERATION_REGISTRATION.MajorFunction") != major:
                continue
            related, completion = self._filters.related(self._object), kernel.allocate(8)
            before = kernel.get(row, "FLT_OPERATION_REGISTRATION.PreOperation")
            after = kernel.get(row, "FLT_OPERATION_REGISTRATION.PostOperation")
            verdict = self._before(before, data, related, completion)
            if verdict == _COMPLETE:
                return self._answer(data)
            if serve is not None:
                answer = (0, serve(block))
                serve = None
            self._set_answer(data, answer)
            if after and verdict in (_WITH_CALLBACK, _SYNCHRONIZE):
                context = kernel.machine.load(completion)
                with kernel.at_level(0):
                    kernel.call(after, data, related, context, 0, what="a PostOperation")
            answer = (
                kernel.get(data, f"{_DATA}.IoStatus.Status"),
                kernel.get(data, f"{_DATA}.IoStatus.Information"),
            )
        if serve is not None:
            answer = (0, serve(block))
        self._set_answer(data, answer)
        return self._answer(data)

    def _new_data(self, major: int) -> tuple[int, int]:
        """FLT_CALLBACK_DATA of an operation and its parameter block."""
        kernel = self._kernel
        data = kernel.allocate(kernel.size_of(_DATA))
        block = kernel.allocate(kernel.size_of(_BLOCK) + 64)
        kernel.set(data, f"{_DATA}.Flags", _IRP_OPERATION)
        kernel.set(data, f"{_DATA}.Iopb", block)
        kernel.set(data, f"{_DATA}.Thread", kernel.subjects["thread"])
        kernel.set(data, f"{_DATA}.RequestorMode", 1)
        kernel.set(block, f"{_BLOCK}.MajorFunction", major)
        kernel.set(block, f"{_BLOCK}.TargetFileObject", self._object)
        kernel.set(block, f"{_BLOCK}.TargetInstance", self._filters.instance)
        if major == CREATE:  # SecurityContext, then Options: open if it is there, or make it
            security = kernel.allocate(64)
            kernel.machine.store(kernel.at(block, f"{_BLOCK}.Parameters"), security)
        return data, block

    def _before(self, routine: int, data: int, related: int, completion: int) -> int:
        """What the filter says before the operation; a pending one is waited for."""
        kernel = self._kernel
        if not routine:
            return _WITH_CALLBACK
        with kernel.at_level(0):
            verdict = kernel.call(routine, data, related, completion, what="a PreOperation")
        if verdict == _PENDING:
            clock_of(kernel).run_pending()
            ended = self._filters.ended.pop(data, None)
            if ended is None:
                raise RefusedError("a PreOperation keeps the request pending")
            verdict, context = ended
            kernel.machine.store(completion, context)
        if verdict > _LAST:
            raise RefusedError(f"a PreOperation returns {verdict:#x}, no FLT_PREOP_CALLBACK_STATUS")
        return verdict

    def _set_answer(self, data: int, answer: tuple[int, int]) -> None:
        self._kernel.set(data, f"{_DATA}.IoStatus.Status", answer[0])
        self._kernel.set(data, f"{_DATA}.IoStatus.Information", answer[1])

    def _answer(self, data: int) -> Answer:
        kernel = self._kernel
        status = kernel.get(data, f"{_DATA}.IoStatus.Status")
        return Answer(status, kernel.get(data, f"{_DATA}.IoStatus.Information"))
