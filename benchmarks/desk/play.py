"""Labelled questions, asked of one article by the real ``Answerer``, and the gaps in their log.

``questions.jsonl`` has a line for each question: ``{"text", "kind", "topic"}``; for one that a pair
or a section answers ``"target"``, which of the article's it is (from 1); and, with typing errors,
``"typo": true``.
"""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from benchmarks.answering import answerer_of
from benchmarks.logs import logged
from index.encoder import Encoder
from index.errors import ReadError
from index.records import Article
from qa.gaps import GapReport, gaps_of
from qa.questions import LoggedQuestion
from qa.records import HitKind, Result

QUESTIONS = Path(__file__).resolve().parent / "questions.jsonl"


class Kind(StrEnum):
    """What there is for a question."""

    PAIR = "pair"  # an FAQ pair answers it, its question is the target
    SECTION = "section"  # only a section answers it, its heading is the target
    NONE = "none"  # nothing answers it, though it belongs to the subject
    OFF_TOPIC = "off_topic"


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of a question.  ``target`` is a number until it is ``resolved``."""

    text: str
    kind: Kind
    topic: str
    target: str
    typo: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """The log, what each question got, the article, and the gaps."""

    log: tuple[LoggedQuestion, ...]
    results: tuple[Result, ...]
    article: Article
    report: GapReport


def labels(path: Path = QUESTIONS) -> tuple[Label, ...]:
    """Return the labelled questions, in the order of the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    read = (json.loads(line) for line in lines if line.strip())
    return tuple(
        Label(
            one["text"],
            Kind(one["kind"]),
            one["topic"],
            str(one.get("target", "")),
            one.get("typo", False),
        )
        for one in read
    )


def resolved(asked: Sequence[Label], article: Article) -> tuple[Label, ...]:
    """Return the labels with the question of the pair, or the heading of the section, as target."""
    names = {
        Kind.PAIR: [pair.question for pair in article.faq],
        Kind.SECTION: [section.heading for section in article.sections],
    }
    return tuple(
        replace(one, target=names[one.kind][int(one.target) - 1]) if one.target else one
        for one in asked
    )


def play(article: Path, asked: Sequence[Label], encoder: Encoder) -> Played:
    """Return what comes of asking the questions of the article in a file, a minute apart."""
    content = Path(tempfile.mkdtemp(prefix="footnote-desk-"))
    try:
        shutil.copyfile(article, content / article.name)
        try:
            answerer = answerer_of(content, encoder)
        except ReadError as error:
            raise SystemExit(f"{article} cannot be read: {error}") from error
        results = tuple(answerer.ask_many([label.text for label in asked]))
        log = tuple(logged(number, result) for number, result in enumerate(results))
        return Played(log, results, answerer.articles()[0], gaps_of(answerer.asker, encoder, log))
    finally:
        shutil.rmtree(content, ignore_errors=True)


def answered(result: Result, label: Label) -> bool:
    """Tell whether the right pair (or section) answered a question."""
    if result.abstained:
        return False
    hit = result.hits[0]
    if label.kind is Kind.PAIR:
        return hit.kind is HitKind.FAQ and hit.question == label.target
    return hit.kind is HitKind.SECTION and hit.section == label.target
