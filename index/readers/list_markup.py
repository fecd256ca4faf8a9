"""What markup a list's texts are written in: Markdown, HTML, or none.

YAML is written by hand, and its texts are Markdown.  JSON, JSON Lines and CSV are exported from
somewhere, and nobody says what their texts are: each is what its own signs say.
"""

import re
from enum import StrEnum
from html import unescape

from index.readers.blocks import Block, BlockKind
from index.readers.markdown import blocks_of_export, blocks_of_html


class Markup(StrEnum):
    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


_BLOCK_TAG = re.compile(r"</?(?:p|ul|ol|li|div|h[1-6]|pre|table)\b[^<>]*>", re.I)
_INLINE_TAG = re.compile(r"</?(?:br|a|strong|em|b|i|span|code)\b[^<>]*>", re.I)
_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]+|#\d+|#x[0-9a-f]+);", re.I)
# Numbers of a list are no sign: Markdown counts anew, and "12. May" and "15. May" are no list.
_SIGN = re.compile(
    r"\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*"
    r"|(?<![\w*])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![\w*])"
    r"|`[^`\n]+`"
    r"|\[[^\[\]\n]+\]\([^()\s]+(?:\s\"[^\"\n]*\")?\)"
    r"|^[ ]{0,3}(?:\#{2,6}[ ]+\S|`{3,}|~{3,})"
    r"|^[ ]{0,3}[*+-][ ]+\S[^\n]*\n\s*[*+-][ ]+\S",
    re.M,
)


def markup_of(text: str) -> Markup:
    """What a text seems to be written in; ``<br>`` and the like stand in Markdown, too."""
    if _BLOCK_TAG.search(text):
        return Markup.HTML
    if _SIGN.search(text):
        return Markup.MARKDOWN
    if _INLINE_TAG.search(text) or any(unescape(name) != name for name in _ENTITY.findall(text)):
        return Markup.HTML
    return Markup.PLAIN


def blocks_of_text(text: str, line: int) -> tuple[Block, ...]:
    """The blocks of an answer by its own signs; the line breaks of Markdown and of none are kept.

    An author of prose in a cell or a string breaks no lines without meaning to.
    """
    markup = markup_of(text)
    if markup is Markup.HTML:
        return blocks_of_html(text, line)
    if markup is Markup.MARKDOWN:
        return blocks_of_export(text, line, html=_INLINE_TAG.search(text) is not None)
    paragraphs = re.split(r"\n[ \t]*\n", text)
    return tuple(Block(BlockKind.ANSWER, p.strip(), line) for p in paragraphs if p.strip())


def line_of_text(text: str) -> str:
    """A question by its own signs, on one line, without markup."""
    return " ".join(" ".join(block.text for block in blocks_of_text(text, 1)).split())
