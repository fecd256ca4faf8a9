"""What is shown of a pair or section: a stretch of the article, and the answering sentence.  Pure.

Only offsets are chosen here; the text itself is always cut from the article, so that nothing shown
can differ from it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from index.passages import sentences
from index.records import Article, Element, ElementKind, FaqPair, Section
from qa.yes_no import asks_yes_or_no, says_only_yes_or_no, says_yes_or_no

Span = tuple[int, int]

# A section up to this long is shown whole; of a longer one the best part, widened to whole
# paragraphs and lists where that does not pass the second figure.
WHOLE_SECTION_CHARS = 900
WIDENED_CHARS = 1500

# An FAQ's answer stands at its beginning: its first sentence is quoted where another one is ahead
# by less than this (cosine plus overlap, see ``answer.QUOTE_OVERLAP_WEIGHT``).  Sections have no
# such order: on squad2_dev16 the first sentence is the right one in .300 of the paragraphs.
FIRST_SENTENCE_BONUS = 0.05

# See ``with_next``.  On squad2_dev16 the quote has the short answer in .886 of 1,418 paragraphs, in
# .860 without the next sentence.  That is taken for 62 questions, 23 of which had theirs already.
# Of the 50 questions of ``tests/qa/test_two_conditions.py`` 45 are right; 44 without, and 43 with
# words weighed as they are written.
NEXT_SHARE = 0.15

_ROWS = (ElementKind.ITEM, ElementKind.TABLE)  # what stands in runs that belong together
_LED_IN = (*_ROWS, ElementKind.CODE)  # what a paragraph ending in a colon announces


def whole_span(article: Article, item: FaqPair | Section) -> Span | None:
    """Return the offsets of a pair's answer or of a short section: what is shown of it is all.

    ``None`` for a long section, of which a part is shown: see ``shown_span``.
    """
    whole = _trimmed(article.text, item.start, item.end)
    short = isinstance(item, FaqPair) or whole[1] - whole[0] <= WHOLE_SECTION_CHARS
    return whole if short else None


def shown_span(article: Article, item: FaqPair | Section, part: Span) -> Span:
    """Return the offsets of what is shown: a pair's answer, a section or its best part.

    ``part`` is the stretch of the section that met the question best.  What is shown of a long
    section begins and ends with whole elements, takes a whole list or table rather than some of its
    rows, and the line that introduces it, as long as that stays within ``WIDENED_CHARS``.
    """
    if (short := whole_span(article, item)) is not None:
        return short
    whole = _trimmed(article.text, item.start, item.end)
    elements = [
        element
        for element in article.elements
        if whole[0] <= element.start and element.end <= whole[1]
    ]
    touched = [
        i for i, element in enumerate(elements) if element.start < part[1] and part[0] < element.end
    ]
    span = _trimmed(article.text, max(part[0], whole[0]), min(part[1], whole[1]))
    if not touched:
        return span
    first, last = touched[0], touched[-1]
    for wide_first, wide_last in (
        (first, last),
        _with_run(elements, first, last),
        _with_lead(article, elements, *_with_run(elements, first, last)),
        _with_lead(article, elements, first, last),
    ):
        wide = elements[wide_first].start, elements[wide_last].end
        if wide[1] - wide[0] <= WIDENED_CHARS and wide[1] - wide[0] > span[1] - span[0]:
            span = wide
    return span


def line_of(article: Article, item: FaqPair | Section, start: int) -> int:
    """Return the source line where the text shown from ``start`` begins; a pair's is the pair's."""
    if isinstance(item, FaqPair):
        return item.line
    before = [
        element for element in article.elements if item.start <= element.start <= start < item.end
    ]
    return before[-1].line if before else item.line


def quotable(article: Article, start: int, end: int) -> tuple[Span, ...]:
    """Return the spans of ``text[start:end]`` that can be quoted, in text order, never none.

    The sentences of its prose, list items and table rows.  Never a piece of code, nor a line that
    only announces what follows ("You need:"), unless there is nothing else.
    """
    inside = [e for e in article.elements if e.start < end and start < e.end]
    prose = [e for e in inside if e.kind not in (ElementKind.CODE, ElementKind.HEADING)]
    spans = list(_sentences(article, start, end, prose if inside else None))
    saying = [(a, b) for a, b in spans if not article.text[a:b].endswith((":", "："))]
    code = [(max(e.start, start), min(e.end, end)) for e in inside]
    return tuple(saying or spans or code) or ((start, end),)


def direct_answer(
    article: Article, pair: FaqPair, question: str, spans: Sequence[Span]
) -> Span | None:
    """Return the beginning of a pair's answer where it says yes or no to a yes/no question.

    What asks for a yes or a no may be the reader's ``question`` or one of the pair's own; ``spans``
    are what can be quoted of the answer.  A sentence that is only the yes or no takes the next one
    with it, where no code or other text stands between them.  ``None`` where the rule says nothing.
    """
    text = article.text
    (start, end), *later = spans
    own = (pair.question, *pair.alternates)
    if not says_yes_or_no(text[start:end]) or text[pair.start : start].strip():
        return None
    if not any(asks_yes_or_no(asked) for asked in (question, *own)):
        return None
    if not says_only_yes_or_no(text[start:end]):
        return start, end
    if later and not text[end : later[0][0]].strip():
        return start, later[0][1]
    return None


def best_quote(spans: Sequence[Span], scores: Sequence[float]) -> Span:
    """Return the span with the best score; of equal ones the first."""
    return spans[max(range(len(spans)), key=lambda i: (round(scores[i], 6), -i))]


def joined(article: Article, spans: Sequence[Span]) -> tuple[bool, ...]:
    """Tell of each span whether the next one follows it at once, in one paragraph, item or row."""
    around = [e for e in article.elements if e.start < spans[-1][1] and spans[0][0] < e.end]
    return (
        *(
            not article.text[end:after].strip()
            and any(one.start <= start and last <= one.end for one in around)
            for (start, end), (after, last) in pairwise(spans)
        ),
        False,
    )


def with_next(spans: Sequence[Span], quote: Span, had: Sequence[Mapping[str, float]]) -> Span:
    """Return ``quote``, one of ``spans``, with the next sentence where that has the rest asked for.

    A question may ask for two things that stand in two sentences: "A cat costs 42 euros.  Members
    pay 35."  ``had`` are the question's telling words that each of ``spans`` has, with how rare
    they are.  The next sentence, which must be ``joined``, is taken with it where words that it
    alone has make ``NEXT_SHARE`` of all that are had.
    """
    after = spans.index(quote) + 1
    counts = Counter(word for own in had for word in own)
    total = math.fsum({word: weight for own in had for word, weight in own.items()}.values())
    alone = math.fsum(weight for word, weight in had[after].items() if counts[word] == 1)
    return (quote[0], spans[after][1]) if alone and alone >= NEXT_SHARE * total else quote


def _sentences(
    article: Article, start: int, end: int, elements: Iterable[Element] | None
) -> Iterable[Span]:
    if elements is None:  # the article tells nothing of its structure
        pieces: Iterable[tuple[Span, bool]] = [((start, end), False)]
    else:
        pieces = [
            ((max(e.start, start), min(e.end, end)), e.kind is ElementKind.TABLE) for e in elements
        ]
    for (a, b), whole in pieces:
        found = [] if whole else sentences(article.text[a:b], language=article.language)
        yield from ((a + s, a + e) for s, e in found) if found else [_trimmed(article.text, a, b)]


def _with_run(elements: Sequence[Element], first: int, last: int) -> tuple[int, int]:
    """Widen to the whole list or table that the first and the last element stand in."""
    while first > 0 and _same_run(elements[first - 1], elements[first]):
        first -= 1
    while last + 1 < len(elements) and _same_run(elements[last], elements[last + 1]):
        last += 1
    return first, last


def _same_run(one: Element, other: Element) -> bool:
    return one.kind is other.kind and one.kind in _ROWS


def _with_lead(
    article: Article, elements: Sequence[Element], first: int, last: int
) -> tuple[int, int]:
    """Widen to the paragraph that introduces the first element ("…:")."""
    if first > 0 and elements[first].kind in _LED_IN:
        lead = elements[first - 1]
        text = article.text[lead.start : lead.end].rstrip()
        if lead.kind is ElementKind.PARAGRAPH and text.endswith((":", "：")):
            return first - 1, last
    return first, last


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
