"""Message files: values, tables, scripts and headers, and what windmc makes of the same files."""

import re
import struct
import subprocess

import pytest

import peers
from ntbuild.messages.message_file import MessageError, Name, read_message_file
from ntbuild.messages.message_output import (
    message_header,
    message_script,
    message_table,
    table_name,
)

SAMPLE = """\
;#ifndef SAMPLE_H
;#define SAMPLE_H
MessageIdTypedef=NTSTATUS
SeverityNames=(Success=0x0:SEV_SUCCESS
               Error=0x3:SEV_ERROR
              )
FacilityNames=(System=0x0 Serial=0x6:FACILITY_SERIAL)
LanguageNames=(German=0x407:MSG00407)
; // before the first
MessageId=0x0001 Facility=Serial Severity=Error SymbolicName=MSG_ONE
Language=English
First message %1.
Two lines, the last with a dot.
.
Language=German
Erste Meldung \u00fc%1.
.
MessageId= Severity=Success Facility=Serial SymbolicName=MSG_TWO
Language=English
Second
.
MessageId=+3 Severity=Error Facility=Serial
Language=English
;no name, and no comment
.
MessageIdTypedef=ULONG
MessageId=010 Severity=Success Facility=System SymbolicName=MSG_EIGHT
Language=English
x
.
;#endif // SAMPLE_H
"""


def read(text, encoding="cp1252"):
    return read_message_file("it.mc", text.encode(encoding))


def values_of(header):
    """The numbers of a header's macros."""
    found = re.findall(r"^#define\s+(\w+)\s+(\S.*)$", header, re.MULTILINE)
    numbers = ((name, re.sub(r"\((?:NTSTATUS|ULONG)\)|L\b|[()]", "", text)) for name, text in found)
    return {name: int(text, 0) for name, text in numbers if re.fullmatch(r" ?[0-9a-fA-Fx]+", text)}


def test_codes_have_severity_facility_and_number():
    codes = [each.code for each in read(SAMPLE).messages]
    assert codes == [0xC0060001, 0x00060002, 0xC0060005, 0x00000008]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_texts_are_read_in_any_encoding_and_end_lines_as_windows_does(encoding):
    first = read(SAMPLE, encoding).messages[0]
    assert first.texts["English"] == "First message %1.\r\nTwo lines, the last with a dot.\r\n"
    assert first.texts["German"] == "Erste Meldung \u00fc%1.\r\n"


def test_what_is_not_said_stays_that_of_the_message_before():
    text = "FacilityNames=(A=7)\nMessageId=1\nLanguage=English\nx\n.\n"
    text += "MessageId=\nSeverity=Error\nFacility=A\nLanguage=English\nx\n.\n"
    text += "MessageId=9\nLanguage=English\nx\n.\nMessageId=\nLanguage=English\nx\n.\n"
    codes = [each.code for each in read(text).messages]
    assert codes == [1, 0xC0070001, 0xC0070009, 0xC007000A]


def test_the_header_has_the_files_own_lines_in_their_places():
    header = message_header(read(SAMPLE))
    lines = header.splitlines()
    assert lines[:3] == ["#ifndef SAMPLE_H", "#define SAMPLE_H", " // before the first"]
    assert lines[-1] == "#endif // SAMPLE_H"
    assert "#define MSG_ONE ((NTSTATUS)0xC0060001L)" in lines
    assert "#define MSG_EIGHT ((ULONG)0x00000008L)" in lines
    assert "#define FACILITY_SERIAL 0x6" in lines
    assert "// Two lines, the last with a dot." in lines
    decimal = SAMPLE.replace("MessageIdTypedef=ULONG", "OutputBase=10\nMessageIdTypedef=")
    assert "#define MSG_EIGHT 8L" in message_header(read(decimal)).splitlines()


def test_the_script_names_a_table_by_language():
    assert message_script(read(SAMPLE)).splitlines() == [
        "LANGUAGE 0x7,0x1",
        '1 MESSAGETABLE "MSG00407.bin"',
        "LANGUAGE 0x9,0x1",
        '1 MESSAGETABLE "MSG00001.bin"',
    ]


def test_a_table_has_blocks_of_consecutive_codes():
    table = message_table(read(SAMPLE), "English")
    assert struct.unpack_from("<IIIIIII", table) == (4, 8, 8, 52, 0x60002, 0x60002, 64)
    assert struct.unpack_from("<HH", table, 52) == (12, 1)
    assert table[56:64].decode("utf-16-le") == "x\r\n\0"
    text = "MessageId=1\nLanguage=English\na\n.\nMessageId=2\nLanguage=English\nb\n.\n"
    assert struct.unpack_from("<IIII", message_table(read(text), "English")) == (1, 1, 2, 16)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MessageId=1\nSeverity=Bad\n", "it.mc:2: Severity=Bad: not declared by SeverityNames="),
        ("\nMessageId=70000\nLanguage=English\nx\n.\n", "it.mc:2: MessageId=70000: the highest"),
        ("MessageId=1\nLanguage=English\nx\n", "it.mc:2: the message that starts here has no end"),
        ("Severity=Error\n", "it.mc:1: Severity= without a MessageId= before it"),
        ("Colour=red\n", "it.mc:1: Colour is no keyword of a message file"),
        ("hello there\n", "it.mc:1: 'hello there': expected Keyword=value"),
        ("OutputBase=8\n", "it.mc:1: OutputBase= is 10 or 16"),
        ("SeverityNames=(A=4)\n", "it.mc:1: SeverityNames: A=4: the highest is 0x3"),
        ("SeverityNames=A\n", "it.mc:1: write SeverityNames=(Name=number:symbol ...)"),
        ("LanguageNames=(X=9)\n", "it.mc:1: write LanguageNames=(X=0x9:FILE)"),
        ("MessageId=1 SymbolicName=1x\n", "it.mc:1: SymbolicName=1x: expected a C identifier"),
        ("MessageId=1\nLanguage=English x\n", "it.mc:2: the text of a message starts on"),
        ("MessageId=x\nLanguage=English\nx\n.\n", "it.mc:1: MessageId=x: expected a number"),
    ],
)
def test_a_wrong_statement_is_an_error_with_its_place(text, expected):
    with pytest.raises(MessageError) as caught:
        read(text)
    assert str(caught.value).startswith(expected)


def test_bytes_of_no_code_page_and_two_messages_of_one_code_are_errors():
    with pytest.raises(MessageError, match=r"it\.mc:2: not in cp1252: save the file as UTF-16"):
        read_message_file("it.mc", b"; one\n; \x81\n")
    twice = "MessageId=1\nLanguage=English\na\n.\n" * 2
    with pytest.raises(MessageError, match="0x00000001 has two messages in English"):
        message_table(read(twice), "English", "it.mc")


def test_windmc_makes_the_same_tables_and_values(tmp_path):
    windmc = peers.require("windmc-x64")
    # windmc ends lines as its input does, and Microsoft's compiler as Windows does.
    (tmp_path / "it.mc").write_bytes(SAMPLE.replace("\n", "\r\n").encode("cp1252"))
    subprocess.run([windmc, "-C", "1252", "it.mc"], cwd=tmp_path, check=True, timeout=60)
    messages = read(SAMPLE)
    assert messages.languages["English"] == Name(0x409, "MSG00001")
    for language in messages.used_languages:
        expected = (tmp_path / table_name(messages.languages[language])).read_bytes()
        assert message_table(messages, language) == expected, language
    theirs = values_of((tmp_path / "it.h").read_text())
    assert values_of(message_header(messages)) == theirs
    assert len(theirs) == 6
