"""A log in which intents are missing: taken out of the bank, their questions asked all the same.

The bank without them is synced, the set's questions are asked of the real ``Answerer`` (of a large
set a part), and what it said logged.  Where the set has no questions that are none of the bank's
business, some of another set's come in between.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from benchmarks.logs import logged
from benchmarks.quality import ours, sets
from index.encoder import Encoder
from qa.asking import Asker
from qa.questions import LoggedQuestion, Verdict
from qa.records import Result
from qa.weights import Weights
from qa.wordings import key_of

MISSING = 15
OFF_TOPIC = 100
MOST_ASKED = 2000  # of a set with more questions, as many are drawn by the seed
OFF = "oos"  # what clinc150 calls its questions that are none of the bank's business


class Truth(StrEnum):
    """What a question's intent is to the bank."""

    HELD = "held"  # the bank answers it
    MISSING = "missing"  # it did, until the intent was taken out
    NEVER = "never"  # the set's own questions that its bank never answered
    OFF = "off"  # none of the bank's business


@dataclass(frozen=True)
class Replay:
    """A log with its truth: per wording (its key) the intent and what that is to the bank."""

    name: str
    asker: Asker
    questions: tuple[LoggedQuestion, ...]
    intents: dict[str, str]
    truth: dict[str, Truth]
    missing: tuple[str, ...]
    answers: dict[str, str]  # by pair id: its intent


def labels(questions: Path) -> dict[str, str]:
    """Return the intent of each question of a set, by the question's id."""
    lines = questions.read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines if line.strip()]
    return {one["id"]: one.get("label") or (one["relevant"] or [OFF])[0] for one in read}


def off_topic(data: Path, name: str, seed: int) -> list[str]:
    """Return questions of other sets that are none of a set's business, ``OFF_TOPIC`` at most."""
    found: list[str] = []
    for folder, questions in sets.question_files(data).items():
        if folder.name != name:
            own = labels(questions)
            asked = sets.load(folder, questions, limit=10**9).queries
            found += [query.text for query in asked if own[query.id] == OFF and not query.relevant]
    return random.Random(seed).sample(found, min(OFF_TOPIC, len(found)))


def replay(
    folder: Path, questions: Path, encoder: Encoder, *, seed: int, told: Sequence[float]
) -> tuple[Replay, ...]:
    """Return the logs of a set of intents, ``MISSING`` of them out of the bank.

    One for each of ``told``: the share of wrong answers whose reader says so.
    """
    whole = sets.load(folder, questions, limit=10**9)
    drawn = random.Random(seed)
    known = sorted({entry.answer for entry in whole.entries})
    missing = frozenset(drawn.sample(known, MISSING))
    answers = {entry.id: entry.answer for entry in whole.entries}
    kept = tuple(entry for entry in whole.entries if entry.answer not in missing)
    own = labels(questions)
    intents: dict[str, str] = {}
    truth: dict[str, Truth] = {}
    right: dict[str, str] = {}
    queries = list(whole.queries)
    if len(queries) > MOST_ASKED:
        queries = random.Random(seed).sample(queries, MOST_ASKED)
    for query in queries:
        key = key_of(query.text)
        intent = answers[query.relevant[0]] if query.relevant else own[query.id]
        intents[key] = right[query.text] = intent
        if not query.relevant:
            truth[key] = Truth.OFF if intent == OFF else Truth.NEVER
        else:
            truth[key] = Truth.MISSING if intent in missing else Truth.HELD
    asked = [query.text for query in queries]
    if Truth.OFF not in truth.values():
        for text in off_topic(folder.parent, folder.name, seed):
            intents[key_of(text)], truth[key_of(text)] = OFF, Truth.OFF
            asked.append(text)
    drawn.shuffle(asked)
    bank = replace(whole, entries=kept)
    encoder.encode_queries(asked)
    weights = Weights.load(ours.left_out(whole.folder_name))
    with ours.answering(bank, encoder, weights) as answerer:
        results = list(answerer.ask_many(asked))
    logs = []
    for share in told:
        saying = random.Random(seed)
        questions = []
        for number, result in enumerate(results):
            says = _wrong(result, answers, right) and saying.random() < share
            questions.append(logged(number, result, Verdict.NOT_MY_QUESTION if says else None))
        logs.append(
            Replay(
                whole.name,
                answerer.asker,
                tuple(questions),
                intents,
                truth,
                tuple(sorted(missing)),
                answers,
            )
        )
    return tuple(logs)


def _wrong(result: Result, answers: dict[str, str], right: dict[str, str]) -> bool:
    return not result.abstained and answers[result.hits[0].id] != right.get(result.question, OFF)
