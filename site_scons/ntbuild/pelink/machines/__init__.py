"""What linking means on each machine: relocation tables, import thunks, pointer relocations."""

from importlib import import_module

from ntbuild.pecoff.machine import Machine

from .target import Target

_MODULES = {"x64": ".amd64", "x86": ".i386", "arm64": ".arm64", "arm": ".armnt"}


def target_of(machine: Machine) -> Target:
    """The linking rules of a machine; only its own module is imported."""
    target: Target = import_module(_MODULES[machine.name], __name__).TARGET
    return target
