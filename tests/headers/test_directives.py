"""What a source includes, as text."""

import pytest

from ntbuild.headers.directives import Include, includes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('#include "a.h"', [Include("a.h", quoted=True)]),
        ("#include <a.h>", [Include("a.h", quoted=False)]),
        ("  #  include\t<a.h> // comment", [Include("a.h", quoted=False)]),
        ('#include"..\\Inc\\A.H"', [Include("..\\Inc\\A.H", quoted=True)]),
        ("#include_next <a.h>", [Include("a.h", quoted=False)]),
        ('#import "b.h"', [Include("b.h", quoted=True)]),
        ('#if 0\n#include "a.h"\n#endif', [Include("a.h", quoted=True)]),
        ('#include "a.h"\n#include "a.h"\n', [Include("a.h", quoted=True)]),
        ('// #include "a.h"', []),
        ('#include "a.h', []),
        ("#include <a.h\n>", []),
        ("#includes <a.h>", []),
        ("", []),
    ],
)
def test_a_directive_is_read_in_every_form_and_in_every_branch(text, expected):
    assert list(includes(text)) == expected


def test_a_macro_is_followed_where_the_same_file_defines_it():
    text = '#if A\n# define IT "a.h"\n#else\n# define IT <b.h>\n#endif\n#include IT\n'
    assert includes(text) == (Include("a.h", quoted=True), Include("b.h", quoted=False))
    assert includes("#include IT\n") == ()
    assert includes('#define ITS "a.h"\n#include IT\n') == ()


def test_a_macro_of_the_command_line_is_followed_when_its_value_is_a_header():
    macros = {"IT": '"a.h"', "OTHER": "5", "OPEN": '"a.h'}
    assert includes("#include IT", macros) == (Include("a.h", quoted=True),)
    assert includes("#include OTHER\n#include OPEN", macros) == ()


def test_a_name_that_a_macro_puts_in_quotes_is_followed():
    wanted = (Include("RHEL.ver", quoted=True),)
    assert includes("#include STRINGIFY( WHICH )\n", {"WHICH": "RHEL.ver"}) == wanted
    assert includes("#define WHICH RHEL.ver\n#include STRINGIFY(WHICH)\n") == wanted
    assert includes('#define WHICH "RHEL.ver"\n#include IT(WHICH)\n') == wanted
    assert includes("#include STRINGIFY(WHICH)\n") == ()
    assert includes("#define WHICH RHEL.ver\n#include WHICH\n") == ()
