"""How well FAQ pairs fit sections, in numbers: sparse, for a dense matrix would not scale.

Two steps.  First a shortlist: for each pair the sections nearest to it in meaning, and those that
share the most words with it, by blocked matrix products.  Then, for these alone, everything is
computed exactly, down to the sentences.

The constants were chosen by measuring, see ``benchmarks/coverage/README.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.ranks import kth_best
from qa.coverage_text import PairText, SectionText

# How many sections by meaning and how many by words (of the text, of the heading) a
# pair is compared with exactly.
SHORTLIST_BY_MEANING = 10
SHORTLIST_BY_WORDS = 6
SHORTLIST_BY_HEADING = 3
# Words that more sections than this have do not make a section a candidate.
COMMON_SHARE = 0.05
COMMON_LEAST = 50

# A fit is a cosine (the mean of that to the section or a window of it and that to a sentence of
# it), and so much for the share of the pair's words in the section (likewise), for the share of
# its heading's words in the pair, and where the pair spells the whole heading out: it refers to it.
WORDS_WEIGHT = 0.3
HEADING_WEIGHT = 0.2
NAMED_WEIGHT = 0.2
# Some sections resemble everything (an introduction, a list of all settings): so much of what they
# resemble the mean pair by, more than other sections do, is taken off.  Less where there are few
# pairs, whose mean is theirs and not the subject's.
HUB_WEIGHT = 1.5
HUB_PAIRS = 10
# Each pair is assigned to sections by a softmax over their fits: the temperature.
TEMPERATURE = 0.05
# A pair may be about no section at all: a logistic function of its best fit, middle and width.
ABOUT_MIDDLE = 0.55
ABOUT_WIDTH = 0.05
# What one statement of an answer is assigned to is evidence for its pair, but not so much.
STATEMENT_WEIGHT = 0.4
# How much a sentence is met: from none to all between these values of the cosine and half of the
# share of its words, as far as its section is not much less fitting than the pair's best.
MET_WORDS_WEIGHT = 0.5
MET_NONE, MET_ALL = 0.65, 0.9
MET_MARGIN = 0.1
# Whatever else fits better: a sentence is met that says nearly nothing the pair does not say.
SAID_NONE, SAID_ALL = 0.5, 0.9

_BLOCK_CELLS = 1 << 24  # of a product at once: 64 MiB of float32
_DECIMALS = 6

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Fits:
    """What was found of each pair and section on the shortlist, ordered by section, then pair.

    ``section`` and ``pair`` are places in the lists given, (n,) int64.  ``fit`` is how well they
    fit, a cosine and more; ``score`` in [0, 1] how sure the pair is about the section or refers to
    it; ``about`` how sure it is about it without counting its heading, for an answer that says "see
    Installation" covers nothing of that section.  ``first`` (n + 1,) are the bounds of the
    sentences' figures: ``met``, in [0, 1], is how much of what a
    sentence says the pair asks about and answers, ``near`` what that comes from, in no bounds.
    """

    section: Ints
    pair: Ints
    fit: Floats
    score: Floats
    about: Floats
    first: Ints
    met: Floats
    near: Floats


class Ranges:
    """Lists of different lengths in one array."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        self.values = np.array([value for one in lists for value in one], dtype=np.int64)
        self.starts = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)

    def gather(self, which: Ints) -> tuple[Ints, Ints]:
        """Return the values of the chosen lists, one after another, and where each begins.

        The second is one longer than ``which``: its last is how many values there are.
        """
        lengths = self.starts[which + 1] - self.starts[which]
        begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.arange(begins[-1]) - np.repeat(begins[:-1] - self.starts[which], lengths)
        return self.values[places], begins


