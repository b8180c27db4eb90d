"""Suggestions for undefined symbols: a name that is near, or none."""

import difflib
from difflib import SequenceMatcher

from coffwriter import CODE, Section, Symbol, build
from linking import complaints, defining, entry_object


def hints(folder, needed, **files):
    inputs = {"entry.obj": entry_object(needed)} | {f"{n}.obj": d for n, d in files.items()}
    return [line for line in complaints(folder, inputs) if line.startswith(">>> hint")]


def test_the_nearest_name_is_suggested(tmp_path):
    found = hints(tmp_path, "IoCreateDevise", near=defining("IoCreateDevice"))
    assert found == [">>> hint: did you mean IoCreateDevice?"]


def test_nothing_is_suggested_when_nothing_is_near(tmp_path):
    assert hints(tmp_path, "IoCreateDevice", far=defining("Unrelated")) == []


def test_data_of_a_dll_needs_dllimport(tmp_path):
    found = hints(tmp_path, "Value", imported=defining("__imp_Value"))
    assert found == [">>> hint: it is data of a DLL: declare Value with __declspec(dllimport)"]


def test_gccs_intermediate_code_is_the_reason_when_there_is_any(tmp_path):
    slim = build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("__gnu_lto_slim", 0, 1)])
    found = hints(tmp_path, "Compiled", slim=slim)
    assert found == [
        ">>> hint: an object holds gcc's intermediate code only: compile without -flto"
    ]


def test_the_first_ten_names_get_a_suggestion_by_few_comparisons(tmp_path, monkeypatch):
    """Each undefined name was once compared with every known one: 49 s for a hundred of them."""
    compared = []

    class Counted(SequenceMatcher):
        def ratio(self):
            compared.append(self.a)
            return super().ratio()

    monkeypatch.setattr(difflib, "SequenceMatcher", Counted)
    known = [f"KeWaitForSingleObject{n:05}" for n in range(3000)]
    symbols = [Symbol(name, 1, at) for at, name in enumerate(known)]
    missing = [f"KeWaitForSingelObject{n:05}" for n in range(20)]
    files = {
        "entry.obj": entry_object(*missing),
        "known.obj": build("x64", [Section(".text", bytes(3000), CODE)], symbols),
    }
    found = [line for line in complaints(tmp_path, files) if line.startswith(">>> hint")]
    assert found == [
        f">>> hint: did you mean KeWaitForSingleObject{number:05}?" for number in range(10)
    ]
    assert len(compared) <= 500
