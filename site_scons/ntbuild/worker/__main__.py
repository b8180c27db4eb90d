"""The worker itself: ``python -m ntbuild.worker`` answers requests from its input until that ends.

What is hard is ending with the build tool, whatever became of it: a thread does nothing but read,
so that the end of the input ends the process at once, in the middle of a link if need be.
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
        except OSError:  # nobody is there to hear it
            os._exit(1)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Requests and answers; what anything here reads or prints goes elsewhere from now on."""
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
    except Exception:  # noqa: BLE001 - a class that only the build tool can import
        return Answer(unread=True)
    return _carried_out(what)


def _carried_out(what: Request) -> Answer:
    try:
        os.chdir(what.folder)
        prepare(what.inputs)
        return Answer(tuple(what.order.run(what.inputs, what.outputs)))
    except BuildError as error:
        return Answer(error=str(error))
    except Exception as bug:  # noqa: BLE001 - the build tool has the last line of defence
        return Answer(error=str(bug), bug=type(bug).__name__, trace=traceback.format_exc())


if __name__ == "__main__":
    main()