class _Words:
    """The distinct stems of sections and of pairs' parts as numbers, and how rare each is."""

    def __init__(self, sections: Sequence[SectionText], pairs: Sequence[PairText]) -> None:
        numbers: dict[str, int] = {}

        def numbered(words: frozenset[str]) -> list[int]:
            # By the alphabet: sums depend on the order, and a set has another in every process.
            return sorted([numbers.setdefault(word, len(numbers)) for word in sorted(words)])

        self.sentences = [[numbered(words) for words in one.words] for one in sections]
        self.headings = [numbered(one.heading_words) for one in sections]
        self.text = [sorted({word for words in one for word in words}) for one in self.sentences]
        self.whole = [sorted({*t, *h}) for t, h in zip(self.text, self.headings, strict=True)]
        # Sorted, so that no sum depends on the order of a set.
        parts = [[numbered(part.words) for part in one.parts] for one in pairs]
        flat = [words for one in parts for words in one]
        self.parts = Ranges(flat)
        self.pairs = Ranges([sorted({*one[0], *one[1]}) for one in parts])
        counts = np.zeros(len(numbers), dtype=np.int64)
        for words in self.whole:
            counts[words] += 1
        self.counts = counts
        # The idf of BM25, over the sections alone: how many pairs repeat a word says nothing of it.
        self.rarity = np.log1p((len(sections) - counts + 0.5) / (counts + 0.5))
        self.totals = np.array([self.rarity[words].sum() for words in flat])


def fits(
    sections: Sequence[SectionText], pairs: Sequence[PairText], vectors: NDArray[np.float32]
) -> Fits:
    """Return how ``pairs`` fit ``sections``; ``vectors`` (n, dim) float32, unit rows."""
    words = _Words(sections, pairs)
    chosen, hubs = _shortlist(sections, pairs, vectors, words)
    at_section, at_pair = chosen // max(1, len(pairs)), chosen % max(1, len(pairs))
    bounds = np.searchsorted(at_section, np.arange(len(sections) + 1))
    parts = [part for one in pairs for part in one.parts]
    rows_of = Ranges([part.rows for part in parts])
    counts = [len(one.parts) for one in pairs]
    part_ids = np.split(np.arange(len(parts)), np.cumsum(counts)[:-1]) if pairs else []
    of_pair = Ranges([one.tolist() for one in part_ids])
    marks = np.full(len(words.rarity), -1, dtype=np.int64)
    fit, bare = np.zeros(len(chosen)), np.zeros(len(chosen))
    statements: list[tuple[Ints, Ints, Floats]] = []  # part, place in chosen, fit
    raw: list[Floats] = []
    said: list[Floats] = []
    for number, section in enumerate(sections):
        own = slice(bounds[number], bounds[number + 1])
        mine = at_pair[own]
        if not len(mine):
            continue
        which, begins = of_pair.gather(mine)
        rows, row_begins = rows_of.gather(which)
        once, again = np.unique(rows, return_inverse=True)  # statements are rows of answers
        product = vectors[once] @ vectors[np.array((*section.whole, *section.rows))].T
        best = np.maximum.reduceat(product[again], row_begins[:-1], axis=0)  # (parts, passages)
        whole, single = best[:, : len(section.whole)], best[:, len(section.whole) :]
        meaning = (whole.max(axis=1) + single.max(axis=1)).astype(np.float64) / 2
        shares, headed, had = _shared(words, number, mine, which, begins, marks)
        named = np.array([bool(section.named) and section.named in parts[p].spelled for p in which])
        plain = meaning + WORDS_WEIGHT * shares - hubs[number]
        asked, answered = begins[:-1], begins[:-1] + 1
        bare[own] = (plain[asked] + plain[answered]) / 2
        fit[own] = (
            bare[own] + HEADING_WEIGHT * headed[0] + NAMED_WEIGHT * (named[asked] | named[answered])
        )
        single_pair = np.maximum.reduceat(single, begins[:-1], axis=0)
        raw.append((single_pair + MET_WORDS_WEIGHT * had).reshape(-1))
        said.append(had.reshape(-1))
        is_statement = np.ones(len(which), dtype=bool)
        is_statement[asked] = is_statement[answered] = False
        if is_statement.any():
            place = np.repeat(np.arange(own.start, own.stop), np.diff(begins))
            by_part = plain + HEADING_WEIGHT * headed[1] + NAMED_WEIGHT * named
            statements.append((which[is_statement], place[is_statement], by_part[is_statement]))
    fit, bare = np.round(fit, _DECIMALS), np.round(bare, _DECIMALS)
    mass, _ = _assigned(at_pair, fit, len(pairs))
    _, margin = _assigned(at_pair, bare, len(pairs))
    score, about = mass * _about(fit), mass * _about(bare)
    if statements:
        part, place, by_part = (np.concatenate(one) for one in zip(*statements, strict=True))
        order = np.argsort(part, kind="stable")
        part, place, by_part = part[order], place[order], np.round(by_part[order], _DECIMALS)
        mass, _ = _assigned(part, by_part, len(parts))
        np.maximum.at(score, place, STATEMENT_WEIGHT * mass * _about(by_part))
    lengths = np.array([len(sections[number].sentences) for number in at_section], dtype=np.int64)
    met = _met(raw, said, np.repeat(margin, lengths))
    return Fits(
        at_section,
        at_pair,
        fit,
        np.round(score, _DECIMALS),
        np.round(about, _DECIMALS),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.round(met, _DECIMALS),
        np.round(np.concatenate([np.zeros(0), *raw]), _DECIMALS),
    )


