"""FAQ lists: YAML (Microsoft's ``YamlMime:FAQ`` too), JSON, JSON Lines and CSV.

One entry is one question with its answer, or, without a question, one text.  Field names are
matched without regard to case, in several languages (``vocabulary.json``, "list_fields").
"""

from dataclasses import replace
from pathlib import PurePosixPath

from index.companions import SUFFIX, is_companion_path
from index.errors import ReadError
from index.readers.assemble import slug
from index.readers.blocks import Block, BlockKind, SourceDocument
from index.readers.list_companion import read_companion
from index.readers.list_csv import read_csv
from index.readers.list_entries import Entry, EntryList
from index.readers.list_json import read_json, read_json_lines
from index.readers.list_markup import blocks_of_text, line_of_text
from index.readers.list_yaml import read_yaml
from index.readers.markdown import blocks_of_markdown, markdown_text

_TOLD = 20  # problems of a file: whoever mends so many sees the others next


def read_list(
    text: str, path: str, problems: list[ReadError] | None = None
) -> list[tuple[str | None, SourceDocument]]:
    """(article id or None for the file's own, document) for each article of an FAQ list.

    Entries with an ``article`` (else a ``source``) make one article for each value, in order of
    first appearance, with the id ``<path>/<slug>``.  A companion (see ``index.companions``) is one
    article, or none where it only has further wordings for pairs of its article.

    An entry that cannot be read (a question without an answer, a row with too many cells, a line
    that is no JSON) is left out where others can be, and named in ``problems``, in the file's
    order; without ``problems``, and where no entry is left, the first is raised.  Raises ReadError
    with the line where the file is broken as a whole, and where it holds no entry.
    """
    suffix = PurePosixPath(path).suffix.lower()
    companion = read_companion(text, path) if is_companion_path(path) else None
    if suffix in (".yml", ".yaml"):
        found = read_yaml(text, path)
    elif suffix == ".json":
        found = read_json(text, path)
    elif suffix in (".jsonl", ".ndjson"):
        found = read_json_lines(text, path)
    else:
        found = read_csv(text, path)
    _check_names(found, path)
    _leave_out_unanswered(found, path)
    if found.problems and (problems is None or not found.entries):
        raise found.problems[0]
    if not found.entries and found.withheld and companion is None:
        raise ReadError(path, "holds no entry that readers may see: all are drafts or taken back")
    if not found.entries and companion is None:
        raise ReadError(
            path, "holds no questions and answers: no entry has a question or an answer"
        )
    if problems is not None:
        problems.extend(found.problems[:_TOLD])
        more = len(found.problems) - _TOLD
        if more > 0:
            entries = "1 more entry is" if more == 1 else f"{more} more entries are"
            problems.append(ReadError(path, f"{entries} left out: mend those first"))
    if companion is not None:
        return _of_companion(found, path, companion.article)
    return _documents(found, path)


def _check_names(found: EntryList, path: str) -> None:
    """One error for the file, not one a question, where answers are called what nobody knows."""
    if not found.entries or any(entry.get("answer") for entry in found.entries):
        return
    unknown = list(dict.fromkeys(name for entry in found.entries for name in entry.unknown))
    if unknown:
        names = ", ".join(f"{name:.40}" for name in unknown[:8])
        reason = f"no field is called answer; fields with names that are not known: {names}"
        raise ReadError(path, reason, line=found.entries[0].line)


def _leave_out_unanswered(found: EntryList, path: str) -> None:
    """Keep the entries that say something; those that only ask become problems."""
    kept: list[Entry] = []
    for entry in found.entries:
        if entry.get("answer"):
            kept.append(entry)
        elif entry.get("question"):
            question = " ".join(entry.get("question").split())
            reason = f'question "{question:.80}" has no answer: write one, or delete the entry'
            found.problems.append(ReadError(path, reason, line=entry.line))
    found.entries = kept
    found.problems.sort(key=lambda problem: problem.line or 0)


def _of_companion(
    found: EntryList, path: str, article: str
) -> list[tuple[str | None, SourceDocument]]:
    """The pairs as one document, whatever articles or sources the entries name."""
    for entry in found.entries:
        entry.values.pop("article", None)
        entry.values.pop("source", None)
    name = PurePosixPath(path).name[: -len(SUFFIX)].replace("-", " ").replace("_", " ")
    return [
        (None, replace(document, title=document.title or name, companion_of=article))
        for _, document in (_documents(found, path) if found.entries else [])
    ]


def _documents(found: EntryList, path: str) -> list[tuple[str | None, SourceDocument]]:
    groups: dict[str, list[Entry]] = {}
    named = any(e.get("article") for e in found.entries)
    for entry in found.entries:
        name = entry.get("article") if named else entry.get("source")
        groups.setdefault(name, []).append(entry)
    taken: set[str] = set()
    documents: list[tuple[str | None, SourceDocument]] = []
    for name, entries in groups.items():
        article_id: str | None = None
        if name:
            base = f"{path}/{slug(name) or 'article'}"
            article_id, number = base, 2
            while article_id in taken:
                article_id, number = f"{base}-{number}", number + 1
            taken.add(article_id)
        blocks: list[Block] = []
        if found.summary.strip() and not documents:
            blocks.extend(blocks_of_markdown(found.summary, found.summary_line))
        heading = None
        for entry in entries:
            heading = _add(blocks, entry, heading)
        urls = {e.get("url") for e in entries}
        url = urls.pop() if len(urls) == 1 else None
        documents.append(
            (
                article_id,
                SourceDocument(
                    tuple(blocks),
                    title=name or found.title,
                    url=found.url or url or None,
                    language=found.language,
                ),
            )
        )
    return documents


def _add(blocks: list[Block], entry: Entry, heading: str | None) -> str | None:
    """Adds an entry's blocks; returns the heading it stands under."""
    attributes = {}
    if entry.get("id"):
        attributes["id"] = entry.get("id")
    if entry.get("url"):
        attributes["url"] = entry.get("url")
    if entry.get("heading"):
        attributes["heading"] = entry.get("heading")
    if entry.alternates:
        attributes["alternates"] = "\n".join(entry.alternates)
    answer = entry.get("answer")
    category = entry.get("category")
    if category and category != heading:
        blocks.append(
            Block(BlockKind.HEADING, category, entry.line, level=2, attributes={"opens": "1"})
        )
        heading = category
    if entry.get("question"):
        if category:
            attributes["heading"] = category
        asked = entry.get("question")
        question = " ".join(markdown_text(asked).split()) if entry.markdown else line_of_text(asked)
        blocks.append(Block(BlockKind.QUESTION, question, entry.line, attributes=attributes))
    else:
        title = " ".join(entry.get("heading").split())
        attributes["opens"] = "1"
        level = (3 if category else 2) if title else 0
        blocks.append(
            Block(BlockKind.HEADING, title, entry.line, level=level, attributes=attributes)
        )
    of_answer = blocks_of_markdown if entry.markdown else blocks_of_text
    blocks.extend(of_answer(answer, entry.line))
    return heading
