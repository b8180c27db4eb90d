"""Configuration blocks: every form that drivers write, and what is said about a wrong one."""

import pytest

from ntbuild.tracing.config import CustomType, Function, read_configuration
from ntbuild.tracing.modes import TracingError


def read(text, *functions, name="trace.h", encoding="utf-8"):
    return read_configuration([(name, text.encode(encoding))], functions)


def block(*lines):
    return "\n".join(["// begin_wpp config", *(f"// {line}" for line in lines), "// end_wpp"])


@pytest.mark.parametrize(
    "text",
    [
        "// begin_wpp config\n// FUNC Trace(LEVEL, MSG, ...);\n// end_wpp",
        "//begin_wpp config\n//FUNC Trace(LEVEL, MSG, ...);\n//end_wpp",
        "/*\nbegin_wpp config\nFUNC Trace(LEVEL, MSG, ...);\nend_wpp\n*/",
        "/*\n * BEGIN_WPP CONFIG\n * FUNC Trace(LEVEL,\n *     MSG, ...)\n * END_WPP\n */",
        "begin_wpp config\nfunc Trace (LEVEL,MSG,...)\nend_wpp",
        "// begin_wpp config\r\n// Trace(LEVEL, MSG, ...);\r\n// end_wpp\r\n",
        "begin_wpp config\nFUNC A(MSG);\n  ; FUNC Old(\nFUNC Trace(LEVEL, MSG, ...);\nend_wpp",
        "// begin_wpp config\n// // FUNC Old(;\n// FUNC Trace(LEVEL, MSG, ...); // x\n// end_wpp",
    ],
)
def test_a_block_is_read_in_any_comment(text):
    assert read(text).functions["Trace"] == Function("Trace", ("LEVEL", "MSG", "..."))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1", "utf-8"])
def test_a_block_is_read_in_any_encoding(encoding):
    text = "// \xfcber\n" + block("FUNC Trace(MSG, ...);")
    assert "Trace" in read(text, encoding=encoding).functions


def test_prose_about_blocks_is_no_block():
    text = '// functions between "begin_wpp config" and "end_wpp" (\n' + block("FUNC A(MSG);")
    assert set(read(text).functions) == {"DoTraceMessage", "A"}


def test_another_kind_of_block_is_passed_over():
    assert set(read("// begin_wpp enum\n// a b ( {\n// end_wpp").functions) == {"DoTraceMessage"}


def test_an_ini_file_is_all_block():
    text = 'DEFINE_CPLX_TYPE(HEXDUMP, WPP_LOGHEXDUMP, xstr_t, ItemHEXDump,"s", _HEX_, 0,2);\n// x ('
    assert read(text, name="localwpp.ini").types["HEXDUMP"] == CustomType(
        "HEXDUMP", "ItemHEXDump", (), "s", "WPP_LOGHEXDUMP", "xstr_t"
    )
    assert read(text, name="local.h").types == {}


@pytest.mark.parametrize(
    ("text", "outer", "inner", "fixed"),
    [
        ("F(MSG, LEVEL, ...)", ("MSG", "LEVEL", "..."), None, ()),
        ("F()", (), None, ()),
        ("F(...)", ("...",), None, ()),
        ("F{LEVEL=2}(FLAGS)", ("FLAGS",), None, (("LEVEL", "2"),)),
        (
            "F{LEVEL=A, FLAGS = B|C}(MSG,...)",
            ("MSG", "..."),
            None,
            (("LEVEL", "A"), ("FLAGS", "B|C")),
        ),
        ("F{A=1}{B=2}(MSG)", ("MSG",), None, (("A", "1"), ("B", "2"))),
        ("F((MSG, ...))", (), ("MSG", "..."), ()),
        ("F((LEVEL,FLAGS,MSG,...))", (), ("LEVEL", "FLAGS", "MSG", "..."), ()),
        ("F{X=1}(LEVEL, (MSG, ...))", ("LEVEL",), ("MSG", "..."), (("X", "1"),)),
    ],
)
def test_a_function_has_its_parameters_in_any_order(text, outer, inner, fixed):
    expected = Function("F", outer, inner, fixed)
    assert read(block(f"FUNC {text};")).functions["F"] == expected
    assert read("", text).functions["F"] == expected


def test_a_list_of_functions_may_hold_several_and_a_bare_name():
    found = read("", "A(LEVEL,MSG,...);B((FLAGS,MSG,...))", "C").functions
    assert set(found) == {"DoTraceMessage", "A", "B", "C"}
    assert found["C"].outer == ("FLAGS", "MSG", "...")


