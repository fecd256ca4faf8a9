"""How a log's follow-ups are grouped, by the weight of what they lean on.

    python -m benchmarks.dialogues.grouped [--cache FILE]

The dialogues are played as ``python -m benchmarks.dialogues`` does.  From each follow-up that leans
on something and that a pair answers, a log is made: the follow-up, the same words after another
question, the pair's question, which asks the same by itself, and what it leans on.  All of it is
grouped as ``footnote gaps`` groups what failed.  Printed: how many follow-ups are in one group with
what asks the same (the more the better), with what they lean on but not with what asks the same,
and with the same words after something else (the fewer the better).
``qa.conversation.COMPARED_WEIGHT`` was chosen by this.
"""

import argparse
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.dialogues import play
from benchmarks.quality.cache import CachedEncoder, default_folder
from index.encoder import load_encoder
from qa.asking import query_vectors, text_vectors
from qa.conversation import COMPARED_WEIGHT, CONTEXT_WEIGHT, searched
from qa.grouping import group

WEIGHTS = (CONTEXT_WEIGHT, 1.0, 2.0, COMPARED_WEIGHT, 5.0)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question, what it leans on, and the questions of the pairs that answer it."""

    text: str
    context: str
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grouped:
    """How many follow-ups are in one group with what asks the same, with what they lean on but not
    with what asks the same, and with the same words elsewhere."""

    same: int
    before: int
    elsewhere: int


def follow_ups(played: Iterable[play.Played], questions: Mapping[str, str]) -> tuple[FollowUp, ...]:
    """Return the follow-ups that lean and that a pair answers; ``questions`` are the pairs', by
    id."""
    found = []
    for one in played:
        asks = tuple(sorted(questions[id] for id in one.asked.relevant if id in questions))
        if one.asked.kind is play.Kind.FOLLOW_UP and asks and one.told.context:
            found.append(FollowUp(one.asked.text, one.told.context, asks))
    return tuple(found)


def texts_of(asked: Sequence[FollowUp]) -> tuple[list[str], list[tuple[str, str]]]:
    """Return a log's questions that stand alone, and the texts of the others (see
    ``Asker.texts``): each follow-up, then each after what another one leans on, half the list on:
    neighbours are about the same."""
    alone = sorted({text for one in asked for text in (*one.asks, one.context)})
    own = [(one.text, searched(one.context, one.text)) for one in asked]
    others = []
    for place, one in enumerate(asked):
        half = (place + len(asked) // 2) % len(asked)
        further = (*asked[half:], *asked[:half])
        other = next((two.context for two in further if two.context != one.context), "")
        others.append((one.text, searched(other, one.text)))
    return alone, own + others


def grouped(
    asked: Sequence[FollowUp],
    known: Mapping[str, NDArray[np.float32]],
    beside: NDArray[np.float32],
    *,
    weight: float,
) -> Grouped:
    """Return how the log of some follow-ups is grouped.

    ``known`` are the vectors of ``texts_of``, ``beside`` (m, dim) those of the library's questions.
    """
    alone, texts = texts_of(asked)
    vectors = query_vectors([*((text, text) for text in alone), *texts], known, weight=weight)
    numbers = group(vectors, np.vstack([vectors, beside])).tolist()
    of_alone = dict(zip(alone, numbers, strict=False))
    own = numbers[len(alone) : len(alone) + len(asked)]
    elsewhere = numbers[len(alone) + len(asked) :]
    same = [
        any(of_alone[text] == n for text in one.asks) for one, n in zip(asked, own, strict=True)
    ]
    before = [of_alone[one.context] == n for one, n in zip(asked, own, strict=True)]
    return Grouped(
        sum(same),
        sum(there and not right for there, right in zip(before, same, strict=True)),
        sum(one == other for one, other in zip(own, elsewhere, strict=True)),
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dialogues.grouped",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cache", type=Path, default=default_folder() / "dialogues.sqlite")
    options = parser.parse_args(arguments)
    encoder = CachedEncoder(load_encoder(), options.cache)
    with tempfile.TemporaryDirectory() as folder:
        answerer = play.build(Path(folder), encoder)
        pairs = {pair.id: pair.question for one in answerer.articles() for pair in one.faq}
        asked = follow_ups(play.play(answerer, play.read_dialogues()), pairs)
    alone, texts = texts_of(asked)
    known = text_vectors(encoder, [*((text, text) for text in alone), *texts])
    beside = encoder.encode_queries(sorted(pairs.values()))
    encoder.close()
    print(f"{'weight':<10} {'asks the same':>16} {'leans on':>10} {'elsewhere':>10}")
    for weight in WEIGHTS:
        found = grouped(asked, known, beside, weight=weight)
        same = f"{found.same} of {len(asked)}"
        print(f"{weight:<10g} {same:>16} {found.before:>10} {found.elsewhere:>10}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
