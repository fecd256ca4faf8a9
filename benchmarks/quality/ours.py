"""Footnote's answers, through the public API: a folder with the bank is synced, then asked."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.answering import answerer_of
from benchmarks.quality.runs import TOP, Run
from benchmarks.quality.sets import QuestionSet, SetError, write_bank
from index.encoder import Encoder
from index.errors import ReadError
from qa import Answerer
from qa.answer import MAX_QUESTION_CHARS
from qa.weights import Weights

# Weights learned without one set, for the figures of that set: left_out/<set>.json.
LEFT_OUT = Path(__file__).resolve().parent / "left_out"


class Ours:
    """A synced set that can be asked."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def ask(self, questions: Sequence[str]) -> Run:
        """Return the run over ``questions``, each cut at what can be asked."""
        cut = [question[:MAX_QUESTION_CHARS] for question in questions]
        results = list(self._answerer.ask_many(cut, top=TOP))
        return Run(
            hits=tuple(tuple(hit.id for hit in result.hits) for result in results),
            scores=np.array([result.confidence for result in results], dtype=np.float64),
            answerable=np.array([result.answerable for result in results], dtype=np.float64),
            abstained=np.array([result.abstained for result in results], dtype=bool),
        )


@contextmanager
def synced(data: QuestionSet, encoder: Encoder) -> Iterator[Ours]:
    """Lend the set's bank as content, synced in a folder of its own.

    Raises SetError when an entry of the bank cannot be found in the library by its id.
    """
    with answering(data, encoder, Weights.load(left_out(data.folder_name))) as answerer:
        _check_ids(data, answerer)
        yield Ours(answerer)


@contextmanager
def answering(data: QuestionSet, encoder: Encoder, weights: Weights) -> Iterator[Answerer]:
    """Lend an answerer of the set's bank, in a folder of its own.

    Raises SetError for a bank that cannot be read.
    """
    content = Path(tempfile.mkdtemp(prefix="footnote-set-"))
    try:
        write_bank(data.entries, content / "bank.jsonl")
        try:
            answerer = answerer_of(content, encoder, weights=weights)
        except ReadError as error:
            raise SetError(f"{data.name}: the bank cannot be read: {error}") from error
        yield answerer
    finally:
        shutil.rmtree(content, ignore_errors=True)


def left_out(name: str) -> Path | None:
    """Return the file of weights learned without the set of that name; None: there is none."""
    path = LEFT_OUT / f"{name}.json"
    return path if path.is_file() else None


def _check_ids(data: QuestionSet, answerer: Answerer) -> None:
    articles = answerer.articles()
    found = {pair.id for article in articles for pair in article.faq}
    found |= {section.id for article in articles for section in article.sections}
    missing = [entry.id for entry in data.entries if entry.id not in found]
    if missing:
        raise SetError(
            f"{data.name}: {len(missing)} of {len(data.entries)} entries of the bank are not in "
            f"the library under their ids, {missing[0]!r} for one"
        )
