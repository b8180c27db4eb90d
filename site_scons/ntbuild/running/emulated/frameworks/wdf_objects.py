"""KMDF's objects: handles, the tree of parents and children, contexts, cleanup.

A handle is an address in the kernel's own memory with nothing behind it that a driver could use.
What a driver does with a handle that does not exist, or of another kind, refuses it.

Source: "Introduction to Framework Objects" and the reference pages of wdfobject.h.
"""

from typing import Any, Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.layouts import FIELDS
from ntbuild.support.values import dataclass, field

TABLE: Final = Routines()
SUBJECT: Final = "framework"
_SUCCESS: Final = 0
_EXISTS: Final = 0x40000000
_ATTRIBUTES: Final = "WDF_OBJECT_ATTRIBUTES"
PASSIVE_EXECUTION: Final = 2
SCOPES: Final = (2, 3)
"""WdfSynchronizationScopeDevice and -Queue."""


@dataclass(slots=True)
class Object:
    """One object. ``data``: what its kind needs, by name."""

    handle: int
    kind: str
    parent: int
    children: list[int] = field(default_factory=list)
    contexts: dict[int, int] = field(default_factory=dict)
    callbacks: list[tuple[int, int]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    references: int = 1


class Framework:
    """All objects of one driver."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.objects: Final[dict[int, Object]] = {}
        self.owners: Final[dict[int, int]] = {}
        self.driver = self.driver_object = self.globals = self.registry_path = 0
        self.inits: Final[dict[int, dict[str, Any]]] = {}
        self.pdo = self.sent = 0

    def new(self, kind: str, attributes: int = 0, parent: int = 0) -> Object:
        """An object, below the parent that its attributes name, else the one given."""
        kernel = self.kernel
        if attributes:
            size = kernel.get(attributes, f"{_ATTRIBUTES}.Size")
            if size != kernel.size_of(_ATTRIBUTES):
                raise RefusedError(
                    f"{kernel.last}: WDF_OBJECT_ATTRIBUTES.Size is {size}, not "
                    f"{kernel.size_of(_ATTRIBUTES)}"
                )
            parent = kernel.get(attributes, f"{_ATTRIBUTES}.ParentObject") or parent
        handle = kernel.allocate(16)
        found = Object(handle, kind, parent or (self.driver if kind != "driver" else 0))
        self.objects[handle] = found
        if found.parent:
            self.get(found.parent).children.append(handle)
        if attributes:
            self.add_context(found, attributes)
        return found

    def add_context(self, what: Object, attributes: int) -> int:
        """The context and callbacks of attributes; the context's address, 0 without one."""
        kernel = self.kernel
        cleanup = kernel.get(attributes, f"{_ATTRIBUTES}.EvtCleanupCallback")
        destroy = kernel.get(attributes, f"{_ATTRIBUTES}.EvtDestroyCallback")
        what.callbacks.append((cleanup, destroy))
        what.data.setdefault("level", kernel.get(attributes, f"{_ATTRIBUTES}.ExecutionLevel"))
        scope = kernel.get(attributes, f"{_ATTRIBUTES}.SynchronizationScope")
        what.data.setdefault("scope", scope)
        info = kernel.get(attributes, f"{_ATTRIBUTES}.ContextTypeInfo")
        if not info:
            return 0
        size = kernel.get(attributes, f"{_ATTRIBUTES}.ContextSizeOverride")
        size = size or kernel.get(info, "WDF_OBJECT_CONTEXT_TYPE_INFO.ContextSize")
        key = kernel.get(info, "WDF_OBJECT_CONTEXT_TYPE_INFO.UniqueType")
        address = kernel.pool.allocate_own(max(size, 1), "WdfC")
        what.contexts[key] = address
        self.owners[address] = what.handle
        return address

    def get(self, handle: int, *kinds: str) -> Object:
        """The object of a handle. Raises RefusedError for none, or one of another kind."""
        found = self.objects.get(handle)
        last = self.kernel.last
        if found is None:
            raise RefusedError(f"{last}: {handle:#x} is no handle of an object that exists")
        if kinds and found.kind not in kinds:
            raise RefusedError(f"{last}: the handle is that of a {found.kind}, not a {kinds[0]}")
        return found

    def nearest(self, what: Object, kind: str) -> Object | None:
        """An object's ancestor of a kind, or itself."""
        at: Object | None = what
        while at is not None and at.kind != kind:
            at = self.objects.get(at.parent)
        return at

    def delete(self, handle: int) -> None:
        """Delete an object: its children first; then cleanup and destroy callbacks."""
        what = self.objects.get(handle)
        if what is None:
            return
        self._clean(what)
        self._destroy(what)

    def _clean(self, what: Object) -> None:
        if what.data.get("is_cleaned"):
            return
        what.data["is_cleaned"] = True
        for child in reversed(list(what.children)):
            if child in self.objects:
                self._clean(self.objects[child])
        if end := what.data.get("end"):
            end()
        for cleanup, _ in what.callbacks:
            if cleanup:
                self.kernel.call(cleanup, what.handle, what="EvtCleanupCallback", result="v")

    def _destroy(self, what: Object) -> None:
        for child in reversed(list(what.children)):
            if child in self.objects:
                self._destroy(self.objects[child])
        what.references -= 1
        if what.references:
            return
        for _, destroy in what.callbacks:
            if destroy:
                self.kernel.call(destroy, what.handle, what="EvtDestroyCallback", result="v")
        del self.objects[what.handle]
        if what.parent in self.objects:
            self.objects[what.parent].children.remove(what.handle)
        for address in what.contexts.values():
            self.owners.pop(address, None)

    def callback_level(self, what: Object) -> int:
        """The level at which a queue's or a timer's callbacks run: 2 under a spin lock, else 0."""
        at: Object | None = what
        scope = level = 0
        while at is not None:
            scope = scope if scope > 1 else at.data.get("scope", 0)
            level = level if level > 1 else at.data.get("level", 0)
            at = self.objects.get(at.parent)
        return 2 if scope in SCOPES and level != PASSIVE_EXECUTION else 0


def callbacks_at(kernel: Kernel, structure: str, address: int) -> dict[str, int]:
    """The callbacks of a structure that a driver has filled, by member, as far as it reaches.

    A driver's structure ends earlier where it is built for an older framework than the tables'.
    """
    width, size = kernel.machine.width, kernel.machine.load(address, 4)
    return {
        name.partition(".")[2]: kernel.get(address, name)
        for name, places in FIELDS.items()
        if name.startswith(f"{structure}.Evt") and places[0 if width == 8 else 2] + width <= size
    }


def framework_of(kernel: Kernel) -> Framework:
    """The framework of a kernel."""
    found: Framework = kernel.subject(SUBJECT, Framework)
    return found


# ---- routines; the first argument of each is the driver's globals --------------------------------


@TABLE.serves("WdfObjectGetTypedContextWorker(p p p) p")
def get_typed_context(kernel: Kernel, _globals: int, handle: int, info: int) -> int:
    """The context of a type; 0 without one."""
    found = framework_of(kernel).get(handle)
    return found.contexts.get(info, 0)


@TABLE.serves("WdfObjectAllocateContext(p p p p) u")
def allocate_context(
    kernel: Kernel, _globals: int, handle: int, attributes: int, result: int
) -> int:
    """One more context of an object."""
    framework = framework_of(kernel)
    what = framework.get(handle)
    info = kernel.get(attributes, f"{_ATTRIBUTES}.ContextTypeInfo")
    key = kernel.get(info, "WDF_OBJECT_CONTEXT_TYPE_INFO.UniqueType")
    if key in what.contexts:
        kernel.machine.store(result, what.contexts[key])
        return _EXISTS
    address = framework.add_context(what, attributes)
    if result:
        kernel.machine.store(result, address)
    return _SUCCESS


@TABLE.serves("WdfObjectContextGetObject(p p) p")
def context_get_object(kernel: Kernel, _globals: int, context: int) -> int:
    """The object of a context."""
    found = framework_of(kernel).owners.get(context)
    if found is None:
        raise RefusedError(f"WdfObjectContextGetObject: {context:#x} is no context")
    return found


@TABLE.serves("WdfObjectReferenceActual(p p p u p) v")
def reference(
    kernel: Kernel, _globals: int, handle: int, _tag: int, _line: int, _file: int
) -> None:
    """Count one more reference."""
    framework_of(kernel).get(handle).references += 1


@TABLE.serves("WdfObjectDereferenceActual(p p p u p) v")
def dereference(
    kernel: Kernel, _globals: int, handle: int, _tag: int, _line: int, _file: int
) -> None:
    """Count one reference less."""
    found = framework_of(kernel).get(handle)
    if found.references < 2:
        raise RefusedError("WdfObjectDereference: more often than it was referenced")
    found.references -= 1


@TABLE.serves("WdfObjectCreate(p p p) u")
def object_create(kernel: Kernel, _globals: int, attributes: int, result: int) -> int:
    """An object without a kind."""
    kernel.machine.store(result, framework_of(kernel).new("object", attributes).handle)
    return _SUCCESS


@TABLE.serves("WdfObjectDelete(p p) v")
def object_delete(kernel: Kernel, _globals: int, handle: int) -> None:
    """Delete an object with all below it."""
    framework = framework_of(kernel)
    if framework.get(handle).kind in ("driver", "queue"):
        raise RefusedError(f"WdfObjectDelete: a {framework.get(handle).kind} is not to be deleted")
    framework.delete(handle)


@TABLE.serves("WdfObjectAcquireLock(p p) v")
def acquire_lock(kernel: Kernel, _globals: int, handle: int) -> None:
    """Take an object's lock."""
    found = framework_of(kernel).get(handle)
    if found.data.get("locked") is not None:
        raise RefusedError("WdfObjectAcquireLock: the lock is held already")
    found.data["locked"] = kernel.irql
    kernel.irql = max(kernel.irql, framework_of(kernel).callback_level(found))


@TABLE.serves("WdfObjectReleaseLock(p p) v")
def release_lock(kernel: Kernel, _globals: int, handle: int) -> None:
    """Give an object's lock back."""
    found = framework_of(kernel).get(handle)
    if found.data.get("locked") is None:
        raise RefusedError("WdfObjectReleaseLock: the lock is not held")
    kernel.irql = found.data.pop("locked")
