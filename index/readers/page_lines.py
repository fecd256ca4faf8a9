"""What a single line or block of a page is by its words: a button, a date, a footer, running
text."""

import re
from enum import IntEnum
from functools import lru_cache

from index.readers import vocabulary
from index.readers.blocks import Block, BlockKind
from index.readers.wording import (
    CJK,
    QuestionShape,
    compile_patterns,
    fold,
    is_closing_heading,
    question_shape,
)

END = compile_patterns(vocabulary.PAGE_END_PATTERNS)
AUTHOR_BOX = compile_patterns(vocabulary.AUTHOR_BOX_PATTERNS)
ATTACHMENTS = compile_patterns(vocabulary.ATTACHMENT_HEADINGS)
RELATED = compile_patterns(vocabulary.RELATED_PATTERNS)
_BOX = compile_patterns(vocabulary.BOX_PATTERNS)
_APPEAL = compile_patterns(vocabulary.APPEAL_PATTERNS)
_SIGN_UP = compile_patterns(vocabulary.SIGN_UP_SENTENCES)
_COMMENT_CALL = compile_patterns(vocabulary.COMMENT_CALLS)
_CREDIT = compile_patterns(vocabulary.CREDIT_PATTERNS)
# "E-mail" folds to two words, "email" to one; controls are compared as one.
_CONTROLS = frozenset(fold(line).replace("e mail", "email") for line in vocabulary.CONTROL_LINES)
_FOOT = compile_patterns(vocabulary.FOOT_PATTERNS)
_NOTICE = compile_patterns(vocabulary.NOTICE_PATTERNS)
_SOCIAL = frozenset(fold(name) for name in vocabulary.SOCIAL_NAMES)
_MENU = frozenset(fold(entry) for entry in vocabulary.MENU_ENTRIES)
_FOOTERS = tuple(fold(part) for part in vocabulary.FOOTER_PARTS)
_POWERED = "powered by"
HOME = frozenset(fold(word) for word in vocabulary.HOME_WORDS)
_MONTH = "|".join(sorted(vocabulary.MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?:\b(?:{_MONTH})\w*\.?,?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?[.\s/-]+(?:de\s+)?(?:{_MONTH})\w*\.?,?\s+(?:de\s+)?(?:19|20)\d\d"
    r"|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d\b|\b(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}\b"
    r"|(?:19|20)\d\d\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|(?:19|20)\d\d년\s*\d{1,2}월)",
    re.IGNORECASE,
)
_WEEKDAY = r"\b(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b"
_ICON = re.compile(r"[a-z]{2,}(?:_[a-z]{2,})+")  # the name of an icon font's glyph, copied as text
_DATED, _READING_TIME, _BEFORE_NAME = (
    compile_patterns(vocabulary.DATELINE_PATTERNS[meaning])
    for meaning in ("words beside a date", "reading times", "before a name")
)
_NAME = r"[^\W\d_a-zà-ÿ][\w.'’-]*"
# "Foto de perfil" is no credit, "Foto de Juan Pérez" is one.
_OF_A_THING = re.compile(r"\W*[^\W\d_]+ (?:by|via|von|van|de|di|door) [a-zß-ÿ]")
# Ends or parts sentences: what is nothing but a call has no full stop.
_FULL_STOP = re.compile(r"[.;。．；…]['\"”’»)）]*\s*$|[.!?。！？]['\"”’»)）]*\s+\w")
SENTENCE = re.compile(r"[.!?。！？…:：]['\"”’»)）]*\s*$")
LINE_CHARS = 160  # what is longer is no control, heading or teaser
_SENTENCE_CHARS = 240  # of one or two sentences that ask to sign up
_NOTICE_CHARS = 800
TEXTS = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.QUOTE, BlockKind.ITEM)


def is_line(block: Block) -> bool:
    return block.kind in TEXTS and len(block.text) <= LINE_CHARS


def is_link(block: Block) -> bool:
    """Whether nearly all of a block's text is links."""
    linked = sum(link.end - link.start for link in block.links)
    return linked * 10 >= len(block.text) * 8


def is_stated(text: str) -> bool:
    """Whether a text has a full stop, or several sentences: somebody tells something."""
    return bool(_FULL_STOP.search(text))


def is_box(text: str) -> bool:
    """Whether a line is nothing but the label of a box, or a call to do something now."""
    return len(text) <= LINE_CHARS and not is_stated(text) and bool(_BOX.fullmatch(fold(text)))


