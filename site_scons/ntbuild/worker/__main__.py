"""The worker process: ``python -m ntbuild.worker`` answers requests until its input ends.

It must end with the build tool, however that ends. A thread therefore does nothing but read: the
end of the input ends the process at once, even in the middle of a link.
"""

import os
import pickle
import queue
import threading
import traceback
from typing import BinaryIO, NoReturn

from ntbuild.building.driver import BuildError
from ntbuild.support.malloc import prepare

from . import Answer, Request


def main() -> NoReturn:
    """Answer requests, one after another."""
    requests, answers = _pipes()
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests, waiting), daemon=True).start()
    while True:
        answer = pickle.dumps(_answer(waiting.get()))
        try:
            answers.write(answer)
            answers.flush()
        except OSError:  # the build tool is gone
            os._exit(1)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Streams for requests and answers; descriptors 0 and 1 become /dev/null and stderr."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _read(requests: BinaryIO, waiting: "queue.SimpleQueue[bytes]") -> None:
    while True:
        try:
            waiting.put(pickle.load(requests))  # noqa: S301 - from the process that started this one
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(0)


def _answer(request: bytes) -> Answer:
    try:
        what = pickle.loads(request)  # noqa: S301 - as above
    except Exception:  # noqa: BLE001 - such as a class that only the build tool can import
        return Answer(unread=True)
    return _run(what)


def _run(what: Request) -> Answer:
    try:
        os.chdir(what.folder)
        prepare(what.inputs)
        return Answer(tuple(what.step.run(what.inputs, what.outputs)))
    except BuildError as error:
        return Answer(error=str(error))
    except Exception as bug:  # noqa: BLE001 - the build tool reports it
        return Answer(error=str(bug), bug=type(bug).__name__, trace=traceback.format_exc())


if __name__ == "__main__":
    main()
