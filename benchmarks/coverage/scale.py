"""Time and memory of coverage and checks over a large library, made of a small one.

The sections and pairs of real articles are repeated until there are enough of both.  Each copy gets
vectors of its own, real ones with noise, and words of its own: every other telling word is marked
with the copy's number, so that copies are no more alike than articles about one subject are.
"""

import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from index.passages import passages_of
from index.records import Article, Passage
from qa.coverage import CoverageReport, measure
from qa.duplicates import compare_pairs
from qa.search import Searcher
from qa.support import measure_support

Result = TypeVar("Result")

NOISE = 0.5  # the length of the noise beside a unit vector
SEED = 20240601
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Large:
    """A large library: its articles, their passages and vectors, (n, dim) float32."""

    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]


def enlarge(articles: Sequence[Article], encoder: Encoder, *, sections: int, pairs: int) -> Large:
    """Return a library of exactly so many sections and pairs."""
    originals = [(article, passages_of(article)) for article in articles]
    texts = list(dict.fromkeys(one.text for _, own in originals for one in own))
    known = dict(zip(texts, encoder.encode_documents(texts), strict=True))
    random = np.random.default_rng(SEED)
    made: list[Article] = []
    passages: list[Passage] = []
    vectors: list[NDArray[np.float32]] = []
    for copy, one in enumerate(copied(articles, sections=sections, pairs=pairs)):
        _, own = originals[copy % len(originals)]
        kept = {part.id for part in (*one.sections, *one.faq)}
        mine = [passage for passage in own if passage.owner in kept]
        rows = np.stack([known[passage.text] for passage in mine]) if mine else None
        if rows is not None:
            noise = random.standard_normal(rows.shape, dtype=np.float32)
            rows = rows + NOISE / np.sqrt(rows.shape[1]) * noise
            vectors.append((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32))
            for passage in mine:
                text = _marked(passage.text, copy)
                passages.append(replace(passage, article=one.id, text=text))
            made.append(one)
    return Large(tuple(made), tuple(passages), np.concatenate(vectors))


def copied(articles: Sequence[Article], *, sections: int, pairs: int) -> Iterator[Article]:
    """Yield copies of the articles in turn, each in words of its own, of so many sections and pairs
    in all; some copies have none of either.
    """
    copy = 0
    while sections or pairs:
        one = _copy(articles[copy % len(articles)], copy, sections, pairs)
        sections -= len(one.sections)
        pairs -= len(one.faq)
        yield one
        copy += 1


def _copy(article: Article, copy: int, sections: int, pairs: int) -> Article:
    """Return a copy with words of its own; every text keeps its length, so no place changes."""
    text = _marked(article.text, copy)
    return replace(
        article,
        id=f"{copy:05}-{article.id}",
        text=text,
        sections=tuple(
            replace(one, text=text[one.start : one.end])
            for one in [one for one in article.sections if one.text.strip()][:sections]
        ),
        faq=tuple(
            replace(
                one,
                question=text[one.question_start : one.question_end],
                answer=text[one.start : one.end],
            )
            for one in article.faq[:pairs]
        ),
    )


def _marked(text: str, copy: int) -> str:
    """Return the text with every other longer word made the copy's own, at the same length."""
    letters = "".join(chr(ord("a") + copy // 26**power % 26) for power in range(3))

    def own(found: re.Match[str]) -> str:
        word = found.group()
        return word if sum(map(ord, word)) % 2 else letters + word[3:]

    return _WORD.sub(own, text)


def timed(large: Large) -> tuple[CoverageReport, dict[str, float]]:
    """Return the report, and what it and the checks took, each by itself.

    ``seconds`` are by the clock, ``cpu_seconds`` the processor's, of all threads: on a machine that
    does something else besides, the second says more.  ``peak_mib`` is the process's greatest
    memory once the report is made, ``checks_peak_mib`` once the checks are, which need a searcher.
    """
    found: dict[str, float] = {}

    def stopped(name: str, work: Callable[[], Result]) -> Result:
        clock, processor = time.perf_counter(), time.process_time()
        result = work()
        found[f"{name}seconds"] = time.perf_counter() - clock
        found[f"{name}cpu_seconds"] = time.process_time() - processor
        return result

    def report() -> CoverageReport:
        made = measure(large.articles, large.passages, large.vectors)
        made.findings()
        return made

    made = stopped("", report)
    found["peak_mib"] = _peak_mib()
    searcher = stopped("searcher_", lambda: Searcher(large.articles, large.passages, large.vectors))
    stopped("pairs_", lambda: compare_pairs(searcher))
    stopped("support_", lambda: measure_support(searcher))
    found["checks_peak_mib"] = _peak_mib()
    return made, found


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
