"""A hundred images of the generator in `fuzzing`; a campaign has tens of thousands."""

from collections import Counter

from pecheck.fuzzing import MOST_MEMORY, campaign, case, peak, seeds_of


def test_no_command_fails_on_what_no_linker_would_write():
    faults, codes = campaign(range(100), seeds_of())
    assert faults == []
    by_code = Counter()
    for (_, code), count in codes.items():
        by_code[code] += count
    assert set(by_code) == {0, 1, 2}
    assert by_code[1] > 30  # most cases are images, and have findings
    assert peak() < MOST_MEMORY


def test_a_case_is_made_again_by_its_number():
    seeds = seeds_of()
    assert [case(number, seeds) for number in range(50)] == [case(n, seeds) for n in range(50)]
    assert len({case(number, seeds) for number in range(50)}) > 45
