"""The stream of blocks that every format is read into, before anyone knows what is an FAQ.

A reader of a format knows its markup, and nothing of FAQs: it says "heading of level 2", "list
item", "bold paragraph", "summary of an accordion".  ``outline.py`` knows FAQs and boilerplate, and
no markup.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"
    TABLE = "table"  # one row
    QUOTE = "quote"
    TERM = "term"  # <dt>, a definition list's term
    DEFINITION = "definition"  # <dd>
    SUMMARY = "summary"  # <summary> or an accordion's button: what is clicked to open an answer
    QUESTION = (
        "question"  # the markup itself says that this is an FAQ question (list files, microdata)
    )
    ANSWER = "answer"  # and this its answer
    RULE = "rule"  # a horizontal rule: ends what came before


@dataclass(frozen=True, slots=True)
class BlockLink:
    """A hyperlink on ``block.text[start:end]``."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a source file, as readable text without markup.

    ``text`` has no markup and no leading or trailing white space; inner line breaks only where they
    mean something (code, hard breaks).  ``line`` is the 1-based line in the decoded source.
    """

    kind: BlockKind
    text: str
    line: int
    level: int = 0  # heading: 1 to 6; item: depth from 1
    marker: str = (
        ""  # item: "-" or "3."; the number the source wrote, kept because "3." may be a question's
    )
    bold: bool = False  # all of its text is bold
    bold_prefix: int = (
        0  # so many leading characters of text are bold (a run-in question), 0 if none
    )
    boilerplate: bool = False  # the markup itself says navigation, footer, aside, form, comment …
    links: tuple[BlockLink, ...] = ()
    attributes: Mapping[str, str] = field(
        default_factory=dict
    )  # id, alternates, url, … where known; names: "columns" of a table's row that does


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """What a format's reader returns: the blocks in source order, what the file says of itself."""

    blocks: tuple[Block, ...]
    title: str | None = (
        None  # declared title (front matter, <title>, og:title); outline may prefer an h1
    )
    headed: bool = False  # the declared title is what the page is headed with, whatever its h1 says
    url: str | None = None  # front matter url/permalink (absolute) or canonical link
    language: str | None = None  # declared BCP 47 tag
    faq: tuple[
        tuple[str, str, int], ...
    ] = ()  # declared (question, answer, line): JSON-LD, front matter faq
    companion_of: str | None = None  # the id of the article whose pairs these are
