"""Texts to measure with, made of this project's own articles: the same each time."""

import random
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = (ROOT / "docs", ROOT / "benchmarks" / "dialogues" / "articles")
# Written from what is measured with these texts: it must not change them.
PAGES = ROOT / "docs" / "benchmarks"
SEED = 5
SECTION_SENTENCES = 6
SECTIONS_PER_ARTICLE = 10
# Some ten passages come of a section (itself, its sentences): a thousand in all.
SECTIONS = 106


def sentences() -> list[str]:
    """Return the sentences of the sources' prose, each once, of 6 to 60 words, in file order."""
    found: dict[str, None] = {}
    for folder in SOURCES:
        for path in sorted(folder.rglob("*.md")):
            if path.is_relative_to(PAGES):
                continue
            prose = re.sub(r"```.*?```", " ", path.read_text(encoding="utf-8"), flags=re.S)
            for line in prose.splitlines():
                if line.startswith(("#", "|", "-", " ", ">")):
                    continue
                for sentence in re.split(r"(?<=[.!?])\s+", line):
                    if 6 <= len(sentence.split()) <= 60:
                        found[sentence] = None
    return list(found)


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
        parts = [f"# Article {number}"]
        for place, paragraph in enumerate(paragraphs[at : at + SECTIONS_PER_ARTICLE], start=1):
            parts += [f"## Part {place} of article {number}", paragraph]
        path = folder / f"article-{number:03}.md"
        path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
