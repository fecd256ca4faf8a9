"""Which sections a pair is compared with exactly, where several look alike at first."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from qa.coverage_fit import SHORTLIST_BY_HEADING, Ranges, _by_words, _first


def words(*headings: list[int], pair: list[int]) -> Any:
    """Numbered words, all as rare as one another; the sections' texts share none with the pair."""
    return SimpleNamespace(
        rarity=np.ones(20),
        headings=list(headings),
        whole=[[19] for _ in headings],
        pairs=Ranges([pair]),
    )


def test_of_headings_that_a_pair_spells_out_the_longer_ones_come_first() -> None:
    found = _by_words(words([0], [1], [2], [3], [4, 5], [6, 7], pair=list(range(8))), 1, 6)
    assert found.tolist() == [4, 5, 0]
    assert len(found) == SHORTLIST_BY_HEADING


def test_a_heading_that_is_there_whole_comes_before_a_longer_one_that_is_not() -> None:
    found = _by_words(words([0, 1, 8, 9], [2], [3, 9], pair=[0, 1, 2, 3]), 1, 3)
    assert found.tolist() == [1, 0, 2]


def test_a_section_that_shares_no_word_is_not_among_them() -> None:
    assert _by_words(words([0], [1], pair=[1, 2]), 1, 2).tolist() == [1]
    assert _by_words(words([0], pair=[]), 1, 1).tolist() == []


@pytest.mark.parametrize("most", [1, 3, 7])
def test_of_equal_ones_the_first_are_taken_on_every_processor(most: int) -> None:
    chance = np.random.default_rng(4)
    near = chance.integers(0, 3, (50, 40)).astype(np.float32)  # many are equal
    found = _first(near, most)
    expected = np.argsort(-near, axis=1, kind="stable")[:, :most]
    assert np.sort(found, axis=1).tolist() == np.sort(expected, axis=1).tolist()