def test_conditions_are_named_fixed_ones_first():
    found = read(block("FUNC R{LEVEL=2,FLAGS=DUMMY}(STATUS, MSG, ...);")).functions["R"]
    assert found.conditions == (("LEVEL", "2"), ("FLAGS", "DUMMY"), ("STATUS", "STATUS"))
    assert found.is_variadic


def test_prefixes_and_suffixes_keep_their_text_and_arguments():
    found = read(
        block(
            r'USEPREFIX (Enter(PVOID Srb), "%!STDPREFIX! a,\t(b" " c", Srb, f(Srb, 1), #X);',
            'USESUFFIX(Enter, " it  ends");',
        )
    )
    prefix = found.prefixes["Enter"]
    assert prefix.text == r'"%!STDPREFIX! a,\t(b" " c"'
    assert prefix.arguments == ("Srb", "f(Srb, 1)", "#X")
    assert found.suffixes["Enter"].text == '" it  ends"'


def test_types_of_the_project():
    found = read(
        block(
            "CUSTOM_TYPE(State, ItemListLong(Closed, Half Open, In+Out));",
            "CUSTOM_TYPE(E, ItemEnum(WDI::MESSAGE_ID));",
            'DEFINE_SIMPLE_TYPE(Code, int, ItemNTSTATUS, "s", _c_, 0);',
        )
    ).types
    assert found["State"].values == ("Closed", "Half Open", "In+Out")
    assert (found["E"].item, found["E"].values) == ("ItemEnum", ())
    assert (found["Code"].item, found["Code"].format) == ("ItemNTSTATUS", "s")


def test_options_define_macros_and_others_are_about_decoders():
    found = read(block("WPP_FLAGS(-DLOG(len,str)=log_it(len,str));", "WPP_FLAGS(-public:Trace);"))
    assert found.defines == (("LOG(len,str)", "log_it(len,str)"),)


def test_a_later_statement_overrides_an_earlier_one():
    found = read_configuration(
        [("a.h", block("FUNC T(MSG, ...);").encode()), ("b.c", block("FUNC T(LEVEL);").encode())]
    )
    assert found.functions["T"].outer == ("LEVEL",)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["FUNC T(LEVEL, MSG"], "trace.h:2: T: ( is not closed"),
        (["", "FUNC T(1);"], "trace.h:3: parameter '1': expected a name, MSG or ...;"),
        (["FUNC T(..., MSG);"], "trace.h:2: ... must be the last parameter of T"),
        (["FUNC T((MSG), LEVEL);"], "LEVEL after the inner parentheses: they must come last"),
        (["FUNC T(..., (MSG));"], "... of T belongs into the inner parentheses"),
        (["FUNC T(MSG, MSG);"], "MSG occurs twice in T"),
        (["FUNC T{LEVEL=1}(LEVEL, MSG);"], "LEVEL occurs twice in T"),
        (["FUNC T{LEVEL}(MSG);"], "{LEVEL}: expected CONDITION=value"),
        (["USEPREFIX(T, text);"], 'write USEPREFIX(Function, "text", arguments)'),
        (["CUSTOM_TYPE(A);"], "write CUSTOM_TYPE(Name, ItemListLong(First, Second))"),
        (["DEFINE_CPLX_TYPE(A, B);"], "write DEFINE_CPLX_TYPE(Name, Macro, Structure, Item,"),
        (["DEFINE_SIMPLE_TYPE(A, B);"], "write DEFINE_SIMPLE_TYPE(Name, Type, Item,"),
        (["FUNK(A, B);"], "FUNK is no statement of a WPP block; known are FUNC, USEPREFIX,"),
        (["= 3"], "'= 3' in a WPP block: expected a statement such as FUNC Name("),
    ],
)
def test_a_wrong_statement_is_an_error_with_its_place(lines, text):
    with pytest.raises(TracingError) as caught:
        read(block(*lines))
    assert text in str(caught.value)
    assert str(caught.value).startswith("trace.h:")


def test_a_block_without_an_end_is_an_error():
    with pytest.raises(TracingError, match=r"trace\.h:2: begin_wpp without end_wpp"):
        read("//\n// begin_wpp config\n// FUNC T(MSG);\n")
    with pytest.raises(TracingError, match=r"trace\.h:1: begin_wpp without an end_wpp before"):
        read("// begin_wpp config\n// begin_wpp config\n// end_wpp")
