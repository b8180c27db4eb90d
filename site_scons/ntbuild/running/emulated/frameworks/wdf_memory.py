"""KMDF's memory objects, strings and collections.

Source: the reference pages of wdfmemory.h, wdfstring.h and wdfcollection.h.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel

from .wdf_objects import framework_of

TABLE: Final = Routines()
_SUCCESS: Final = 0
_NO_MEMORY: Final = 0xC000009A
_TOO_SMALL: Final = 0xC0000023


@TABLE.serves("WdfMemoryCreate(p p u u p p p) u")
def memory_create(
    kernel: Kernel,
    _globals: int,
    attributes: int,
    pool: int,
    tag: int,
    size: int,
    result: int,
    buffer: int,
) -> int:
    """Memory that goes with its object."""
    address = kernel.pool.allocate(
        size, tag or 0x46666457, kernel.caller(), is_paged=bool(pool & 1)
    )
    if not address:
        return _NO_MEMORY
    block = kernel.pool.blocks.pop(address)
    memory = framework_of(kernel).new("memory", attributes)
    memory.data.update(buffer=address, size=size)

    def end() -> None:
        kernel.pool.blocks[address] = block
        kernel.pool.free(address, "WdfObjectDelete")

    memory.data["end"] = end
    kernel.machine.store(result, memory.handle)
    if buffer:
        kernel.machine.store(buffer, address)
    return _SUCCESS


@TABLE.serves("WdfMemoryCreatePreallocated(p p p p p) u")
def memory_create_preallocated(
    kernel: Kernel, _globals: int, attributes: int, buffer: int, size: int, result: int
) -> int:
    """A memory object for memory that is the driver's."""
    memory = framework_of(kernel).new("memory", attributes)
    memory.data.update(buffer=buffer, size=size)
    kernel.machine.store(result, memory.handle)
    return _SUCCESS


@TABLE.serves("WdfMemoryAssignBuffer(p p p p) u")
def memory_assign_buffer(kernel: Kernel, _globals: int, handle: int, buffer: int, size: int) -> int:
    """Other memory of the driver's for a memory object."""
    memory = framework_of(kernel).get(handle, "memory")
    if "end" in memory.data:
        raise RefusedError(f"{kernel.last}: the memory is not of WdfMemoryCreatePreallocated")
    memory.data.update(buffer=buffer, size=size)
    return _SUCCESS


@TABLE.serves("WdfMemoryGetBuffer(p p p) p")
def memory_get_buffer(kernel: Kernel, _globals: int, handle: int, size: int) -> int:
    """A memory object's buffer."""
    data = framework_of(kernel).get(handle, "memory").data
    if size:
        kernel.machine.store(size, data["size"])
    found: int = data["buffer"]
    return found


def _range(kernel: Kernel, handle: int, offset: int, size: int) -> int:
    data = framework_of(kernel).get(handle, "memory").data
    return data["buffer"] + offset if offset + size <= data["size"] else 0


@TABLE.serves("WdfMemoryCopyToBuffer(p p p p p) u")
def memory_copy_to_buffer(
    kernel: Kernel, _globals: int, handle: int, offset: int, buffer: int, size: int
) -> int:
    """Copy out of a memory object."""
    at = _range(kernel, handle, offset, size)
    if not at:
        return _TOO_SMALL
    kernel.machine.put(buffer, kernel.machine.bytes_at(at, size))
    return _SUCCESS


@TABLE.serves("WdfMemoryCopyFromBuffer(p p p p p) u")
def memory_copy_from_buffer(
    kernel: Kernel, _globals: int, handle: int, offset: int, buffer: int, size: int
) -> int:
    """Copy into a memory object."""
    at = _range(kernel, handle, offset, size)
    if not at:
        return _TOO_SMALL
    kernel.machine.put(at, kernel.machine.bytes_at(buffer, size))
    return _SUCCESS


@TABLE.serves("WdfStringCreate(p p p p) u")
def string_create(kernel: Kernel, _globals: int, text: int, attributes: int, result: int) -> int:
    """A string object with a copy of a text."""
    string = framework_of(kernel).new("string", attributes)
    string.data["string"] = kernel.new_string(kernel.text_of(text))
    kernel.machine.store(result, string.handle)
    return _SUCCESS


@TABLE.serves("WdfStringGetUnicodeString(p p p) v")
def string_get_unicode_string(kernel: Kernel, _globals: int, handle: int, target: int) -> None:
    """Describe a string object's text."""
    source = framework_of(kernel).get(handle, "string").data["string"]
    kernel.machine.put(target, kernel.machine.bytes_at(source, kernel.size_of("UNICODE_STRING")))


@TABLE.serves("WdfCollectionCreate(p p p) u")
def collection_create(kernel: Kernel, _globals: int, attributes: int, result: int) -> int:
    """A collection of objects."""
    found = framework_of(kernel).new("collection", attributes)
    found.data["items"] = []
    kernel.machine.store(result, found.handle)
    return _SUCCESS


@TABLE.serves("WdfCollectionGetCount(p p) u")
def collection_get_count(kernel: Kernel, _globals: int, handle: int) -> int:
    """How many there are."""
    return len(framework_of(kernel).get(handle, "collection").data["items"])


@TABLE.serves("WdfCollectionAdd(p p p) u")
def collection_add(kernel: Kernel, _globals: int, handle: int, item: int) -> int:
    """Add an object."""
    framework = framework_of(kernel)
    framework.get(item)
    framework.get(handle, "collection").data["items"].append(item)
    return _SUCCESS


@TABLE.serves("WdfCollectionRemove(p p p) v")
def collection_remove(kernel: Kernel, _globals: int, handle: int, item: int) -> None:
    """Remove an object."""
    items = framework_of(kernel).get(handle, "collection").data["items"]
    if item not in items:
        raise RefusedError("WdfCollectionRemove: the object is not in the collection")
    items.remove(item)


@TABLE.serves("WdfCollectionGetItem(p p u) p")
def collection_get_item(kernel: Kernel, _globals: int, handle: int, index: int) -> int:
    """An object by its number; 0 behind the last."""
    items: list[int] = framework_of(kernel).get(handle, "collection").data["items"]
    return items[index] if index < len(items) else 0


@TABLE.serves("WdfCollectionGetFirstItem(p p) p")
def collection_get_first_item(kernel: Kernel, given: int, handle: int) -> int:
    """The first object; 0 for none."""
    return collection_get_item(kernel, given, handle, 0)


@TABLE.serves("WdfCollectionGetLastItem(p p) p")
def collection_get_last_item(kernel: Kernel, _globals: int, handle: int) -> int:
    """The last object; 0 for none."""
    items: list[int] = framework_of(kernel).get(handle, "collection").data["items"]
    return items[-1] if items else 0


@TABLE.serves("WdfCollectionRemoveItem(p p u) v")
def collection_remove_item(kernel: Kernel, _globals: int, handle: int, index: int) -> None:
    """Remove an object by its number."""
    items = framework_of(kernel).get(handle, "collection").data["items"]
    if index >= len(items):
        raise RefusedError("WdfCollectionRemoveItem: there is no such item")
    del items[index]