def is_sign_up(text: str) -> bool:
    """Whether a text is a whole sentence that asks to sign up, perhaps after a question."""
    last = re.split(r"(?<=[?？!])\s+", text.strip())
    asked = all(part.endswith(("?", "？", "!")) for part in last[:-1])
    return len(text) <= _SENTENCE_CHARS and asked and bool(_SIGN_UP.fullmatch(fold(last[-1])))


def is_button(text: str) -> bool:
    """Whether a link's text is that of a control or a call."""
    if is_control(text) or is_box(text):
        return True
    return len(text) <= LINE_CHARS and not is_stated(text) and bool(_APPEAL.fullmatch(fold(text)))


def is_control(text: str) -> bool:
    if "\n" in text:
        return all(is_control(line) or is_box(line) for line in text.split("\n"))
    folded = fold(text)
    if folded.isdigit() and len(folded) <= 4:
        return True  # a counter of comments or shares
    said = bool(re.search(r"(?<![.…])[.。]$", text))  # "More." is an author's; "More..." is not
    return (
        (folded.replace("e mail", "email") in _CONTROLS and not said)
        or is_icon(text)
        or _is_row_of_controls(text)
        or not folded
        or _is_share_bar(text)
    )


def _is_row_of_controls(text: str) -> bool:
    """Whether a line is several controls and names of pages: "Back to top | Home"."""
    parts = re.split(r"\s*[|·•]\s*", text.strip())
    if len(parts) < 2:
        return False
    return all(is_control(p) or is_menu_line(p) for p in parts) and any(map(is_control, parts))


def is_breadcrumb(text: str) -> bool:
    """Whether a line is the path to the page: "You are here: Home › Guides › Insurance"."""
    if len(text) > LINE_CHARS or re.search(r"[.!?]$", text):
        return False
    here = re.match(r"([^:：]+)[:：]\s*(?=\S)", text)
    if here and " " in fold(here.group(1)) and fold(here.group(1)) in HOME:
        return True
    steps = [fold(step) for step in re.split(r"\s*[›»>→|/]\s*", text)]
    return len(steps) >= 2 and steps[0] in HOME


def is_icon(text: str) -> bool:
    """Whether a text is the name of an icon font's glyph: it is drawn, not read."""
    return bool(_ICON.fullmatch(text.strip()))


def _is_share_bar(text: str) -> bool:
    """Whether a line is names of networks and nothing else, perhaps after "Share:".

    Three names by themselves, two after a call: a sentence may name as many ("by email, WhatsApp or
    Telegram").
    """
    if len(text) > LINE_CHARS or is_stated(text):
        return False
    words = fold(text).replace("e mail", "email").split()
    first = next((i for i, word in enumerate(words) if word in _SOCIAL), len(words))
    names = set(words[first:])
    if not names <= _SOCIAL:
        return False
    call = " ".join(words[:first])
    return len(names) >= (2 if call else 3) and (not call or bool(_BOX.fullmatch(call)))


class Weight(IntEnum):
    """How much a line looks like a page's own, by its words."""

    NONE = 0
    UNSURE = 1  # articles say this, too: believed beside a sure line
    SURE = 2


@lru_cache(maxsize=16384)
def weight(text: str) -> Weight:
    """How much a paragraph looks like a page's own: a control, a call, a notice, a footer."""
    if "\n" in text:
        weights = [weight(line) for line in text.split("\n")]
        return max(weights) if min(weights) > Weight.NONE else Weight.NONE
    if is_control(text) or is_box(text) or is_footer(text) or is_date(text):
        return Weight.SURE
    if menu_entries(text) >= 2:
        return Weight.SURE
    if is_sign_up(text) or is_notice(text):
        return Weight.UNSURE
    asks = question_shape(text) is QuestionShape.MARKED
    return Weight.UNSURE if is_button(text) and not asks else Weight.NONE


def awaits_answer(text: str) -> bool:
    """Whether a line is a question, and not one that a page asks: "Was this helpful?", "Still have
    questions?"."""
    asks = question_shape(text) is QuestionShape.MARKED
    return asks and not weight(text) and not is_closing_heading(text)


def is_notice(text: str) -> bool:
    """Whether a paragraph begins as notices about cookies and consent do."""
    return len(text) <= _NOTICE_CHARS and bool(_NOTICE.match(fold(text)))


