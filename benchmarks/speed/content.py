"""Texts to measure with: sentences that never change, put together in other ways.

``sentences.txt`` holds the prose of this project's own manual and decisions as it was on 28
November 2026, a sentence a line, each once.  It is not kept up with them: with other texts a record
could not be compared with the one before it.
"""

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

SENTENCES = Path(__file__).resolve().parent / "sentences.txt"
# Of the sentences joined by line ends, as in the records.
SHA256 = "c076a94610567273b493d4ec3a2a3dd0c7b9dcfdcd8db6adaefb2f999db35205"
SEED = 5
SECTION_SENTENCES = 6
SECTIONS_PER_ARTICLE = 10
# Some ten passages come of a section (itself, its sentences): a thousand in all.
SECTIONS = 106


def sentences() -> list[str]:
    """Return the sentences, of 6 to 60 words, always in the same order.

    Raises SystemExit where the file has been changed.
    """
    text = SENTENCES.read_text(encoding="utf-8").removesuffix("\n")
    if hashlib.sha256(text.encode()).hexdigest() != SHA256:
        raise SystemExit(f"{SENTENCES}: not the texts that were measured before; take it from git")
    return text.split("\n")


def sections(count: int = SECTIONS) -> list[str]:
    """Return ``count`` paragraphs, each of other sentences or in another order."""
    known, chance = sentences(), random.Random(SEED)
    return [" ".join(chance.sample(known, SECTION_SENTENCES)) for _ in range(count)]


def questions(count: int) -> list[str]:
    """Return ``count`` questions of 4 to 12 words: beginnings of sentences, asked about."""
    known, chance = sentences(), random.Random(SEED + 1)
    made = (
        f"what about {' '.join(chance.choice(known).split()[: chance.randint(2, 10)])}?"
        for _ in range(count)
    )
    return list(made)


def write(folder: Path, paragraphs: list[str]) -> None:
    """Write the paragraphs as the sections of Markdown articles into an empty folder."""
    folder.mkdir(parents=True)
    for at in range(0, len(paragraphs), SECTIONS_PER_ARTICLE):
        number = at // SECTIONS_PER_ARTICLE + 1
        own = paragraphs[at : at + SECTIONS_PER_ARTICLE]
        write_article(folder / f"article-{number:03}.md", number, own)


def write_article(
    path: Path, number: int, texts: Sequence[str], headings: Sequence[str] | None = None
) -> None:
    """Write texts as the sections of a Markdown article that is called by its number.

    Sections without ``headings`` are called by theirs.
    """
    named = headings or [f"Part {at} of article {number}" for at in range(1, len(texts) + 1)]
    parts = [f"# Article {number}"]
    for heading, text in zip(named, texts, strict=True):
        parts += [f"## {heading}", text]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
