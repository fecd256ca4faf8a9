"""From an article to the passages that are embedded and searched.

A question finds an FAQ pair by its question, its other wordings, its answer, or both together; it
finds a section as a whole or by a window of a few whole sentences; and either by one sentence that
says it.  Windows overlap by a sentence, so that two sentences that answer together stand together
in at least one of them.
"""

import re
import sys
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from index.records import Article, FaqPair, Passage, PassageKind, Section, file_title

# The default model was trained on at most 128 tokens a text (its model card) and cuts at 256.
# Sizes are estimates (see ``token_estimate``), so the limit below leaves room for an estimate that
# is half.
WINDOW_TOKENS = 128
# A window is closed at three sentences, so that one answering sentence is not lost among many, but
# not before it has about three ordinary English sentences' worth of text: list items are short.
WINDOW_SENTENCES = 3
WINDOW_ENOUGH_TOKENS = 60
# So much of an answer's beginning stands beside its question in the passage of both.  All of a long
# one hides what is asked: that passage alone finds .949 of stackfaq's questions and .682 of
# deepset_covidfaq_en's with 64 tokens, .922 and .569 with the whole answer, .944 and .636 with 32.
PAIR_TOKENS = 60
# A shorter sentence says nothing by itself ("Yes.", "See below.").
SENTENCE_LEAST_TOKENS = 4
# The title and a heading may each take this much of a window's room; what is longer is cut in the
# embedded text only.
HEADING_TOKENS = 24

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_PIECE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"  # CJK
    r"|[^\W\d_\u0250-\uffff]+"  # letters of a Latin word
    r"|\d+"
    r"|[^\W\d_]+"  # letters of another script
    r"|[^\w\s]|_"
)
# sentencex 1.0.32 panics (a BaseException) where a full stop follows white space of several bytes,
# as in "A\u00a0.", and cannot take a lone surrogate.  Both are replaced one for one, so offsets
# stay.
_PLAIN = {code: " " for code in range(128, 0x3001) if chr(code).isspace()} | {0x200B: " "}
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def sentences(text: str, *, language: str | None = None) -> tuple[tuple[int, int], ...]:
    """The spans of the sentences of ``text``, in order: half-open character offsets.

    Spans are never empty, neither begin nor end with white space, never overlap, and together cover
    everything but white space.  A line break always ends a sentence: in an article's text it stands
    between paragraphs, list items and lines of code.  ``language`` is a BCP 47 tag; without it the
    English rules apply, which also know the full stops of other scripts.
    """
    tag = re.split(r"[-_]", language or "en", maxsplit=1)[0].casefold() or "en"
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        plain = _SURROGATE.sub("\ufffd", line.group().translate(_PLAIN))
        for found in get_sentence_boundaries(tag, plain):
            start, end = line.start() + found["start_index"], line.start() + found["end_index"]
            while start < end and text[start].isspace():
                start += 1
            while end > start and text[end - 1].isspace():
                end -= 1
            if start < end:
                spans.append((start, end))
    return tuple(spans)


def token_estimate(text: str) -> int:
    """About how many tokens a word-piece model of English makes of ``text``, without one at hand.

    One a CJK character or sign, one a started six letters of a Latin word, one a started two
    digits, one a letter of any other script (the default model's vocabulary has little more than
    its letters).
    """
    total = 0
    for piece in _PIECE.findall(text):
        first = piece[0]
        if first.isdigit():
            total += (len(piece) + 1) // 2
        elif first < "\u0250":
            total += (len(piece) + 5) // 6
        else:
            total += len(piece)
    return total


def passages_of(article: Article) -> tuple[Passage, ...]:
    """The passages of an article, ordered by their place, then their end, kind and id.

    Of each FAQ pair: its QUESTION, each ALTERNATE wording (standing at the question's place), its
    ANSWER (in windows when it is long) and the PAIR (question, line break, the answer's first
    ``PAIR_TOKENS`` in whole sentences; at their place).  Of each section: the whole SECTION, and
    WINDOWs of it unless one would hold all of it; their embedded text begins with what they stand
    under (``headings``), a line each.  Of either, where it has several sentences, each SENTENCE of
    at least ``SENTENCE_LEAST_TOKENS``, without a heading.  An empty section or a pair without an
    answer gives none: there would be nothing to show.  The same article always gives the same.
    """
    found: list[Passage] = []
    for pair in article.faq:
        if pair.question.strip() and pair.answer.strip():
            found.extend(_of_pair(article, pair))
    for section in article.sections:
        if section.text.strip():
            found.extend(_of_section(article, section))
    return tuple(sorted(found, key=lambda p: (p.start, p.end, p.kind, p.id)))


def _of_pair(article: Article, pair: FaqPair) -> Iterator[Passage]:
    asked = (pair.question_start, pair.question_end)
    yield _passage(article, pair.id, PassageKind.QUESTION, pair.question, asked)
    for number, wording in enumerate(pair.alternates, start=1):
        yield _passage(article, pair.id, PassageKind.ALTERNATE, wording, asked, suffix=f"|{number}")
    for start, end in _windows(article, pair.start, pair.end, WINDOW_TOKENS):
        yield _passage(article, pair.id, PassageKind.ANSWER, article.text[start:end], (start, end))
    (start, end), *_ = _windows(article, pair.start, pair.end, PAIR_TOKENS)
    both = f"{pair.question}\n{article.text[start:end]}"
    yield _passage(article, pair.id, PassageKind.PAIR, both, (start, end))
    yield from _sentences(article, pair.id, pair.start, pair.end)


