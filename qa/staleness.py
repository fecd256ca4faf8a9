"""Answers that may be out of date: a section that supports them changed since they were written.

Pure: the history is read elsewhere (``index.history``) and comes as values.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from index.history import HistoryView, SectionChange
from index.records import FaqPair, Section
from qa.function_words import is_function_word
from qa.search import Searcher
from qa.support import SupportReport

# A word of at least so many letters with one letter changed was misspelt; a shorter one is
# another word ("now", "not").
TYPO_CHARS = 4

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|\w+")


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words that gave way to others: ``before[before_start:before_end]`` became
    ``after[after_start:after_end]``.  Either may be empty: something came, or went.
    """

    before_start: int
    before_end: int
    after_start: int
    after_end: int


@dataclass(frozen=True, slots=True)
class StaleAnswer:
    """A pair, and a section that it rests on and that changed since the pair was last touched.

    ``before`` is the section's text at that time, ``changes`` what became of it, by the words, in
    order; places in the present text count from the section's beginning.  ``at`` is when the
    first of the changes was seen (ISO 8601).
    """

    article: str
    pair: str
    section_article: str
    section: str
    before: str
    after: str
    changes: tuple[WordChange, ...]
    at: str


def word_changes(before: str, after: str) -> tuple[WordChange, ...]:
    """Return how the words of one text became another's, in order; nothing where only looks did.

    White space, punctuation and case are looks, and so is one letter of a longer word.
    """
    own, others = list(_WORD.finditer(before)), list(_WORD.finditer(after))
    words = [[match.group().casefold() for match in side] for side in (own, others)]
    found: list[WordChange] = []
    matcher = difflib.SequenceMatcher(None, words[0], words[1], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal" or _is_typo(words[0][a:b], words[1][c:d]):
            continue
        first, second = _span(own, a, b, len(before)), _span(others, c, d, len(after))
        found.append(WordChange(*first, *second))
    return tuple(found)


def find_stale(
    searcher: Searcher, support: SupportReport, history: HistoryView
) -> tuple[StaleAnswer, ...]:
    """Return the stale answers, by the pair's article and id, then the section's.

    The sections that a pair rests on are those that its answer takes something from now
    (``AnswerSupport.sections``).  A pair is touched when its own question or answer changes, or an
    editor marks it as still right.  What a section became is compared as a whole with what it was
    then, so a change that was taken back is none.
    """
    sections = {
        owner.key: owner.item for owner in searcher.owners if isinstance(owner.item, Section)
    }
    changes: dict[tuple[str, str], list[SectionChange]] = {}
    for change in history.changes:
        changes.setdefault((change.article, change.section), []).append(change)
    touched = _touched(history)
    found: list[StaleAnswer] = []
    for owner in searcher.owners:
        answer = support.of(*owner.key) if isinstance(owner.item, FaqPair) else None
        if answer is None or owner.key not in touched:
            continue
        for key in sorted(answer.sections):
            since = [one for one in changes.get(key, ()) if one.step > touched[owner.key]]
            if not since or key not in sections:
                continue
            first = min(since, key=lambda one: one.step)
            after = sections[key].text
            if changed := word_changes(first.before, after):
                found.append(StaleAnswer(*owner.key, *key, first.before, after, changed, first.at))
    return tuple(found)


def _touched(history: HistoryView) -> Mapping[tuple[str, str], int]:
    touched = dict(history.touched)
    for mark in history.marks:
        key = mark.article, mark.pair
        touched[key] = max(mark.step, touched.get(key, mark.step))
    return touched


def _is_typo(before: list[str], after: list[str]) -> bool:
    return len(before) == len(after) and all(
        one == other
        or (
            min(len(one), len(other)) >= TYPO_CHARS
            and not any(map(str.isdigit, one + other))
            and not (is_function_word(one) and is_function_word(other))
            and Levenshtein.distance(one, other, score_cutoff=1) == 1
        )
        for one, other in zip(before, after, strict=True)
    )


def _span(words: list[re.Match[str]], first: int, last: int, length: int) -> tuple[int, int]:
    """Return the place of ``words[first:last]``; of none, where they would stand."""
    if first < last:
        return words[first].start(), words[last - 1].end()
    at = words[first].start() if first < len(words) else length
    return at, at
