"""Records to rows of the library file and back, and the checksums that guard them.

Every row carries a BLAKE2b checksum over its table's name and its values, and the library's state
carries, for each table, how many rows there are and the sum of their checksums: a row that was
changed, lost, doubled or brought back from the past is noticed when it is read.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from index.errors import UsageError
from index.model_files import ModelIdentity
from index.records import (
    Article,
    Companion,
    Element,
    ElementKind,
    FaqPair,
    Link,
    Passage,
    PassageKind,
    Section,
    Wordings,
)

CHECKSUM_BYTES = 16
_MODULUS = 1 << (8 * CHECKSUM_BYTES)
# A damaged row may hold anything where a text was; ``repr`` makes something of it that differs.
# One for all rows: ``json.dumps`` would make one for each, which takes as long as its work.
_CANONICAL = json.JSONEncoder(default=repr)


def checksum(table: str, *values: object) -> bytes:
    """16 bytes over the table's name and a row's values.  Bytes go last, and only one of them."""
    last = values[-1] if values else None
    blob = last if isinstance(last, bytes) else b""
    head = _CANONICAL.encode((table, *(values[:-1] if blob else values)))
    return hashlib.blake2b(head.encode() + b"\0" + blob, digest_size=CHECKSUM_BYTES).digest()


def text_digest(text: str) -> bytes:
    """What a vector is kept under: the digest of the text that was embedded."""
    return hashlib.blake2b(text.encode(), digest_size=CHECKSUM_BYTES).digest()


@dataclass(slots=True)
class Tally:
    """How many rows a table has, and the sum of their checksums modulo 2^128."""

    rows: int = 0
    total: int = 0

    def add(self, row_checksum: bytes) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(row_checksum)) % _MODULUS

    def subtract(self, row_checksum: bytes) -> None:
        self.rows -= 1
        self.total = (self.total - int.from_bytes(row_checksum)) % _MODULUS

    def but(self, gone: "Tally", came: "Tally") -> "Tally":
        """The tally without some rows and with others."""
        total = (self.total - gone.total + came.total) % _MODULUS
        return Tally(self.rows - gone.rows + came.rows, total)

    @classmethod
    def of(cls, checksums: Iterable[bytes]) -> "Tally":
        tally = cls()
        for row_checksum in checksums:
            tally.add(row_checksum)
        return tally


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry of a source file that could not be read: why, and its line where one is known."""

    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source file as it was when it was read.

    ``digest`` is the SHA-256 of its bytes in hex.  ``recipe`` names the code and options that read
    it: another recipe means reading it again.  ``mtime_ns`` is 0 where the file had changed so
    shortly before that a further change could bear the same time.  ``articles`` are the ids of its
    articles, in file order.  ``companion`` is what it says of another file's article, where it
    does.  ``left_out`` are its entries that could not be read, in the order of reading.
    """

    digest: str
    size: int
    mtime_ns: int = 0
    ctime_ns: int = 0
    recipe: str = ""
    articles: tuple[str, ...] = ()
    companion: Companion | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(slots=True)
class State:
    """The library's one row about itself.

    ``model`` is the model whose vectors are searched, under the number ``model_key``;
    ``next_model`` is another one that is being prepared under ``model_key + 1``, and that takes
    over when all is embedded.  Or it is ``model`` itself: then those are vectors of texts of files
    that a sync has not committed yet.  ``base_url`` is the content folder's public address, where a
    sync was told one.  ``schema`` repeats the header's schema number.
    """

    schema: int = 0
    generation: int = 0
    model_key: int = 0
    model: ModelIdentity | None = None
    next_model: ModelIdentity | None = None
    base_url: str | None = None
    tallies: dict[str, Tally] = field(
        default_factory=lambda: {
            table: Tally() for table in ("sources", "articles", "passages", "vectors")
        }
    )

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "State":
        values = json.loads(text)
        for name in ("model", "next_model"):
            values[name] = ModelIdentity(**values[name]) if values[name] else None
        values["tallies"] = {table: Tally(**tally) for table, tally in values["tallies"].items()}
        return cls(**values)


def source_values(path: str, state: SourceState) -> tuple[str, str, str]:
    values = asdict(state)
    articles = values.pop("articles")
    if state.companion is None:  # most files are none: their rows stay as short as they were
        del values["companion"]
    if not state.left_out:
        del values["left_out"]
    return path, json.dumps(values, sort_keys=True), json.dumps(articles)


def source_from(values: Sequence[Any]) -> tuple[str, SourceState]:
    path, state, articles = values
    kept = json.loads(state)
    if companion := kept.get("companion"):
        wordings = (
            Wordings(each["pair"], tuple(each["alternates"]), each["line"])
            for each in companion["wordings"]
        )
        kept["companion"] = Companion(companion["article"], companion["line"], tuple(wordings))
    kept["left_out"] = tuple(LeftOut(**each) for each in kept.get("left_out", ()))
    return path, SourceState(**kept, articles=tuple(json.loads(articles)))


def article_values(article: Article, source: str) -> tuple[str, str, str, str, str]:
    """A row of ``articles``.  The texts of sections and pairs are kept as places in the one text.

    Raises UsageError for an article whose sections or pairs are not what stands at their places.
    """
    text = article.text
    for section in article.sections:
        if section.text != text[section.start : section.end]:
            raise UsageError(f"section {section.id} is not the text at its place in the article")
    for pair in article.faq:
        asked = text[pair.question_start : pair.question_end]
        if pair.question != asked or pair.answer != text[pair.start : pair.end]:
            raise UsageError(f"FAQ pair {pair.id} is not the text at its place in the article")
    outline = asdict(article)
    for key in ("id", "title", "text"):
        del outline[key]
    for section_values in outline["sections"]:
        del section_values["text"]
    for pair_values in outline["faq"]:
        del pair_values["question"], pair_values["answer"]
    return article.id, source, article.title, text, json.dumps(outline, ensure_ascii=False)


def article_from(values: Sequence[Any]) -> Article:
    article_id, _, title, text, outline = values
    kept = json.loads(outline)
    kept["sections"] = tuple(
        Section(**section, text=text[section["start"] : section["end"]])
        for section in kept["sections"]
    )
    kept["faq"] = tuple(_pair_from(pair, text) for pair in kept["faq"])
    kept["elements"] = tuple(
        Element(**{**element, "kind": ElementKind(element["kind"])}) for element in kept["elements"]
    )
    kept["links"] = tuple(Link(**link) for link in kept["links"])
    return Article(id=article_id, title=title, text=text, **kept)


def _pair_from(values: dict[str, Any], text: str) -> FaqPair:
    return FaqPair(
        **{**values, "alternates": tuple(values["alternates"])},
        question=text[values["question_start"] : values["question_end"]],
        answer=text[values["start"] : values["end"]],
    )


def passage_values(passage: Passage) -> tuple[str, str, str, str, str, int, int, bytes]:
    return (
        passage.article,
        passage.id,
        passage.owner,
        str(passage.kind),
        passage.text,
        passage.start,
        passage.end,
        text_digest(passage.text),
    )


def passage_from(values: Sequence[Any]) -> Passage:
    article, id, owner, kind, text, start, end, _ = values
    return Passage(id, article, owner, PassageKind(kind), text, start, end)