def headings(article: Article, section: Section) -> tuple[str, ...]:
    """What a section stands under: the article's title and its own heading, without the empty.

    A section tells what it says of something, and often leaves it to the title of what: "Turn it
    on".  A heading that repeats the title counts once, and a title that is only the file's name
    ("faq") not at all.
    """
    title = article.title.strip()
    above = ("" if title == file_title(article.path) else title, section.heading.strip())
    return tuple({text.casefold(): text for text in above if text}.values())


def _of_section(article: Article, section: Section) -> Iterator[Passage]:
    above = (_first_tokens(text, HEADING_TOKENS) for text in headings(article, section))
    prefix = "".join(f"{text}\n" for text in above)
    place = (section.start, section.end)
    yield _passage(article, section.id, PassageKind.SECTION, prefix + section.text, place)
    room = WINDOW_TOKENS - token_estimate(prefix)
    windows = _windows(article, section.start, section.end, room)
    if len(windows) > 1:
        for start, end in windows:
            text = prefix + article.text[start:end]
            yield _passage(article, section.id, PassageKind.WINDOW, text, (start, end))
    yield from _sentences(article, section.id, section.start, section.end)


def _sentences(article: Article, owner: str, start: int, end: int) -> Iterator[Passage]:
    spans = sentences(article.text[start:end], language=article.language)
    if len(spans) < 2:
        return
    for first, last in spans:
        text = article.text[start + first : start + last]
        if token_estimate(text) >= SENTENCE_LEAST_TOKENS:
            place = (start + first, start + last)
            yield _passage(article, owner, PassageKind.SENTENCE, text, place)


def _passage(
    article: Article,
    owner: str,
    kind: PassageKind,
    text: str,
    place: tuple[int, int],
    *,
    suffix: str = "",
) -> Passage:
    start, end = place
    return Passage(
        id=f"{article.id}|{owner}|{kind}|{start}-{end}{suffix}",
        # Interned: a library of many passages holds few different article and section ids.
        article=sys.intern(article.id),
        owner=sys.intern(owner),
        kind=kind,
        text=text,
        start=start,
        end=end,
    )


def _windows(article: Article, start: int, end: int, room: int) -> list[tuple[int, int]]:
    """Overlapping spans of whole sentences in ``article.text[start:end]``, each of ``room`` tokens.

    A sentence that is longer than the room is cut at white space (within a word if it must be): the
    model would not see the rest of it.
    """
    text = article.text
    units: list[tuple[int, int, int]] = []
    for first, last in sentences(text[start:end], language=article.language):
        units.extend(_cut(text, start + first, start + last, room))
    windows: list[tuple[int, int]] = []
    begin = 0
    while begin < len(units):
        stop, tokens = begin, 0
        while stop < len(units):
            full = stop - begin >= WINDOW_SENTENCES and tokens >= WINDOW_ENOUGH_TOKENS
            if stop > begin and (full or tokens + units[stop][2] > room):
                break
            tokens += units[stop][2]
            stop += 1
        windows.append((units[begin][0], units[stop - 1][1]))
        if stop == len(units):
            break
        # The last sentence opens the next window too, unless it would fill it: then the next window
        # would end where this one does.
        shared = stop - 1 > begin and units[stop - 1][2] + units[stop][2] <= room
        begin = stop - 1 if shared else stop
    return windows


def _cut(text: str, start: int, end: int, room: int) -> Iterator[tuple[int, int, int]]:
    """The span as ``(start, end, tokens)``, in pieces where it has more than ``room`` tokens."""
    tokens = token_estimate(text[start:end])
    if tokens <= room:
        yield start, end, tokens
        return
    begin, total, last_end = start, 0, start
    for word in re.finditer(r"\S+", text[start:end]):
        for piece_start, piece_end, cost in _pieces(
            text, start + word.start(), start + word.end(), room
        ):
            if total and total + cost > room:
                yield begin, last_end, total
                begin, total = piece_start, 0
            total += cost
            last_end = piece_end
    yield begin, last_end, total


def _pieces(text: str, start: int, end: int, room: int) -> Iterator[tuple[int, int, int]]:
    """One run without white space, cut every ``room // 2`` characters where it is too long.

    Scripts without spaces come here as whole sentences.
    """
    cost = token_estimate(text[start:end])
    if cost <= room:
        yield start, end, cost
        return
    step = max(1, room // 2)
    for at in range(start, end, step):
        stop = min(at + step, end)
        yield at, stop, token_estimate(text[at:stop])


def _first_tokens(heading: str, room: int) -> str:
    heading = heading.strip()
    if token_estimate(heading) <= room:
        return heading
    (start, end, _), *_ = _cut(heading, 0, len(heading), room)
    return heading[start:end]