def is_footer(text: str) -> bool:
    """Whether a line is a page's footer: a sign of copyright with its year, a reservation of
    rights, or the name of what the site runs on."""
    if len(text) > 2 * LINE_CHARS:
        return False
    if re.match(r"(?:©|\(c\)|copyright)\s*(?:19|20)?\d", text, re.IGNORECASE):
        return True
    for part in (fold(clause) for clause in re.split(r"[.|·•–—，,©]|\d{4}", text)):
        reserved = next((f for f in _FOOTERS if part.startswith(f)), None)
        if reserved is not None and (reserved != _POWERED or not is_stated(text)):
            return True
    return bool(re.search(r"©\s*(?:19|20)\d\d", text))


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
    return len(_beside_date(text, match).split()) <= 6


def is_date(text: str) -> bool:
    """Whether a line is a date, perhaps with its time, and with a rubric after a stroke or the name
    of who wrote: "26 June 2025 / Travel", "October 30, 2020 Kate May"."""
    match = _DATE.match(text) if is_date_line(text) else None
    if not match:
        return False
    rest = _beside_date(text, match)
    named = re.fullmatch(rf"\s*(?:[/|·•–-].*|{_NAME}(?:\s+{_NAME}){{1,2}})", text[match.end() :])
    return not rest or bool(named)


def _beside_date(text: str, match: re.Match[str]) -> str:
    rest = fold(text[: match.start()] + " " + text[match.end() :])
    return re.sub(r"\b\d{1,2} \d\d\b( [ap] ?m)?|\b(uhr|at)\b|" + _WEEKDAY, "", rest).strip()


def is_dateline(text: str) -> bool:
    """Whether a line above the text says who wrote it when: dates, names after "by", and reading
    times, with rubrics between strokes."""
    if len(text) > LINE_CHARS:
        return False
    parts = [p for p in re.split(r"\s*[·|•/\n]\s*|\s+[-–—]\s+", text.strip()) if p]
    known = [_tells_when_or_who(part) for part in parts]
    rubrics = [part for part, is_known in zip(parts, known, strict=True) if not is_known]
    return any(known) and all(len(r.split()) <= 3 and not is_stated(r) for r in rubrics)


def _tells_when_or_who(part: str) -> bool:
    match = _DATE.search(part)
    if match:
        rest = _beside_date(part, match)
        return not rest or bool(_DATED.fullmatch(rest)) or is_date(part)
    if _READING_TIME.fullmatch(fold(part)):
        return True
    named = re.fullmatch(rf"(.*?)[\s:]+({_NAME}(?:\s+{_NAME}){{0,3}})", part)
    return named is not None and bool(_BEFORE_NAME.fullmatch(fold(named.group(1))))


def is_menu_line(text: str) -> bool:
    """Whether a line or entry holds nothing but names of a site's pages."""
    return menu_entries(text) > 0


def menu_entries(text: str) -> int:
    """How many names of a site's pages a line is made of ("Imprint Privacy Terms": 3); 0 where it
    holds anything else."""
    words = fold(text).split()
    if not words or len(words) > 12:
        return 0
    position = found = 0
    while position < len(words):
        for size in range(min(6, len(words) - position), 0, -1):
            if " ".join(words[position : position + size]) in _MENU:
                position += size
                found += 1
                break
        else:
            return 0
    return found


def is_prose(block: Block) -> bool:
    """Whether a block is running text of some length, or content that no page's furniture has."""
    if block.kind in (BlockKind.CODE, BlockKind.TABLE, BlockKind.DEFINITION, BlockKind.ANSWER):
        return True
    if block.kind is BlockKind.HEADING:
        return False
    least = 30 if re.search(f"[{CJK}]", block.text) else 80
    return len(block.text) >= least and bool(SENTENCE.search(block.text))


def is_credit(text: str) -> bool:
    """Whether a line names the source of a picture; a sentence does so with a © only."""
    if len(text) > LINE_CHARS or (is_stated(text) and not re.search(r"©|\(c\)", text)):
        return False
    return bool(_CREDIT.match(fold(text))) and not _OF_A_THING.match(text)


def calls_for_comments(text: str) -> bool:
    """Whether a paragraph asks readers to comment."""
    return len(text) <= 400 and bool(_COMMENT_CALL.search(fold(text)))
