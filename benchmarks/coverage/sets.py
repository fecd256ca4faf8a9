"""The labelled sets as articles: sections and FAQ pairs in the project's own records.

A set is a folder with ``sections.jsonl`` and ``bank.jsonl``.  A line of the sections has ``id``,
``article`` and ``text``, perhaps ``heading``, ``level`` and ``covered``; a line of the bank ``id``,
``question``, ``answer`` and ``source``, the article that its FAQ pair stands in.  ``links.jsonl``,
where it is there, says which section an answer refers its reader to: ``faq`` and ``section``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality.sets import SetError, sha256
from index.languages import detect
from index.records import Article, Element, ElementKind, FaqPair, Section


@dataclass(frozen=True, slots=True)
class CoverageSet:
    """Articles with labels.

    ``uncovered`` says of sections, by id, whether all pairs about them were withheld; ``links`` are
    (pair id, section id) of the library.  ``checksums`` are the SHA-256 of the files read.
    """

    name: str
    articles: tuple[Article, ...]
    uncovered: dict[str, bool]
    links: tuple[tuple[str, str], ...]
    checksums: dict[str, str]


def load(folder: Path) -> CoverageSet:
    """Return the set in ``folder``.  Raises ``SetError`` where its files are not such a set."""
    paths = {name: folder / f"{name}.jsonl" for name in ("sections", "bank", "links")}
    for name in ("sections", "bank"):
        if not paths[name].is_file():
            raise SetError(f"{paths[name]}: there is no such file")
    sections: dict[str, list[dict[str, Any]]] = {}
    for line in _lines(paths["sections"], "id", "article", "text"):
        sections.setdefault(line["article"], []).append(line)
    pairs: dict[str, list[dict[str, Any]]] = {}
    for line in _lines(paths["bank"], "id", "question", "answer", "source"):
        pairs.setdefault(line["source"], []).append(line)
    names = dict.fromkeys((*sections, *pairs))
    known = {line["id"] for own in (*sections.values(), *pairs.values()) for line in own}
    links: list[tuple[str, str]] = []
    if paths["links"].is_file():
        for line in _lines(paths["links"], "faq", "section"):
            if line["faq"] in known and line["section"] in known:
                links.append((line["faq"], line["section"]))
    return CoverageSet(
        name=folder.name,
        articles=tuple(_article(one, sections.get(one, []), pairs.get(one, [])) for one in names),
        uncovered={
            line["id"]: not line["covered"]
            for own in sections.values()
            for line in own
            if "covered" in line
        },
        links=tuple(links),
        checksums={path.name: sha256(path) for path in paths.values() if path.is_file()},
    )


def load_all(data: Path) -> list[CoverageSet]:
    """Return every set in a folder, by name.  Raises ``SetError`` where there is none, or one whose
    files are not such a set."""
    folders = sorted(path.parent for path in data.glob("*/sections.jsonl"))
    if not folders:
        raise SetError(f"{data}: no set with sections.jsonl and bank.jsonl there")
    return [load(folder) for folder in folders]


def _lines(path: Path, *wanted: str) -> Iterator[dict[str, Any]]:
    for number, raw in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except json.JSONDecodeError as error:
            raise SetError(f"{path}:{number}: not valid JSON: {error.msg}") from error
        if not isinstance(line, dict) or any(not isinstance(line.get(n), str) for n in wanted):
            raise SetError(f"{path}:{number}: expected {', '.join(wanted)}, all of them text")
        yield line


def _article(id: str, sections: list[dict[str, Any]], pairs: list[dict[str, Any]]) -> Article:
    """Return one article: its sections, then its FAQ, an empty line between all."""
    parts: list[str] = []
    length = 0
    elements: list[Element] = []

    def put(kind: ElementKind, text: str) -> tuple[int, int]:
        nonlocal length
        parts.append(text + "\n\n")
        start = length
        length += len(text) + 2
        if text:
            elements.append(Element(kind, start, start + len(text), line=1))
        return start, start + len(text)

    made: list[Section] = []
    for line in sections:
        heading = str(line.get("heading") or "")
        if heading:
            put(ElementKind.HEADING, heading)
        start, end = put(ElementKind.PARAGRAPH, line["text"])
        level = int(line.get("level") or 0)
        made.append(Section(line["id"], heading, level, line["text"], start, end, line=1))
    faq: list[FaqPair] = []
    for line in pairs:
        asked = put(ElementKind.QUESTION, line["question"])
        answered = put(ElementKind.PARAGRAPH, line["answer"])
        faq.append(FaqPair(line["id"], line["question"], line["answer"], *asked, *answered, line=1))
    titles = (line.get("article_title") for line in sections)
    title = next((str(one) for one in titles if one), id)
    text = "".join(parts)
    return Article(
        id, id, title, text, tuple(made), tuple(faq), tuple(elements), language=detect(text)
    )
