"""Run by Speakeasy's own Python, which has no ntbuild: ``python -I script.py DRIVER SECONDS``.

The last line of standard output is JSON: where the image was, and for each function that was called
its kind, its result, its error and the calls that it made.
"""

import json
import sys
from typing import Any

from speakeasy import Speakeasy
from speakeasy.profiler import Run
from speakeasy.winenv.defs.nt import ddk

_AWAY = 0x1A0000000, 0x2A000000
"""Where images of x64 and of x86 are loaded; nothing is linked for it."""
_WITHOUT_BUFFERS = ddk.IRP_MJ_READ, ddk.IRP_MJ_WRITE
"""Requests that Speakeasy makes without a buffer, which no driver has to expect."""


def main(path: str, seconds: str) -> dict[str, Any]:
    """Run the driver and print what came of it."""
    tool = Speakeasy()
    tool.config["timeout"] = int(seconds)
    tool._init_emulator(path=path)  # noqa: SLF001 - load_module would map it at once
    emulator = tool.emu
    if not hasattr(emulator, "irp_mj_create"):
        return {"fault": "takes it for a program: it imports nothing of a kernel"}
    load_pe = emulator.load_pe

    def load_elsewhere(*words: Any, **more: Any) -> Any:
        image = load_pe(*words, **more)
        image.rebase(_AWAY[image.OPTIONAL_HEADER.Magic != 0x20B])
        return image

    emulator.load_pe = load_elsewhere
    image = emulator.load_module(path=path)
    image.get_exports = list  # else they are called as well, with words of no meaning
    # Start-up code seeds the stack cookie with it; Speakeasy does not have it.
    tool.add_api_hook(_performance_counter, "hal", "KeQueryPerformanceCounter", argc=1)
    tool.add_api_hook(_performance_counter, "ntoskrnl", "KeQueryPerformanceCounter", argc=1)
    for kind in _WITHOUT_BUFFERS:
        done = Run()
        done.type = kind
        emulator.runs.append(done)
    tool.run_module(image, all_entrypoints=True)
    emulator.runs = [each for each in emulator.runs if each.start_addr is not None]
    found = tool.get_report()
    return {
        "base": image.base,
        "size": image.image_size,
        "runs": [_run(each) for each in found.get("entry_points", [])],
    }


def _performance_counter(emu: Any, _name: str, _function: Any, words: list[int]) -> int:
    if words and words[0]:
        emu.mem_write(words[0], (10_000_000).to_bytes(8, "little"))
    return 0x1234567


def _run(entry: dict[str, Any]) -> dict[str, Any]:
    error, calls = entry.get("error") or {}, entry.get("apis", [])
    kept = ("type", "pc", "address", "api_name", "instr")
    return {
        "kind": entry.get("ep_type"),
        "result": entry.get("ret_val"),
        "error": {name: error[name] for name in kept if name in error},
        "calls": [[each["api_name"], list(map(str, each["args"]))] for each in calls],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
