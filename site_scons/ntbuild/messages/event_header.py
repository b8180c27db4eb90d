r"""The header of an event manifest: descriptors of events, and functions that write them to ETW.

For each provider a GUID, `<symbol>_Context` with its registration, ``EventRegister<name>()`` and
``EventUnregister<name>()``; for each event a descriptor, ``EventEnabled<symbol>()`` and

    EventWriteReadStart(Activity, Device, Length)       /* of fields Device and Length */

which do what the same names of Microsoft's compiler (``mc -km``) do: `Activity` is a GUID's address
or NULL, nothing is written while no session listens, and arguments are not looked at then.

Invariant: sources may include it more than once in an image; its data is selectany.
Limits: fields are numbers, texts, GUIDs, SIDs, times, pointers, bytes of a length and arrays of
numbers. A session shows events in words with the manifest itself: it is not in the image.

Source: Windows documentation, "Writing Manifest-based Events", EtwRegister, EtwWriteTransfer.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from .manifest import Event, EventField, Provider
from .message_file import MessageError

_VALUES: Final = {
    "win:Int8": "signed char",
    "win:UInt8": "unsigned char",
    "win:Int16": "short",
    "win:UInt16": "unsigned short",
    "win:Int32": "int",
    "win:UInt32": "unsigned int",
    "win:Int64": "long long",
    "win:UInt64": "unsigned long long",
    "win:HexInt32": "unsigned int",
    "win:HexInt64": "unsigned long long",
    "win:Float": "float",
    "win:Double": "double",
    "win:Boolean": "int",
    "win:Pointer": "const void *",
}
"""Fields that are given by value, and their types in C."""

_BLOCKS: Final = {"win:GUID": 16, "win:FILETIME": 8, "win:SYSTEMTIME": 16}
"""Fields that are given by address, and their sizes."""

_TEXTS: Final = {
    "win:UnicodeString": ("const wchar_t *", "NtbuildWideSize"),
    "win:AnsiString": ("const char *", "NtbuildNarrowSize"),
}
_SUPPORT: Final = r"""
#ifndef NTBUILD_EVENTS
#define NTBUILD_EVENTS

#include <wdm.h>

#define MCGEN_USE_KERNEL_MODE_APIS 1
#ifndef MCGEN_EVENTREGISTER
# define MCGEN_EVENTREGISTER EtwRegister
#endif
#ifndef MCGEN_EVENTUNREGISTER
# define MCGEN_EVENTUNREGISTER EtwUnregister
#endif
#ifndef MCGEN_EVENTWRITETRANSFER
# define MCGEN_EVENTWRITETRANSFER EtwWriteTransfer
#endif
#define MCGEN_EVENT_ENABLED(EventDescriptor) EventEnabled##EventDescriptor()

#ifdef __cplusplus
# define NTBUILD_EVENT_DATA extern "C" DECLSPEC_SELECTANY
#else
# define NTBUILD_EVENT_DATA DECLSPEC_SELECTANY
#endif

typedef struct _MCGEN_TRACE_CONTEXT {
    REGHANDLE RegistrationHandle;
    ULONG64 Logger;
    ULONGLONG MatchAnyKeyword;
    ULONGLONG MatchAllKeyword;
    ULONG Flags;
    ULONG IsEnabled;
    UCHAR Level;
    UCHAR Reserved;
} MCGEN_TRACE_CONTEXT, *PMCGEN_TRACE_CONTEXT;

/* Called when a session begins to listen (1), or the last one ends (0) */
static __inline void NTAPI McGenControlCallbackV2(
    LPCGUID SourceId, ULONG ControlCode, UCHAR Level, ULONGLONG MatchAnyKeyword,
    ULONGLONG MatchAllKeyword, PEVENT_FILTER_DESCRIPTOR FilterData, void *CallbackContext)
{
    PMCGEN_TRACE_CONTEXT Context = (PMCGEN_TRACE_CONTEXT)CallbackContext;

    if (ControlCode <= 1) {
        Context->Level = ControlCode ? Level : 0;
        Context->MatchAnyKeyword = ControlCode ? MatchAnyKeyword : 0;
        Context->MatchAllKeyword = ControlCode ? MatchAllKeyword : 0;
        Context->IsEnabled = ControlCode;
    }
#ifdef MCGEN_PRIVATE_ENABLE_CALLBACK_V2
    MCGEN_PRIVATE_ENABLE_CALLBACK_V2(
        SourceId, ControlCode, Level, MatchAnyKeyword, MatchAllKeyword, FilterData, Context);
#else
    (void)SourceId;
    (void)FilterData;
#endif
}

static __inline NTSTATUS McGenEventRegister(LPCGUID ProviderId, PMCGEN_TRACE_CONTEXT Context)
{
    if (Context->RegistrationHandle != 0)
        return 0;
    return MCGEN_EVENTREGISTER(
        ProviderId, McGenControlCallbackV2, Context, &Context->RegistrationHandle);
}

static __inline NTSTATUS McGenEventUnregister(PMCGEN_TRACE_CONTEXT Context)
{
    NTSTATUS Status = 0;

    if (Context->RegistrationHandle != 0) {
        Status = MCGEN_EVENTUNREGISTER(Context->RegistrationHandle);
        Context->RegistrationHandle = 0;
        Context->IsEnabled = 0;
    }
    return Status;
}

static __inline int NtbuildEventEnabled(
    const MCGEN_TRACE_CONTEXT *Context, const EVENT_DESCRIPTOR *Event)
{
    return Context->IsEnabled && EtwEventEnabled(Context->RegistrationHandle, Event);
}

