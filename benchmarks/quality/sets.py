"""Question sets: a bank of entries, and questions with the entries that answer them.

A set is a folder with ``bank.jsonl`` and ``queries.jsonl`` or ``queries_val.jsonl`` (the first is
taken where both are there).  A line of the bank has ``id``, ``answer``, and ``question``, which is
null in a bank of paragraphs.  A line of the questions has ``id``, ``text``, ``relevant`` (ids of
the bank; empty for a question that the bank does not answer) and perhaps ``kind``.
``abstain_remove.json`` (``{"remove_bank_ids": [...]}``) names entries to take out, so that the
questions that only they answer become unanswerable: a second half of the same set.
"""

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

SEED = "footnote"
REMOVED = "with entries removed"


class SetError(Exception):
    """A set's file does not hold what it should; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An FAQ pair, or (``question`` None) a paragraph; ``line`` is the JSON it was read from."""

    id: str
    question: str | None
    answer: str
    line: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question.  ``relevant`` has at least one id where the bank answers it."""

    id: str
    text: str
    relevant: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True)
class QuestionSet:
    """A bank and its questions.

    ``folder_name`` names the set in floors and weights; ``name`` in the table.  ``checksums`` are
    the SHA-256 of the files read.  ``questions_in_file`` counts them before sampling.
    """

    name: str
    folder_name: str
    entries: tuple[Entry, ...]
    queries: tuple[Query, ...]
    questions_in_file: int
    checksums: dict[str, str]

    @property
    def of_pairs(self) -> bool:
        """Whether any entry has a question."""
        return any(entry.question is not None for entry in self.entries)

    @property
    def of_intents(self) -> bool:
        """Whether most entries share their answer with another entry."""
        counts = Counter(entry.answer for entry in self.entries)
        shared = sum(count for count in counts.values() if count > 1)
        return 2 * shared > len(self.entries)

    @functools.cached_property
    def right(self) -> tuple[frozenset[str], ...]:
        """The ids of the entries that answer each question, in the questions' order.

        On a set of intents also those that have the answer of a relevant entry.
        """
        if not self.of_intents:
            return tuple(frozenset(query.relevant) for query in self.queries)
        answers = {entry.id: entry.answer for entry in self.entries}
        sharing: dict[str, list[str]] = {}
        for entry in self.entries:
            sharing.setdefault(entry.answer, []).append(entry.id)
        return tuple(
            frozenset(id for one in query.relevant for id in sharing[answers[one]])
            for query in self.queries
        )


def question_files(data: Path) -> dict[Path, Path]:
    """Return each set's folder under ``data`` with its file of questions, by name."""
    found: dict[Path, Path] = {}
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        for name in ("queries.jsonl", "queries_val.jsonl"):
            if (folder / "bank.jsonl").is_file() and (folder / name).is_file():
                found[folder] = folder / name
                break
    return found


def load(folder: Path, questions: Path, *, limit: int) -> QuestionSet:
    """Return the set in ``folder``, with at most ``limit`` of its questions (see ``sample``)."""
    bank = folder / "bank.jsonl"
    entries = tuple(_entry(line, f"{bank}:{number}") for number, line in _lines(bank))
    if not entries:
        raise SetError(f"{bank}: no entries")
    _check_unique([entry.id for entry in entries], bank)
    known = {entry.id for entry in entries}
    read: list[Query] = []
    for number, line in _lines(questions):
        query = _query(line, f"{questions}:{number}")
        unknown = [id for id in query.relevant if id not in known]
        if unknown:
            raise SetError(f"{questions}:{number}: {unknown[0]!r} is not in {bank.name}")
        read.append(query)
    if not read:
        raise SetError(f"{questions}: no questions")
    _check_unique([query.id for query in read], questions)
    return QuestionSet(
        name=folder.name,
        folder_name=folder.name,
        entries=entries,
        queries=sample(read, limit),
        questions_in_file=len(read),
        checksums={path.name: sha256(path) for path in (bank, questions)},
    )


def halves(whole: QuestionSet, folder: Path) -> tuple[QuestionSet, ...]:
    """Return the set, and the set with entries removed where ``abstain_remove.json`` is there."""
    path = folder / "abstain_remove.json"
    if not path.is_file():
        return (whole,)
    document = _json(path.read_text(encoding="utf-8"), str(path))
    ids = document.get("remove_bank_ids") if isinstance(document, dict) else None
    if not isinstance(ids, list):
        raise SetError(f"{path}: expected a list under remove_bank_ids")
    removed = frozenset(map(str, ids))
    kept = tuple(entry for entry in whole.entries if entry.id not in removed)
    if len(kept) == len(whole.entries) or not kept:
        raise SetError(f"{path}: removes {len(whole.entries) - len(kept)} of {len(whole.entries)}")
    queries = tuple(
        replace(query, relevant=tuple(id for id in query.relevant if id not in removed))
        for query in whole.queries
    )
    half = replace(
        whole,
        name=f"{whole.name} {REMOVED}",
        entries=kept,
        queries=queries,
        checksums=whole.checksums | {path.name: sha256(path)},
    )
    return (whole, half)


def sample(queries: Sequence[Query], limit: int, *, seed: str = SEED) -> tuple[Query, ...]:
    """Return at most ``limit`` questions in their order.

    Those with the least SHA-256 of seed and id: the same ones whatever the file's order.
    """
    if len(queries) <= limit:
        return tuple(queries)

    def draw(query: Query) -> bytes:
        return hashlib.sha256(f"{seed}\0{query.id}".encode()).digest()

    chosen = {query.id for query in sorted(queries, key=draw)[:limit]}
    return tuple(query for query in queries if query.id in chosen)


def sha256(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_bank(entries: Sequence[Entry], path: Path) -> None:
    """Write ``entries`` as a ``bank.jsonl``, each as the line that it was."""
    path.write_text("".join(f"{entry.line}\n" for entry in entries), encoding="utf-8")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            yield number, line.strip()


def _json(text: str, place: str) -> Any:  # Any: what others wrote, looked at field by field
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise SetError(f"{place}: not valid JSON: {error.msg}") from error


def _entry(line: str, place: str) -> Entry:
    fields = _json(line, place)
    question = fields.get("question") if isinstance(fields, dict) else None
    if not (
        isinstance(fields, dict)
        and isinstance(fields.get("id"), str)
        and isinstance(fields.get("answer"), str)
        and (question is None or isinstance(question, str))
    ):
        raise SetError(f"{place}: expected id, question (or null) and answer")
    asked = question if question and question.strip() else None
    return Entry(fields["id"], asked, fields["answer"], line)


def _query(line: str, place: str) -> Query:
    fields = _json(line, place)
    if not (
        isinstance(fields, dict)
        and isinstance(fields.get("id"), str)
        and isinstance(fields.get("text"), str)
        and fields["text"].strip()
        and isinstance(fields.get("relevant"), list)
    ):
        raise SetError(f"{place}: expected id, text and a list of relevant ids")
    relevant = tuple(map(str, fields["relevant"]))
    return Query(fields["id"], fields["text"], relevant, str(fields.get("kind") or ""))


def _check_unique(ids: Sequence[str], path: Path) -> None:
    twice = [id for id, count in Counter(ids).items() if count > 1]
    if twice:
        raise SetError(f"{path}: the id {twice[0]!r} is used twice")