def _assigned(of: Ints, fit: Floats, count: int) -> tuple[Floats, Floats]:
    """Return the share of each pair (or statement) that goes to each of its sections; its margin.

    ``of`` (n,) are the numbers of the pairs, below ``count``.  The shares of a pair add up to 1.
    The margin is how far a fit is from the pair's best.
    """
    best = np.full(count, -np.inf)
    np.maximum.at(best, of, fit)
    margin = best[of] - fit
    mass = np.exp(-margin / TEMPERATURE)
    total = np.bincount(of, weights=mass, minlength=count)
    return mass / total[of], margin


def _about(fit: Floats) -> Floats:
    """Return how sure a fit is one at all, in [0, 1]."""
    sure: Floats = 1.0 / (1.0 + np.exp(-(fit - ABOUT_MIDDLE) / ABOUT_WIDTH))
    return sure


def _met(raw: Sequence[Floats], said: Sequence[Floats], margin: Floats) -> Floats:
    """Return how much of each sentence is met, (sentences,)."""
    nothing = np.zeros(0)
    near = np.clip((np.concatenate([nothing, *raw]) - MET_NONE) / (MET_ALL - MET_NONE), 0.0, 1.0)
    had = np.clip((np.concatenate([nothing, *said]) - SAID_NONE) / (SAID_ALL - SAID_NONE), 0.0, 1.0)
    met: Floats = np.maximum(near * np.exp(-margin / MET_MARGIN), had)
    return met


def _shared(
    words: _Words, number: int, mine: Ints, which: Ints, begins: Ints, marks: Ints
) -> tuple[NDArray[Any], tuple[NDArray[Any], NDArray[Any]], NDArray[Any]]:
    """Return which words pairs and a section share.

    First, per part, the mean of the share of its words that the section has and of that which its
    best sentence has.  Then the share of the heading's words that pairs have and that parts have.
    Then, per pair and sentence, the share of the sentence's words that the pair has.  All shares
    are weighted by rarity.
    """
    whole = np.array(words.whole[number], dtype=np.int64)
    sentences = words.sentences[number]
    marks[whole] = np.arange(len(whole))
    held = np.zeros((len(sentences), len(whole)), dtype=np.float32)
    for at, one in enumerate(sentences):
        held[at, marks[one]] = words.rarity[one]
    text, heading = np.zeros((2, len(whole)), dtype=np.float32)
    for weights, own in ((text, words.text[number]), (heading, words.headings[number])):
        weights[marks[own]] = words.rarity[own]

    def has(lists: Ranges, chosen: Ints) -> NDArray[np.float32]:
        found, starts = lists.gather(chosen)
        places = marks[found]
        there = places >= 0
        matrix = np.zeros((len(chosen), len(whole)), dtype=np.float32)
        matrix[np.repeat(np.arange(len(chosen)), np.diff(starts))[there], places[there]] = 1.0
        return matrix

    by_part, by_pair = has(words.parts, which), has(words.pairs, mine)
    marks[whole] = -1
    totals = np.maximum(words.totals[which], 1e-9)
    shares = (by_part @ text + (by_part @ held.T).max(axis=1)) / totals / 2
    headed = max(float(heading.sum()), 1e-9)
    had = by_pair @ held.T / np.maximum(held.sum(axis=1), 1e-9)
    return shares, (by_pair @ heading / headed, by_part @ heading / headed), had