static __inline void NtbuildDescribe(
    EVENT_DATA_DESCRIPTOR *Data, const void *Value, unsigned long long Size)
{
    Data->Ptr = (ULONGLONG)(ULONG_PTR)Value;
    Data->Size = (ULONG)Size;
    Data->Reserved = 0;
}

static __inline ULONG NtbuildWideSize(const wchar_t *Text)
{
    ULONG Count = 0;

    while (Text[Count] != 0)
        Count++;
    return (Count + 1) * (ULONG)sizeof(*Text);
}

static __inline ULONG NtbuildNarrowSize(const char *Text)
{
    ULONG Count = 0;

    while (Text[Count] != 0)
        Count++;
    return Count + 1;
}
#endif
"""


def event_header(name: str, providers: Sequence[Provider]) -> str:
    """The header of a manifest called ``name``. Raises MessageError for a field of another type."""
    lines = [f"/* Events of {name}, which ETW gets. */", "#pragma once", _SUPPORT.strip("\n")]
    for provider in providers:
        lines += ["", *_provider(provider)]
        for event in provider.events:
            lines += ["", *_event(name, provider, event)]
    return "\n".join(lines) + "\n"


def _provider(provider: Provider) -> Iterator[str]:
    first, second, third = provider.guid.fields[:3]
    tail = provider.guid.bytes[8:]
    symbol, name = provider.symbol, provider.name
    yield f"NTBUILD_EVENT_DATA const GUID {symbol} = {{"
    bytes_ = ", ".join(f"0x{each:02x}" for each in tail)
    yield f"    0x{first:08x}, 0x{second:04x}, 0x{third:04x}, {{{bytes_}}}}};"
    yield f"NTBUILD_EVENT_DATA MCGEN_TRACE_CONTEXT {symbol}_Context = {{0}};"
    yield f"#define {symbol}Handle ({symbol}_Context.RegistrationHandle)"
    yield f"#define EventRegister{name}() McGenEventRegister(&{symbol}, &{symbol}_Context)"
    yield f"#define EventUnregister{name}() McGenEventUnregister(&{symbol}_Context)"
    for constant, value in provider.constants:
        yield f"#define {constant} 0x{value:x}"


def _event(file: str, provider: Provider, event: Event) -> Iterator[str]:
    symbol, context = event.symbol, f"{provider.symbol}_Context"
    numbers = (event.id, event.version, event.channel, event.level, event.opcode, event.task)
    shown = ", ".join(f"0x{each:x}" for each in numbers)
    yield f"NTBUILD_EVENT_DATA const EVENT_DESCRIPTOR {symbol} = {{"
    yield f"    {shown}, 0x{event.keyword:016x}ULL}};"
    yield f"#define {symbol}_value 0x{event.id:x}"
    yield f"#define EventEnabled{symbol}() NtbuildEventEnabled(&{context}, &{symbol})"
    yield f"static __inline NTSTATUS NtbuildWrite{symbol}("
    taken = ["LPCGUID Activity", *(_parameter(file, event, each) for each in event.fields)]
    yield f"    {', '.join(taken)})"
    yield "{"
    count = len(event.fields)
    if count:
        yield f"    EVENT_DATA_DESCRIPTOR Data[{count}];"
        yield ""
    for number, each in enumerate(event.fields):
        yield from _described(file, event, number, each)
    data = "Data" if count else "NULL"
    yield "    return MCGEN_EVENTWRITETRANSFER("
    yield f"        {context}.RegistrationHandle, &{symbol}, Activity, NULL, {count}, {data});"
    yield "}"
    yield f"#define EventWrite{symbol}_AssumeEnabled(...) NtbuildWrite{symbol}(__VA_ARGS__)"
    call = f"EventWrite{symbol}_AssumeEnabled(__VA_ARGS__)"
    yield f"#define EventWrite{symbol}(...) (EventEnabled{symbol}() ? {call} : 0)"


def _parameter(file: str, event: Event, each: EventField) -> str:
    name = f"_{each.name}"
    if each.type in _VALUES:
        of = _VALUES[each.type]
        return f"const {of} *{name}" if each.count else f"{of} {name}"
    if each.type in _TEXTS and not each.count:
        return f"{_TEXTS[each.type][0]}{name}"
    if (
        each.type in _BLOCKS
        or each.type == "win:SID"
        or (each.type == "win:Binary" and each.length)
    ):
        return f"const void *{name}"
    raise MessageError(f"{file}: event {event.symbol}: field {each.name} of {each.type}: not yet")


def _described(file: str, event: Event, number: int, each: EventField) -> Iterator[str]:
    """The statements that fill a field's descriptor in."""
    name = f"_{each.name}"
    length = _amount(file, event, each, each.length)
    if each.type in _VALUES:
        of, count = _VALUES[each.type], _amount(file, event, each, each.count)
        value, size = (
            (name, f"sizeof({of}) * ({count})") if count else (f"&{name}", f"sizeof({of})")
        )
    elif each.type in _TEXTS:
        of, measure = _TEXTS[each.type]
        prefix = "L" if "wchar_t" in of else ""
        if not length:
            yield f'    {name} = {name} ? {name} : {prefix}"NULL";'
        value, size = name, f"sizeof(*{name}) * ({length})" if length else f"{measure}({name})"
    elif each.type == "win:SID":
        value, size = name, f"8 + 4 * ((const unsigned char *){name})[1]"
    else:
        value, size = name, length or str(_BLOCKS[each.type])
    yield f"    NtbuildDescribe(&Data[{number}], {value}, {size});"


def _amount(file: str, event: Event, each: EventField, text: str) -> str:
    """A length or count as an expression: a number, or the field that holds it."""
    if not text or text.isdecimal():
        return text
    if text not in {other.name for other in event.fields}:
        raise MessageError(f"{file}: event {event.symbol}: {each.name}: no field {text}")
    return f"_{text}"
