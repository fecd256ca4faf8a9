"""Postings against counting by hand; a splice against what is made afresh."""

import threading
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.postings import Coded, Postings, TermNumbers, pair, sums
from index.splice import Splice


def coded(*texts: list[int]) -> Coded:
    return Coded.of([np.array(text, dtype=np.int64) for text in texts])


def plain(postings: Postings) -> dict[int, dict[int, int]]:
    """Return, per term, its texts with how often it stands in each; and check what they promise."""
    assert postings.codes.tolist() == sorted(set(postings.codes.tolist()))
    found = {}
    for at, code in enumerate(postings.codes.tolist()):
        own = slice(postings.starts[at], postings.starts[at + 1])
        rows = postings.rows[own].tolist()
        assert rows == sorted(set(rows)) != []
        found[code] = dict(zip(rows, postings.counts[own].tolist(), strict=True))
    assert postings.starts[-1] == len(postings.rows) == len(postings.counts)
    return found


def counted(texts: list[list[int]]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    for row, text in enumerate(texts):
        for code, count in Counter(text).items():
            found.setdefault(code, {})[row] = count
    return found


def test_each_term_has_its_texts_and_how_often_it_stands_in_them() -> None:
    postings = Postings.of(coded([7, 3, 7], [], [3]))
    assert plain(postings) == {3: {0: 1, 2: 1}, 7: {0: 2}}
    assert postings.lengths.tolist() == [3, 0, 1]
    assert len(postings) == 3
    assert postings.having(3).tolist() == [0, 2]
    assert postings.having(4).tolist() == postings.having(-1).tolist() == []
    places = postings.places(np.array([7, 8, 3, -1, 7]))
    assert places.tolist() == [1, -1, 0, -1, 1]
    assert Postings.of(coded([])).places(np.array([7])).tolist() == [-1]
    assert postings.frequencies(places[[0, 2, 4]]).tolist() == [1, 2, 1]
    at, term = postings.runs(places[[0, 2, 4]])
    assert postings.rows[at].tolist() == [0, 0, 2, 0]
    assert postings.counts[at].tolist() == [2, 1, 1, 2]
    assert term.tolist() == [0, 1, 1, 2]
    assert sums(postings.rows[at], np.array([1.0, 2.0, 3.0, 4.0]), 4).tolist() == [7, 0, 3, 0]
    assert postings.frequencies().tolist() == [2, 1]


def test_numbers_too_large_for_one_sort_are_sorted_all_the_same() -> None:
    large = pair(2**31 - 1, 5)
    assert plain(Postings.of(coded([large, 1], [1, large, large]))) == {
        1: {0: 1, 1: 1},
        large: {0: 1, 1: 2},
    }


def test_pairs_join_neighbours_of_one_text_only() -> None:
    pairs = coded([1, 2, 3], [], [4], [5, 6]).pairs()
    assert pairs.codes.tolist() == [pair(1, 2), pair(2, 3), pair(5, 6)]
    assert pairs.lengths.tolist() == [2, 0, 0, 1]
    assert pair(1, 2) != pair(2, 1)
    assert pair(-1, 2) == pair(1, -1) == -1


TEXTS = st.lists(st.lists(st.integers(0, 6), max_size=6), max_size=6)


@given(TEXTS, TEXTS, st.data())
def test_a_splice_equals_what_is_made_afresh(
    old: list[list[int]], new: list[list[int]], data: st.DataObject
) -> None:
    gone = sorted(data.draw(st.sets(st.sampled_from(range(len(old))))) if old else [])
    kept = [text for row, text in enumerate(old) if row not in gone]
    at = sorted(data.draw(st.integers(0, len(kept))) for _ in new)
    expected = list(kept)
    for place, text in reversed(list(zip(at, new, strict=True))):
        expected.insert(place, text)
    splice = Splice(len(old), np.array(gone, dtype=np.int64), np.array(at, dtype=np.int64))
    before = Postings.of(coded(*old))
    made = before.spliced(splice, coded(*new))
    assert plain(made) == counted(expected)
    assert made.lengths.tolist() == [len(text) for text in expected]
    assert plain(before) == counted(old)
    afresh = Postings.of(coded(*expected))
    for name in Postings.__slots__:
        one, other = getattr(made, name), getattr(afresh, name)
        assert (one.dtype, one.tolist()) == (other.dtype, other.tolist())


def test_a_vocabulary_numbers_terms_once() -> None:
    vocabulary = TermNumbers()
    assert vocabulary.add(["tea", "cup", "tea"]).tolist() == [0, 1, 0]
    assert vocabulary.add(("cup", "tin")).tolist() == [1, 2]
    assert vocabulary.number("tin") == 2
    assert vocabulary.number("moon") == -1
    assert vocabulary.terms(np.array([2, 0])) == ["tin", "tea"]
    assert len(vocabulary) == 3


def test_a_fork_agrees_with_what_there_was_and_shares_nothing_that_is_added_later() -> None:
    shared = TermNumbers()
    shared.add(("tea", "cup"))
    fork = shared.fork()
    assert fork.add(("moon", "tea", "moon")).tolist() == [2, 0, 2]
    assert shared.add(("tin", "moon")).tolist() == [2, 3]
    assert fork.add(("tin", "cup")).tolist() == [3, 1]
    assert [fork.number(term) for term in ("tea", "moon", "tin", "sun")] == [0, 2, 3, -1]
    assert [shared.number(term) for term in ("tea", "moon", "tin", "sun")] == [0, 3, 2, -1]
    assert fork.terms(np.arange(4)) == ["tea", "cup", "moon", "tin"]
    assert shared.terms(np.arange(4)) == ["tea", "cup", "tin", "moon"]
    assert (len(fork), len(shared)) == (4, 4)
    again = fork.fork()
    assert again.add(("sun", "moon", "tea", "tin")).tolist() == [4, 2, 0, 3]
    assert again.terms(np.arange(5)) == ["tea", "cup", "moon", "tin", "sun"]
    assert fork.number("sun") == -1


def test_threads_that_add_the_same_terms_give_each_one_number() -> None:
    vocabulary = TermNumbers()
    words = [f"w{number}" for number in range(3000)]
    found: list[list[int]] = []

    def add(order: list[str]) -> None:
        numbers = dict(zip(order, vocabulary.add(order).tolist(), strict=True))
        found.append([numbers[word] for word in words])

    threads = [threading.Thread(target=add, args=(order,)) for order in (words, words[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert sorted(found[0]) == list(range(3000))
