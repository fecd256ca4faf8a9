"""Runs one set through Footnote and its peers, and times the stages."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.quality import ours, sets
from benchmarks.quality.figures import OURS, Judge, SetScores, TypoScores, typo_scores
from benchmarks.quality.peers import DENSE, Ask, peers
from benchmarks.quality.runs import Run
from benchmarks.quality.sets import QuestionSet
from benchmarks.quality.typos import mistyped
from index.encoder import Encoder

TYPO_COUNTS = (1, 2)


@dataclass
class Clock:
    """Seconds by stage, added up."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            passed = time.perf_counter() - started
            self.seconds[name] = self.seconds.get(name, 0.0) + passed


@dataclass(frozen=True, slots=True)
class Measured:
    """A set's scores with what belongs to their record.

    ``weights`` is the file of weights learned without this set; None for the shipped ones.
    """

    scores: SetScores
    checksums: Mapping[str, str]
    weights: Path | None
    seconds: Mapping[str, float]


def measure(
    folder: Path, questions: Path, encoder: Encoder, *, limit: int, typo_limit: int
) -> Iterator[Measured]:
    """Yield the scores of the set in ``folder``, then of its half with entries removed, if any.

    ``limit`` and ``typo_limit`` are how many questions are asked at most, as they are and with
    typos; with 0, and in the half, no typos are tried.
    """
    whole = sets.load(folder, questions, limit=limit)
    for data in sets.halves(whole, folder):
        clock = Clock()
        scores = _scores(data, encoder, clock, typo_limit if data is whole else 0)
        weights = ours.left_out(data.folder_name)
        yield Measured(scores, data.checksums, weights, clock.seconds)


def _scores(data: QuestionSet, encoder: Encoder, clock: Clock, typo_limit: int) -> SetScores:
    texts = [query.text for query in data.queries]
    judge = Judge(data)
    with clock.stage("embed questions"):
        encoder.encode_queries(texts)  # all at once; the pipelines find them in the cache
    with clock.stage("peers"):
        others = peers(data, encoder)
        runs = {name: ask(texts) for name, ask in others.items()}
    with ExitStack() as stack:
        with clock.stage("sync"):
            answerer = stack.enter_context(ours.synced(data, encoder))
        with clock.stage("ask"):
            run = answerer.ask(texts)
        runs = {OURS: run, **runs}
        asked = {OURS: answerer.ask, **{n: ask for n, ask in others.items() if n in DENSE}}
        with clock.stage("typos"):
            typos = _typos(data, encoder, asked, runs, typo_limit)
    with clock.stage("judge"):
        calibration, of_answerable = judge.calibration(run)
        return SetScores(
            name=data.name,
            entries=len(data.entries),
            questions=len(data.queries),
            questions_in_file=data.questions_in_file,
            answerable=int(judge.answerable.sum()),
            of_pairs=data.of_pairs,
            of_intents=data.of_intents,
            pipelines={name: judge.pipeline(own) for name, own in runs.items()},
            decision=judge.decision(run),
            calibration=calibration,
            calibration_of_answerable=of_answerable,
            kinds=judge.kinds(run),
            typos=typos,
        )


def _typos(
    data: QuestionSet,
    encoder: Encoder,
    asked: Mapping[str, Ask],
    runs: Mapping[str, Run],
    limit: int,
) -> TypoScores | None:
    """``runs`` are those of ``asked`` over all questions as they are."""
    answerable = [query for query, right in zip(data.queries, data.right, strict=True) if right]
    chosen = set(sets.sample(answerable, limit))
    rows = [row for row, query in enumerate(data.queries) if query in chosen]
    texts = [data.queries[row].text for row in rows]
    wordings = [[mistyped(text, count) for text in texts] for count in TYPO_COUNTS]
    encoder.encode_queries([text for wording in wordings for text in wording])
    return typo_scores(
        [data.right[row] for row in rows],
        {
            name: [runs[name].of(rows), *(ask(wording) for wording in wordings)]
            for name, ask in asked.items()
        },
    )