def _shortlist(
    sections: Sequence[SectionText],
    pairs: Sequence[PairText],
    vectors: NDArray[np.float32],
    words: _Words,
) -> tuple[Ints, Floats]:
    """Return section · pairs + pair of all that are compared exactly, ascending, each once.

    And, per section, what is taken off its fits because it resembles everything.  The pair nearest
    to a section is always among them: where nothing is about a section, it is what comes closest.
    """
    if not sections or not pairs:
        return np.zeros(0, dtype=np.int64), np.zeros(len(sections))
    count = len(pairs)
    found: list[Ints] = []
    wholes = Ranges([one.whole for one in sections])
    # A row a pair, the mean of question and answer, and two a section, as a whole and the mean of
    # its windows: with every row of both the product took longer than all else together.
    asked = np.array([one.parts[0].rows[0] for one in pairs])
    answered = np.array([one.parts[1].rows[0] for one in pairs])
    coarse = _unit(vectors[asked] + vectors[answered])
    sums = np.add.reduceat(vectors[wholes.values], wholes.starts[:-1], axis=0)
    columns = np.concatenate([vectors[wholes.values[wholes.starts[:-1]]], _unit(sums)]).T
    step = max(1, _BLOCK_CELLS // columns.shape[1])
    highest = np.full(len(sections), -np.inf, dtype=np.float32)
    nearest = np.zeros(len(sections), dtype=np.int64)
    total = np.zeros(len(sections))
    most = min(SHORTLIST_BY_MEANING, len(sections))
    for at in range(0, count, step):
        which = np.arange(at, min(at + step, count))
        product = coarse[which] @ columns
        near = np.maximum(product[:, : len(sections)], product[:, len(sections) :])
        total += near.sum(axis=0, dtype=np.float64)
        found.append((_first(near, most) * count + which[:, np.newaxis]).reshape(-1))
        here = near.argmax(axis=0)
        high = near[here, np.arange(len(sections))]
        better = high > highest
        highest[better], nearest[better] = high[better], which[here[better]]
    found.append(np.arange(len(sections)) * count + nearest)
    found.append(_by_words(words, count, len(sections)))
    mean = total / count
    hubs = HUB_WEIGHT * count / (count + HUB_PAIRS) * (mean - mean.mean())
    return np.unique(np.concatenate(found)), hubs


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit


def _by_words(words: _Words, count: int, sections: int) -> Ints:
    """Return section · pairs + pair of the sections that share the most words with each pair.

    With the text, and with the heading, of which a short one counts as much as a long one.
    """
    rarity = words.rarity
    totals = [max(float(rarity[one].sum()), 1e-9) for one in words.headings]
    lists = (
        (words.whole, np.ones(sections), SHORTLIST_BY_WORDS),
        (words.headings, 1.0 / np.array(totals), SHORTLIST_BY_HEADING),
    )
    common = max(COMMON_LEAST, int(COMMON_SHARE * sections))
    found: list[Ints] = [np.zeros(0, dtype=np.int64)]
    for texts, factors, most in lists:
        having: list[list[int]] = [[] for _ in range(len(rarity))]
        for number, one in enumerate(texts):
            for word in one:
                having[word].append(number)
        postings = Ranges(having)
        lengths = np.diff(postings.starts)
        usable = (lengths > 0) & (lengths <= common)
        for pair in range(count):
            own = words.pairs.values[words.pairs.starts[pair] : words.pairs.starts[pair + 1]]
            own = own[usable[own]]
            if not len(own):
                continue
            where, _ = postings.gather(own)
            shared = np.bincount(
                where, weights=np.repeat(rarity[own], lengths[own]), minlength=sections
            )
            # Of headings that are there whole, the one that says more: "Settings" says little.
            sharing = np.flatnonzero(shared)
            scores = np.round(shared[sharing] * factors[sharing], _DECIMALS)
            near = scores >= kth_best(scores, most)  # so that fewer are sorted
            sharing, scores = sharing[near], scores[near]
            order = np.lexsort((-np.round(shared[sharing], _DECIMALS), -scores))[:most]
            found.append(sharing[order] * count + pair)
    return np.concatenate(found)


def _first(near: NDArray[np.float32], most: int) -> Ints:
    """Return the places of the ``most`` greatest of each row, (rows, most), in no order.

    Of equal ones the first: which of them a partition takes depends on the processor.
    """
    top: Ints = np.argpartition(-near, most - 1, axis=1)[:, :most]
    least = np.take_along_axis(near, top, axis=1).min(axis=1, keepdims=True)
    for row in np.flatnonzero((near >= least).sum(axis=1) > most):
        top[row] = np.argsort(-near[row], kind="stable")[:most]
    return top
