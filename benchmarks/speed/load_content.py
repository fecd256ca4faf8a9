"""What the load test asks, and of what: public questions, and a library of a thousand passages.

Articles and questions are made of two public sets (see ``benchmarks.quality.sets``): the pairs of
``stackfaq`` as a list of FAQ pairs, and paragraphs of ``squad2_dev16`` as the sections of articles.
No two questions are equal: each of the sets' own is varied as readers vary theirs, with a greeting
before it or a word of thanks behind it, and one in ten with a slip of the fingers.
"""

import hashlib
import json
import random
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from benchmarks.quality.sets import Entry, QuestionSet, load, question_files
from benchmarks.quality.typos import mistyped
from benchmarks.speed import content

PAIRS, PARAGRAPHS = "stackfaq", "squad2_dev16"
SECTIONS = 40  # paragraphs; with the pairs they make a thousand passages
SECTIONS_PER_ARTICLE = 10
SEED = 5
MISTYPED = 0.1

_BEFORE = (
    "", "Hi, ", "Hello! ", "Please tell me: ", "Quick question: ", "I would like to know: ",
    "Sorry to ask, ", "Just wondering, ", "Good morning. ", "Can you help? ",
)  # fmt: skip
_AFTER = ("", " Thanks!", " Thank you.", " Please.", " Any idea?", " I need it today.")


class Sets:
    """The two public sets, read from ``data``.  FileNotFoundError where they are not there."""

    def __init__(self, data: Path) -> None:
        known = {folder.name: (folder, file) for folder, file in _question_files(data).items()}
        missing = sorted({PAIRS, PARAGRAPHS} - known.keys())
        if missing:
            raise FileNotFoundError(f"{data}: no set {missing[0]}")
        self._pairs = load(*known[PAIRS], limit=10_000)
        self._paragraphs = load(*known[PARAGRAPHS], limit=10_000)
        self._sections = self._paragraphs.entries[:SECTIONS]

    @property
    def checksums(self) -> dict[str, str]:
        """The SHA-256 of the files read, by set and name."""
        own = ((PAIRS, self._pairs), (PARAGRAPHS, self._paragraphs))
        return {f"{name}/{file}": sha for name, one in own for file, sha in one.checksums.items()}

    def write(self, folder: Path) -> None:
        """Write the articles into an empty folder."""
        folder.mkdir(parents=True)
        pairs = [
            {"question": entry.question, "answer": entry.answer} for entry in self._pairs.entries
        ]
        (folder / "questions.json").write_text(json.dumps(pairs), encoding="utf-8")
        for at in range(0, len(self._sections), SECTIONS_PER_ARTICLE):
            number = at // SECTIONS_PER_ARTICLE + 1
            own = self._sections[at : at + SECTIONS_PER_ARTICLE]
            content.write_article(
                folder / f"article-{number}.md",
                number,
                [entry.answer for entry in own],
                headings=[_heading(entry) for entry in own],
            )

    def questions(self, count: int) -> list[str]:
        """Return ``count`` questions, no two of them equal, the same ones each time.

        First come the sets' own, as they are; ValueError for more than their variations.
        """
        here = {entry.id for entry in self._sections}
        own = _texts(self._pairs) + [
            query.text
            for query in self._paragraphs.queries
            # Also some that the library has no answer to.
            if not query.relevant or here.intersection(query.relevant)
        ]
        chance = random.Random(SEED)
        varied: dict[str, None] = {}
        for before, after in product(_BEFORE, _AFTER):
            chance.shuffle(own)
            for text in own:
                if chance.random() < MISTYPED:
                    text = mistyped(text, 1, seed=f"{before}{after}")
                varied[f"{before}{text}{after}"] = None
                if len(varied) == count:
                    return list(varied)
        raise ValueError(f"{count} questions are more than there are variations: {len(varied)}")


def checksum(texts: Sequence[str]) -> str:
    """Return the SHA-256 of the texts, a line each."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _question_files(data: Path) -> dict[Path, Path]:
    if not data.is_dir():
        raise FileNotFoundError(f"{data}: there is no such folder")
    return question_files(data)


def _texts(one: QuestionSet) -> list[str]:
    return [query.text for query in one.queries]


def _heading(entry: Entry) -> str:
    """Return a paragraph's heading: "sq:Normans:00" is "Normans 00"."""
    return " ".join(entry.id.split(":")[1:]).replace("_", " ")
