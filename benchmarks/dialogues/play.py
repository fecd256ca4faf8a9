"""Dialogues, how they are played, and what is counted."""

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.answering import answerer_of
from index.encoder import Encoder
from qa import conversation
from qa.answer import Answerer
from qa.records import Answer, Result, Turn

HERE = Path(__file__).resolve().parent
DIALOGUES = HERE / "dialogues.jsonl"
ARTICLES = HERE / "articles"
DOCS = HERE.parent.parent / "docs"
# Which other questions each FAQ question is asked after: one near it, two of other articles.
OTHERS = (1, 23, 61)


class Kind(StrEnum):
    """What a turn is to the ones before it."""

    FIRST = "first"
    FOLLOW_UP = "follow-up"  # means something else, or nothing, without them
    STAND_ALONE = "stand-alone"  # means the same without them


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; ``relevant`` are the pairs and sections that answer it, empty: nothing does."""

    text: str
    kind: Kind
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Two or three questions of one reader."""

    id: str
    turns: tuple[Asked, ...]

    @property
    def split(self) -> str:
        """``dev``, which the rules were written with, for an odd number; else ``test``."""
        return "dev" if int(self.id) % 2 else "test"


@dataclass(frozen=True, slots=True)
class Played:
    """A question's result in its dialogue, ``told``, and asked afresh, ``fresh``.

    ``searched`` is the text that was searched for in the dialogue; ``before`` the id of the answer
    before, if there was one.
    """

    dialogue: str
    split: str
    asked: Asked
    searched: str
    told: Result
    fresh: Result
    before: str | None


def read_dialogues(path: Path = DIALOGUES) -> tuple[Dialogue, ...]:
    """Return the dialogues of a JSON Lines file, in its order."""
    return tuple(map(_dialogue, path.read_text(encoding="utf-8").splitlines()))


def _dialogue(line: str) -> Dialogue:
    raw = json.loads(line)
    turns = (
        Asked(turn["text"], Kind(turn["kind"]), frozenset(turn["relevant"]))
        for turn in raw["turns"]
    )
    return Dialogue(raw["id"], tuple(turns))


def build(folder: Path, encoder: Encoder) -> Answerer:
    """Sync the sample articles and the dialogues' own into ``folder``, an empty one."""
    content = folder / "content"
    for source in (DOCS, ARTICLES):
        left_out = shutil.ignore_patterns(".footnote")
        shutil.copytree(source, content, ignore=left_out, dirs_exist_ok=True)
    return answerer_of(content, encoder)


def unknown_ids(answerer: Answerer, dialogues: Iterable[Dialogue]) -> list[str]:
    """Return what the dialogues name and the articles do not have, sorted."""
    known = {item.id for one in answerer.articles() for item in (*one.faq, *one.sections)}
    named = {id for one in dialogues for turn in one.turns for id in turn.relevant}
    return sorted(named - known)


def play(answerer: Answerer, dialogues: Iterable[Dialogue]) -> Iterator[Played]:
    """Ask every question in its dialogue and afresh.

    The history is what the chat would keep: the questions as typed, each with the best hit of the
    product's own answer, right or wrong, or none where it abstained.
    """
    for dialogue in dialogues:
        history: list[Turn] = []
        before: str | None = None
        for asked in dialogue.turns:
            searched = conversation.resolve(asked.text, history)
            told = answerer.ask(asked.text, tuple(history))
            fresh = answerer.ask(asked.text) if history else told
            yield Played(dialogue.id, dialogue.split, asked, searched, told, fresh, before)
            best = told.best if isinstance(told, Answer) else None
            history.append(Turn(told.question, best))
            before = best.id if best else None


def play_own_questions(answerer: Answerer) -> Iterator[Played]:
    """Ask each FAQ question of the articles after each of a few others.

    An FAQ's own questions stand alone, whatever they look like; those of the pairs ``OTHERS``
    places further on come first.
    """
    pairs = [pair for article in answerer.articles() for pair in article.faq]
    for at, pair in enumerate(pairs):
        asked = Asked(pair.question, Kind.STAND_ALONE, frozenset({pair.id}))
        fresh = answerer.ask(pair.question)
        for number, further in enumerate(OTHERS):
            first = answerer.ask(pairs[(at + further) % len(pairs)].question)
            best = first.best if isinstance(first, Answer) else None
            history = (Turn(first.question, best),)
            searched = conversation.resolve(asked.text, history)
            told = answerer.ask(asked.text, history)
            dialogue = f"{pair.id} {number}"
            before = best.id if best else None
            yield Played(dialogue, "own", asked, searched, told, fresh, before)


def is_right(result: Result, relevant: frozenset[str]) -> bool:
    """Tell whether the first hit is a relevant one, shown or not."""
    return bool(result.hits) and result.hits[0].id in relevant


def is_harmed(one: Played) -> bool:
    """Tell whether the first hit or the decision is worse in the dialogue than afresh."""
    relevant = one.asked.relevant
    return _worth(one.told, relevant) < _worth(one.fresh, relevant)


def _worth(result: Result, relevant: frozenset[str]) -> int:
    """Order results: shown and right, right but not shown, nothing shown, shown and wrong."""
    right = is_right(result, relevant)
    if result.abstained:
        return 2 if right else 1
    return 3 if right else 0


def figures(played: Sequence[Played]) -> dict[str, tuple[int, int]]:
    """Return each figure as (count, out of).  ``fresh_…`` is without what came before."""
    follow = [one for one in played if one.asked.kind is Kind.FOLLOW_UP]
    known = [one for one in follow if one.asked.relevant]
    unknown = [one for one in follow if not one.asked.relevant]
    alone = [one for one in played if one.asked.kind is Kind.STAND_ALONE]
    answerable = [one for one in alone if one.asked.relevant]
    first = [one for one in played if one.asked.kind is Kind.FIRST and one.asked.relevant]

    def right(result: Result, one: Played) -> bool:
        return is_right(result, one.asked.relevant)

    def repeated(result: Result, one: Played) -> bool:
        return not result.abstained and result.hits[0].id == one.before

    counted: dict[str, tuple[list[bool], int]] = {
        "first_hit1": ([right(one.told, one) for one in first], len(first)),
        "follow_up_hit1": ([right(one.told, one) for one in known], len(known)),
        "fresh_follow_up_hit1": ([right(one.fresh, one) for one in known], len(known)),
        "follow_up_answered_right": (
            [right(one.told, one) and not one.told.abstained for one in known],
            len(known),
        ),
        "fresh_follow_up_answered_right": (
            [right(one.fresh, one) and not one.fresh.abstained for one in known],
            len(known),
        ),
        "stand_alone_harmed": ([is_harmed(one) for one in alone], len(alone)),
        "stand_alone_changed": ([one.searched != one.asked.text for one in alone], len(alone)),
        "stand_alone_hit1": ([right(one.told, one) for one in answerable], len(answerable)),
        "fresh_stand_alone_hit1": ([right(one.fresh, one) for one in answerable], len(answerable)),
        "unanswerable_abstained": ([one.told.abstained for one in unknown], len(unknown)),
        "fresh_unanswerable_abstained": ([one.fresh.abstained for one in unknown], len(unknown)),
        "unanswerable_repeated": ([repeated(one.told, one) for one in unknown], len(unknown)),
        "fresh_unanswerable_repeated": (
            [repeated(one.fresh, one) for one in unknown],
            len(unknown),
        ),
    }
    return {name: (sum(values), total) for name, (values, total) in counted.items()}
