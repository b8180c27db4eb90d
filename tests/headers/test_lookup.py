"""Headers are found in any letter case, the exact spelling first, whatever a folder holds."""

import os
import sys

import pytest

from ntbuild.headers.lookup import Listings, joined, parent, respell, with_names

CASE_MATTERS = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="two names that differ in letter case are one file"
)


@pytest.fixture
def tree(tmp_path):
    """Make files below a folder; the folder's path."""

    def make(*paths):
        for path in paths:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("")
        return tmp_path.as_posix()

    return make


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ("Trace.h", "Trace.h"),
        ("TRACE.H", "Trace.h"),
        ("..\\INC\\trace.h", "../inc/Trace.h"),
        ("../inc/./TRACE.h", "../inc/Trace.h"),
        ("sub\\DEEP.h", "Sub/Deep.h"),
        ("sub/../trace.h", "Sub/../Trace.h"),
        ("none.h", None),
        ("sub", None),  # a folder
        ("trace.h/a.h", None),  # a file
        ("..", None),
        ("", None),
        ("/trace.h", None),
        ("C:\\trace.h", None),
        ("..\\..\\..\\..\\..\\..\\..\\..\\..\\..\\..\\..\\trace.h", None),
        ("\0.h", None),
    ],
)
def test_an_include_is_found_by_any_spelling(tree, include, expected):
    folder = f"{tree('inc/Trace.h', 'inc/Sub/Deep.h')}/inc"
    assert respell(folder, include, Listings()) == expected


@CASE_MATTERS
def test_of_two_spellings_the_exact_one_is_taken_else_the_first_by_code_point(tree):
    folder = tree("a.h", "A.h", "A.H")
    listings = Listings()
    for name in ("a.h", "A.h", "A.H"):
        assert respell(folder, name, listings) == name
    assert respell(folder, "a.H", listings) == "A.H"


@CASE_MATTERS
def test_a_folder_that_has_not_the_file_does_not_hide_one_that_has(tree):
    folder = tree("Inc/other.h", "inc/there.h")
    assert respell(folder, "Inc/There.h", Listings()) == "inc/there.h"
    assert respell(folder, "INC/other.h", Listings()) == "Inc/other.h"


def test_what_is_still_to_be_made_is_found_as_well(tree):
    folder = tree("a.h")
    listings = Listings()

    def names(path):
        return with_names(listings(path), ["Made.tmh"] if path == folder else [], [])

    assert respell(folder, "made.TMH", names) == "Made.tmh"
    assert respell(folder, "A.h", names) == "a.h"


def test_a_folder_that_is_not_there_or_not_readable_is_empty(tree, monkeypatch):
    folder = tree("a.h")
    assert respell(f"{folder}/none", "a.h", Listings()) is None
    assert respell(f"{folder}/a.h", "a.h", Listings()) is None

    def refuse(_folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert respell(folder, "A.H", Listings()) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_links_that_lead_back_or_nowhere_do_no_harm(tree, tmp_path):
    folder = tree("real/a.h")
    (tmp_path / "Loop").symlink_to(tmp_path)
    (tmp_path / "Self").symlink_to(tmp_path / "Self")
    (tmp_path / "gone.h").symlink_to(tmp_path / "nowhere")
    listings = Listings()
    assert respell(folder, "loop/LOOP/real/A.H", listings) == "Loop/Loop/real/a.h"
    assert respell(folder, "self/a.h", listings) is None


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no UTF-8 exist on Linux only")
def test_a_name_that_is_no_text_is_left_out(tree, tmp_path):
    folder = tree("Ä.h")
    (tmp_path / os.fsdecode(b"\xff.h")).write_text("")
    listings = Listings()
    assert respell(folder, "ä.h", listings) == "Ä.h"
    assert [name for names in listings(folder).files.values() for name in names] == ["Ä.h"]


def test_a_folder_is_read_once(tree, tmp_path):
    folder, listings = tree("a.h"), Listings()
    assert respell(folder, "A.h", listings) == "a.h"
    (tmp_path / "a.h").unlink()
    assert respell(folder, "A.h", listings) == "a.h"


def test_paths_are_joined_as_text():
    assert joined("", "a.h") == "a.h"
    assert joined("a", "../b/./c.h") == "b/c.h"
    assert joined("a", "..") == ""
    assert parent("") == ".."
    assert parent("a/b") == "a"
    assert joined("..", "a") == "../a"
