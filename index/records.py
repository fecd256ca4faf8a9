"""The records that everything else passes around.  Frozen, plain values; imports nothing of ours.

All offsets are character (code point) offsets into ``Article.text``, half open:
``text[start:end]``.
All lines are 1-based lines of the decoded source file.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any


class ElementKind(StrEnum):
    """What a stretch of an article's text is, so that a page can render it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # one entry of a list
    CODE = "code"
    TABLE = "table"  # one row; cells separated by " | "
    QUOTE = "quote"
    QUESTION = "question"  # the question of an FAQ pair


@dataclass(frozen=True, slots=True)
class Element:
    """A stretch of an article's text with its kind.  In text order, elements never overlap."""

    kind: ElementKind
    start: int
    end: int
    line: int
    level: int = 0  # heading: 1 to 6; item: depth from 1; table: 1 for a row that names columns


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink that the source put on ``text[start:end]``; ``url`` is as the source wrote it."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its own text, up to the next heading of any level.

    ``text == article.text[start:end]``; both are empty where a heading is directly followed by
    another.  The text before the first heading is a section with ``heading == ""`` and
    ``level == 0``.
    ``id`` is unique within its article: the source's own id where it gave one, else
    ``<article id>#<slug of the heading>``; a second one of the same name ends in ``-2``.
    """

    id: str
    heading: str
    level: int
    text: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class FaqPair:
    """A question and its answer.

    ``question == article.text[question_start:question_end]`` and
    ``answer == article.text[start:end]``.
    ``heading`` is the FAQ heading or category that the pair stands under ("" where there is none).
    ``id`` is unique within its article (sections' ids included): the source's own id where it gave
    one, else ``<article id>#<slug of the question>``; a second one of the same name ends in ``-2``.
    """

    id: str
    question: str
    answer: str
    question_start: int
    question_end: int
    start: int
    end: int
    line: int
    heading: str = ""
    alternates: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read: its text without boilerplate, and where everything stands in it.

    ``id`` is stable text: the source path relative to the content folder with forward slashes;
    where one file holds several articles, ``<path>/<slug>``.
    ``path`` is that relative path.  ``url`` is the article's public address, where the source gave
    one.  ``language`` is a BCP 47 tag as the source declared it, else the ISO 639-1 code that was
    detected in the text as it was read; None where that was not certain.  ``encoding`` is the codec
    that decoded the file; ``encoding_guessed`` tells that nothing declared it.  ``companion_of`` is
    the id of the article whose pairs these are too, where the file is a companion (see
    ``index.companions``); that article need not be there.
    """

    id: str
    path: str
    title: str
    text: str
    sections: tuple[Section, ...]
    faq: tuple[FaqPair, ...]
    elements: tuple[Element, ...]
    links: tuple[Link, ...] = ()
    url: str | None = None
    language: str | None = None
    encoding: str = "utf-8"
    encoding_guessed: bool = False
    companion_of: str | None = None


@dataclass(frozen=True, slots=True)
class Wordings:
    """Further wordings for an FAQ pair that stands in another file.

    ``pair`` is its id or its question; ``line`` is where the entry stands.
    """

    pair: str
    alternates: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Companion:
    """What a companion file says of the article that it belongs to, besides pairs of its own.

    ``article`` is that article's id, ``line`` is where the file names it.
    """

    article: str
    line: int
    wordings: tuple[Wordings, ...] = ()


class PassageKind(StrEnum):
    """What a passage was made from; one FAQ pair or section (its owner) has several passages."""

    QUESTION = "question"  # an FAQ question
    ALTERNATE = "alternate"  # another wording of it; its place is the question's
    ANSWER = "answer"  # an FAQ answer, or a window of a long one
    PAIR = "pair"  # question and answer as one text
    SECTION = "section"  # a whole section with its heading
    WINDOW = "window"  # whole sentences of a section, with its heading
    SENTENCE = "sentence"  # one sentence of an answer or a section, by itself


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that is embedded and searched, with its place.

    ``text`` is what is embedded (a window carries its heading, a pair its question); the place
    ``start``/``end`` is the verbatim stretch of the article that it stands for.
    ``article`` and ``owner`` are the ids of its article and of the FAQ pair or section it belongs
    to.  ``id`` is ``<article>|<owner>|<kind>|<start>-<end>`` (alternates add ``|<n>``), unique
    within the library; equal scores are ordered by it, so that no ranking depends on the order of
    the files.
    """

    id: str
    article: str
    owner: str
    kind: PassageKind
    text: str
    start: int
    end: int


def article_json(article: Article) -> dict[str, Any]:
    """Return what ``footnote read --json`` prints of an article: its sections and FAQ pairs.

    ``start`` and ``end`` of a section are its text's, of a pair its answer's; ``line`` is the
    heading's or the question's.
    """
    return {
        "path": article.path,
        "title": article.title,
        "sections": [
            {
                "heading": section.heading,
                "level": section.level,
                "text": section.text,
                "start": section.start,
                "end": section.end,
                "line": section.line,
            }
            for section in article.sections
        ],
        "faq": [
            {
                "question": pair.question,
                "answer": pair.answer,
                "start": pair.start,
                "end": pair.end,
                "line": pair.line,
            }
            for pair in article.faq
        ],
    }


def file_title(path: str) -> str:
    """A title for an article that gives itself none: its file's name in words."""
    return PurePosixPath(path).stem.replace("-", " ").replace("_", " ")
