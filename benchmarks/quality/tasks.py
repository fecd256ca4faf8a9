"""What the weights are learned from: banks that are searched, and questions with right answers.

Every task comes from one question set or site (its origin), so that all of an origin's can be left
out.  A set of pairs whose answers are texts gives further tasks: its answers as sections, asked its
readers' questions or its own; and every other pair as a section, so that both kinds compete, as
they do on a site (``benchmarks.sites``).
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.sets import (
    REMOVED,
    Entry,
    Query,
    QuestionSet,
    halves,
    load,
    question_files,
)
from benchmarks.sites.read import Site, answering, synced
from index.encoder import Encoder
from index.passages import passages_of
from index.readers import read_bytes
from qa.search import Searcher

# A set whose answers have fewer words on average is one of intents: nothing to read there.
TEXT_WORDS = 10
# Questions a task, of a larger set a sample; and of other sets' and altered questions.
QUESTIONS = 1200
OFF_TOPIC = 240
NEAR_MISSES = 240


# Kinds of tasks: the set as it is, its answers as sections, both kinds in one bank, questions that
# the bank does not answer, and a site.
OWN, SECTIONS, MIXED, UNANSWERABLE = "own", "sections", "mixed", "unanswerable"
SITE = "site"
UNANSWERABLE_WEIGHT = 0.05


@dataclass(frozen=True)
class Task:
    """Questions to one bank.  ``right`` are (per question) the keys of what answers it.

    A key is (article id, own id).  ``kind`` is one of ``OWN``, ``SECTIONS``, ``MIXED``, ``SITE``,
    and ``UNANSWERABLE``, from which only the confidence learns.  ``weight`` is what all its
    questions count together.
    """

    name: str
    origin: str
    searcher: Searcher
    questions: tuple[str, ...]
    vectors: NDArray[np.float32]
    right: tuple[frozenset[tuple[str, str]], ...]
    kind: str
    weight: float = 1.0


def tasks(folders: Mapping[Path, float], encoder: Encoder) -> Iterator[Task]:
    """Yield the tasks of every set under ``folders``, a set's own questions first.

    Each folder comes with what its sets count beside others.
    """
    files = [item for folder in folders for item in question_files(folder).items()]
    sets = {folder: load(folder, questions, limit=QUESTIONS) for folder, questions in files}
    for folder, own in sets.items():
        others = [query for other in sets.values() if other is not own for query in other.queries]
        for task in _of_set(own, folder, others, encoder):
            yield replace(task, weight=task.weight * folders[folder.parent])
    for folder in sorted(path for data in folders for path in data.iterdir()):
        # Articles with an FAQ at their end, without readers' questions.
        if (folder / "sections.jsonl").is_file() and (folder / "links.jsonl").is_file():
            off = _chosen((q for own in sets.values() for q in own.queries), OFF_TOPIC, folder.name)
            yield from _of_articles(folder, off, encoder)


def _of_set(
    own: QuestionSet, folder: Path, others: Sequence[Query], encoder: Encoder
) -> Iterator[Task]:
    origin = own.folder_name
    right = dict(zip((query.id for query in own.queries), own.right, strict=True))
    main = _searcher(own.entries, encoder)
    yield _task(own.name, OWN, origin, main, own.queries, right, encoder)
    off = _chosen(others, OFF_TOPIC, f"off {origin}")
    near = tuple(near_misses(own.queries, f"near {origin}"))[:NEAR_MISSES]
    for name, asked in (("off topic", off), ("near misses", near)):
        yield _task(f"{own.name} {name}", UNANSWERABLE, origin, main, asked, {}, encoder)
    removed = halves(own, folder)[1:] or (() if own.of_intents else (_without_fifth(own),))
    for half in removed:
        gone = tuple(query for query in half.queries if not query.relevant)
        searcher = _searcher(half.entries, encoder)
        yield _task(half.name, UNANSWERABLE, origin, searcher, gone, {}, encoder)
    words = np.mean([len(entry.answer.split()) for entry in own.entries])
    if own.of_pairs and words >= TEXT_WORDS:
        sections = tuple(_as_section(entry) for entry in own.entries)
        searcher = _searcher(sections, encoder)
        yield _task(f"{own.name} sections", SECTIONS, origin, searcher, own.queries, right, encoder)
        asked = tuple(Query(f"bank {e.id}", e.question or "", (e.id,)) for e in own.entries)
        own_right = {query.id: frozenset(query.relevant) for query in asked}
        # A bank of sections needs questions that it does not answer, too.
        name = f"{own.name} sections off topic"
        yield _task(name, UNANSWERABLE, origin, searcher, off, {}, encoder)
        half = removed[0]
        gone = tuple(query for query in half.queries if not query.relevant)
        less = _searcher(map(_as_section, half.entries), encoder)
        yield _task(f"{half.name} sections", UNANSWERABLE, origin, less, gone, {}, encoder)
        name = f"{own.name} own questions"
        yield _task(name, SECTIONS, origin, searcher, asked, own_right, encoder)
        for odd in (0, 1):
            mixed = tuple(
                _as_section(entry) if number % 2 == odd else entry
                for number, entry in enumerate(own.entries)
            )
            searcher = _searcher(mixed, encoder)
            name = f"{own.name} mixed {odd}"
            yield _task(name, MIXED, origin, searcher, own.queries, right, encoder)


def _of_articles(folder: Path, off: Sequence[Query], encoder: Encoder) -> Iterator[Task]:
    def read(name: str) -> list[Mapping[str, str]]:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    pairs = read("bank.jsonl")
    texts = [(one["id"], one["answer"]) for one in pairs]
    texts += [(one["id"], one["text"]) for one in read("sections.jsonl")]
    entries = [_as_section(Entry(id, None, text, "")) for id, text in texts]
    asked = tuple(Query(f"bank {one['id']}", one["question"], (one["id"],)) for one in pairs)
    right = {query.id: frozenset(query.relevant) for query in asked}
    searcher = _searcher(entries, encoder)
    name = f"{folder.name} sections"
    yield _task(name, SECTIONS, folder.name, searcher, asked, right, encoder)
    yield _task(f"{name} off topic", UNANSWERABLE, folder.name, searcher, off, {}, encoder)


def of_site(site: Site, encoder: Encoder) -> Task:
    """Return the questions that readers begin with on a site; its near misses are among them."""
    answerer = synced(site, encoder)
    first = [asked for asked in site.asked if not asked.after]
    meant = tuple(answerer.asker.speller.correct(asked.question).text for asked in first)
    owners = answerer.searcher.owners
    return Task(
        name=site.name,
        origin=site.name,
        searcher=answerer.searcher,
        questions=meant,
        vectors=encoder.encode_queries(meant),
        right=tuple(answering(owners, asked) for asked in first),
        kind=SITE,
    )


def _task(
    name: str,
    kind: str,
    origin: str,
    searcher: Searcher,
    queries: Sequence[Query],
    right: Mapping[str, frozenset[str]],
    encoder: Encoder,
) -> Task:
    questions = tuple(query.text for query in queries)
    key = {id: (article, id) for article, id in searcher.owners.keys.tolist()}
    wanted = (right.get(query.id, frozenset()) for query in queries)
    return Task(
        name=name,
        origin=origin,
        searcher=searcher,
        questions=questions,
        vectors=encoder.encode_queries(questions),
        right=tuple(frozenset(key[id] for id in ids) for ids in wanted),
        kind=kind,
        weight={MIXED: 0.5, UNANSWERABLE: UNANSWERABLE_WEIGHT}.get(kind, 1.0),
    )


def _searcher(entries: Iterable[Entry], encoder: Encoder) -> Searcher:
    # As the bank has it, so that the articles are the same as in the benchmark.
    lines = [
        json.dumps(
            {**json.loads(e.line or "{}"), "id": e.id, "question": e.question, "answer": e.answer}
        )
        for e in entries
    ]
    articles = read_bytes("\n".join(lines).encode(), "bank.jsonl")
    passages = sorted((p for a in articles for p in passages_of(a)), key=lambda p: p.id)
    vectors = encoder.encode_documents([passage.text for passage in passages])
    return Searcher(articles, passages, vectors, languages=encoder.languages)


def _as_section(entry: Entry) -> Entry:
    return replace(entry, question=None)


def _without_fifth(own: QuestionSet) -> QuestionSet:
    """Return the set with a fifth of its entries removed, and the questions only they answer."""
    kept = [entry for entry in own.entries if _number(entry.id) % 5]
    ids = {entry.id for entry in kept}
    gone = [
        replace(query, relevant=())
        for query in own.queries
        if query.relevant and not ids & set(query.relevant)
    ]
    name = f"{own.name} {REMOVED}"
    return replace(own, name=name, entries=tuple(kept), queries=tuple(gone))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _chosen(queries: Iterable[Query], count: int, salt: str) -> tuple[Query, ...]:
    return tuple(sorted(queries, key=lambda q: _number(salt + q.text))[:count])


_AUXILIARY = re.compile(
    r"\b(is|are|was|were|do|does|did|can|could|will|would|should|has|have)\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")


def near_misses(queries: Sequence[Query], salt: str) -> Iterator[Query]:
    """Yield answerable questions altered so that the bank answers them no longer.

    By turns: negated; asked about a year, or the number in it replaced by another; and a name in
    it replaced by one of another question.  In an order that depends on the texts only.
    """
    answerable = _chosen((query for query in queries if query.relevant), len(queries), salt)
    names = [match.group() for query in answerable for match in _NAME.finditer(query.text)]
    for at, query in enumerate(answerable):
        text = query.text
        if at % 3 == 0 and _AUXILIARY.search(text):
            altered = _AUXILIARY.sub(r"\1 not", text, count=1)
        elif at % 3 == 1 and re.search(r"\d", text):
            altered = re.sub(r"\d+", str(1000 + _number(text) % 900), text, count=1)
        elif at % 3 == 1:
            altered = f"{text.rstrip(' ?.!')} in {1700 + _number(text) % 400}?"
        elif names and _NAME.search(text):
            altered = _NAME.sub(names[_number(text) % len(names)], text, count=1)
        else:
            continue
        if altered != text:
            yield replace(query, text=altered, relevant=())
