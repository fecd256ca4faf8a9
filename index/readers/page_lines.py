"""What a single line or block of a page is by its words: a button, a date, a footer, running
text."""

import re

from index.readers import vocabulary
from index.readers.blocks import Block, BlockKind
from index.readers.wording import CJK, compile_patterns, fold

END = compile_patterns(vocabulary.PAGE_END_PATTERNS)
RELATED = compile_patterns(vocabulary.RELATED_PATTERNS)
BOX = compile_patterns(vocabulary.BOX_PATTERNS)
_COMMENT_CALL = compile_patterns(vocabulary.COMMENT_CALLS)
_CREDIT = compile_patterns(vocabulary.CREDIT_PATTERNS)
# "E-mail" folds to two words, "email" to one; controls are compared as one.
_CONTROLS = frozenset(fold(line).replace("e mail", "email") for line in vocabulary.CONTROL_LINES)
_FOOT = compile_patterns(vocabulary.FOOT_PATTERNS)
NOTICE = compile_patterns(vocabulary.NOTICE_PATTERNS)
_SOCIAL = frozenset(fold(name) for name in vocabulary.SOCIAL_NAMES)
_MENU = frozenset(fold(entry) for entry in vocabulary.MENU_ENTRIES)
_FOOTERS = tuple(fold(part) for part in vocabulary.FOOTER_PARTS)
_MONTH = "|".join(sorted(vocabulary.MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?:\b(?:{_MONTH})\w*\.?,?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?[.\s/-]+(?:de\s+)?(?:{_MONTH})\w*\.?,?\s+(?:de\s+)?(?:19|20)\d\d"
    r"|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d\b|\b(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}\b"
    r"|(?:19|20)\d\d\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|(?:19|20)\d\d년\s*\d{1,2}월)",
    re.IGNORECASE,
)
_ICON = re.compile(r"[a-z]{2,}(?:_[a-z]{2,})+")  # the name of an icon font's glyph, copied as text
_BYLINE = re.compile(
    r"(?:by|von|par|por|di|door|av|autor|author|written by|posted by|published by|text|reviewed by"
    r"|medically reviewed by|updated|published|last updated|\d+ min(?:ute)?s? read|\d+ min)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[.!?。！？…:：]['\"”’»)）]*\s*$")
LINE_CHARS = 160  # what is longer is no control, heading or teaser
TEXTS = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.QUOTE, BlockKind.ITEM)


def is_line(block: Block) -> bool:
    return block.kind in TEXTS and len(block.text) <= LINE_CHARS


def is_link(block: Block) -> bool:
    """Whether nearly all of a block's text is links."""
    linked = sum(link.end - link.start for link in block.links)
    return linked * 10 >= len(block.text) * 8


def is_box(text: str) -> bool:
    return len(text) <= LINE_CHARS and bool(BOX.fullmatch(fold(text)))


def is_control(text: str) -> bool:
    if "\n" in text:
        return all(is_control(line) or is_box(line) for line in text.split("\n"))
    folded = fold(text)
    social = sum(word in _SOCIAL for word in folded.split())
    if social >= 3 and len(text) <= LINE_CHARS:
        return True  # "Share: Facebook | X | WhatsApp"
    if folded.isdigit() and len(folded) <= 4:
        return True  # a counter of comments or shares
    return (
        folded.replace("e mail", "email") in _CONTROLS
        or bool(_ICON.fullmatch(text.strip()))
        or not folded
    )


def is_footer(text: str) -> bool:
    folded = fold(text)
    return len(text) <= 2 * LINE_CHARS and (
        any(part in folded for part in _FOOTERS)
        or bool(re.match(r"(?:©|\(c\)|copyright)\s*(?:19|20)?\d", text, re.IGNORECASE))
    )


def is_foot_line(text: str) -> bool:
    """Whether a text at the end of a page speaks of the page: last changed, visitor number.

    Believed only where nothing but such lines follows: within an article they are content.
    """
    return len(text) <= 2 * LINE_CHARS and all(
        _FOOT.fullmatch(fold(line)) or is_menu_line(line) for line in text.split("\n")
    )


def is_date_line(text: str) -> bool:
    """Whether a line is a date, perhaps with a name or a rubric beside it."""
    if len(text) > 80 or SENTENCE.search(text):
        return False
    match = _DATE.search(text)
    if not match:
        return False
    rest = fold(text[: match.start()] + " " + text[match.end() :])
    rest = re.sub(r"\b\d{1,2} \d\d\b( [ap]m)?|\buhr\b|\bat\b", "", rest)
    return len(rest.split()) <= 6


def is_dateline(text: str) -> bool:
    """Whether a line above the text says who wrote it when: a date among names and rubrics."""
    if SENTENCE.search(text) and not re.search(r"\d\s*[ap]\.m\.$", text):
        return False
    return bool(_DATE.search(text)) or (bool(_BYLINE.match(text)) and len(text) <= 80)


def is_menu_line(text: str) -> bool:
    """Whether a line or entry holds nothing but names of a site's pages ("Imprint Privacy
    Terms")."""
    words = fold(text).split()
    if not words or len(words) > 12:
        return False
    position = found = 0
    while position < len(words):
        for size in range(min(6, len(words) - position), 0, -1):
            if " ".join(words[position : position + size]) in _MENU:
                position += size
                found += 1
                break
        else:
            return False
    return found > 0


def is_prose(block: Block) -> bool:
    """Whether a block is running text of some length, or content that no page's furniture has."""
    if block.kind in (BlockKind.CODE, BlockKind.TABLE, BlockKind.DEFINITION, BlockKind.ANSWER):
        return True
    if block.kind is BlockKind.HEADING:
        return False
    least = 30 if re.search(f"[{CJK}]", block.text) else 80
    return len(block.text) >= least and bool(SENTENCE.search(block.text))


def is_credit(text: str) -> bool:
    return len(text) <= LINE_CHARS and bool(_CREDIT.match(fold(text)))


def calls_for_comments(text: str) -> bool:
    """Whether a paragraph asks readers to comment."""
    return len(text) <= 400 and bool(_COMMENT_CALL.search(fold(text)))
