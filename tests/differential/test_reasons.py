"""Every intended difference has a reason, and is one that the comparisons can meet."""

from differential.compare import Difference, reasons, unexplained


def test_every_reason_is_a_sentence_about_a_known_kind():
    known = {"bytes", "contribution", "import", "base relocation", "export", "unwind", "name"}
    assert reasons()
    for each in reasons():
        assert each.kind in known
        assert len(each.reason.split()) > 5


def test_a_difference_without_a_reason_is_reported():
    unknown = Difference("import", "only the peer: ('hal.dll', 'KfRaiseIrql', 0)")
    known = Difference("contribution", "only the peer: a.obj#1 .text ordinary")
    assert unexplained([unknown, known]) == [unknown]
