r"""What a message file becomes: a C header, a resource script, and a message table by language.

A message table is the content of a resource of type RT_MESSAGETABLE: the number of blocks; for each
block of consecutive codes the lowest, the highest and the offset of its first entry; the entries: a
length, 1 for UTF-16, the text with a zero, filled up to a multiple of four.

    00000001 | 40060001 40060002 00000010 | 0010 0001 "no\r\n\0" 0000 | ...

Source: MESSAGE_RESOURCE_DATA, MESSAGE_RESOURCE_BLOCK and MESSAGE_RESOURCE_ENTRY of winnt.h.
"""

import struct
from collections.abc import Iterator
from typing import Final

from .message_file import Message, MessageError, MessageFile, Name, lines_of

_UNICODE: Final = 1
_LONGEST: Final = 0xFFFF
_SUBLANGUAGE: Final = 10
"""Bits of a language identifier below the sublanguage."""

_LAYOUT: Final = """\
//
//  Values are 32 bits: severity (2), customer flag (1), reserved (1), facility (12), code (16).
//
"""


def message_header(messages: MessageFile) -> str:
    """The header: a macro for each symbolic name, and the file's own lines in their places."""
    lines: list[str] = []
    explained = False
    for each in messages.items:
        if isinstance(each, str):
            lines.append(each)
            continue
        if not explained:
            lines += _explanation(messages)
            explained = True
        lines += _macro(each)
    return "\n".join(lines) + "\n"


def _explanation(messages: MessageFile) -> Iterator[str]:
    yield from _LAYOUT.splitlines()
    for title, names in (("facility", messages.facilities), ("severity", messages.severities)):
        named = [each for each in names.values() if each.symbol]
        if named:
            yield from (f"// Define the {title} codes", "//")
        for each in sorted(named, key=lambda name: name.value):
            yield from (
                f"#ifndef {each.symbol}",
                f"#define {each.symbol} 0x{each.value:x}",
                "#endif",
            )
        if named:
            yield ""


def _macro(message: Message) -> Iterator[str]:
    if not message.symbol:
        return
    yield from ("//", f"// MessageId: {message.symbol}", "//", "// MessageText:", "//")
    for text in list(message.texts.values())[:1]:
        # A backslash at the end of a line would continue the comment.
        yield from (f"// {line}".rstrip().removesuffix("\\") for line in lines_of(text))
    yield "//"
    number = f"{message.code}" if message.base == 10 else f"0x{message.code:08X}"
    value = f"(({message.typedef}){number}L)" if message.typedef else f"{number}L"
    yield from (f"#define {message.symbol} {value}", "")


def message_script(messages: MessageFile) -> str:
    """The resource script: a message table for each language that has a text."""
    lines: list[str] = []
    for name in messages.used_languages:
        language = messages.languages[name]
        primary = language.value & (1 << _SUBLANGUAGE) - 1
        lines.append(f"LANGUAGE 0x{primary:x},0x{language.value >> _SUBLANGUAGE:x}")
        lines.append(f'1 MESSAGETABLE "{table_name(language)}"')
    return "\n".join(lines) + "\n"


def table_name(language: Name) -> str:
    """The file of a language's message table."""
    return f"{language.symbol}.bin"


def message_table(messages: MessageFile, language: str, name: str = "") -> bytes:
    """The message table of a language. MessageError for two messages of one code."""
    texts: dict[int, str] = {}
    for each in messages.messages:
        if language not in each.texts:
            continue
        if each.code in texts:
            raise MessageError(f"{name}: 0x{each.code:08X} has two messages in {language}")
        texts[each.code] = each.texts[language]
    blocks: list[tuple[int, int, list[bytes]]] = []
    for code in sorted(texts):
        entry = _entry(texts[code], f"{name}: the message 0x{code:08X}")
        if blocks and blocks[-1][1] + 1 == code:
            low, _, entries = blocks.pop()
            blocks.append((low, code, [*entries, entry]))
        else:
            blocks.append((code, code, [entry]))
    offset = 4 + 12 * len(blocks)
    head, body = [struct.pack("<I", len(blocks))], []
    for low, high, entries in blocks:
        head.append(struct.pack("<III", low, high, offset))
        body += entries
        offset += sum(map(len, entries))
    return b"".join([*head, *body])


def _entry(text: str, shown: str) -> bytes:
    content = f"{text}\0".encode("utf-16-le")
    content += bytes(-len(content) % 4)
    if len(content) + 4 > _LONGEST:
        raise MessageError(f"{shown} is longer than 65,535 bytes")
    return struct.pack("<HH", len(content) + 4, _UNICODE) + content
