"""What is shown of a pair or section: a stretch of the article, and the answering sentence.  Pure.

Only offsets are chosen here; the text itself is always cut from the article, so that nothing shown
can differ from it.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise

from index.passages import sentences
from index.records import Article, Element, ElementKind, FaqPair, Section
from qa.yes_no import asks_yes_or_no, says_only_yes_or_no, says_yes_or_no

Span = tuple[int, int]

# A section up to this long is shown whole; of a longer one the best part, widened to whole
# paragraphs and lists where that does not pass the second figure.
WHOLE_SECTION_CHARS = 900
WIDENED_CHARS = 1500

# See ``with_next``.  On squad2_dev16 the quote has the short answer in .886 of 1,418 paragraphs, in
# .860 without the next sentence.  That is taken for 62 questions, 23 of which had theirs already.
# Of the 50 questions of ``tests/qa/test_two_conditions.py`` 45 are right; 44 without, and 43 with
# words weighed as they are written.
NEXT_SHARE = 0.15
# See ``with_condition``.
CONDITION_SHARE = 0.1

_DIGIT = re.compile(r"\d")
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
    only announces what follows ("You need:", a table's head), unless there is nothing else.
    """
    inside = _inside(article, start, end)
    heads = set(_heads(article, start, end).values())
    prose = [
        e
        for e in inside
        if e.kind not in (ElementKind.CODE, ElementKind.HEADING) and (e.start, e.end) not in heads
    ]
    spans = list(_sentences(article, start, end, prose if inside else None))
    saying = [(a, b) for a, b in spans if not article.text[a:b].endswith((":", "："))]
    code = [(max(e.start, start), min(e.end, end)) for e in inside]
    return tuple(saying or spans or code) or ((start, end),)


def headed(article: Article, spans: Sequence[Span]) -> tuple[str, ...]:
    """Return the text of each of ``spans``; a table's row behind the row that heads it.

    "Trail | 3.5 bar" says nothing of a tyre's pressure without "Model | Tyre pressure".
    """
    heads = _heads(article, spans[0][0], spans[-1][1])
    texts = []
    for start, end in spans:
        text = article.text[start:end]
        texts.append(f"{article.text[slice(*heads[start])]}\n{text}" if start in heads else text)
    return tuple(texts)


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
    around = _inside(article, spans[0][0], spans[-1][1])
    return (
        *(
            not article.text[end:after].strip()
            and any(one.start <= start and last <= one.end for one in around)
            for (start, end), (after, last) in pairwise(spans)
        ),
        False,
    )


def with_next(
    spans: Sequence[Span], texts: Sequence[str], quote: Span, had: Sequence[Mapping[str, float]]
) -> Span:
    """Return ``quote``, one of ``spans``, with the next sentence where that has the rest asked for.

    A question may ask for two things that stand in two sentences: "A cat costs 42 euros.  Members
    pay 35."  ``texts`` are those of ``spans``, ``had`` the question's telling words that each has,
    with how rare they are.  The next sentence, which must be ``joined``, is taken with it where
    words that it alone has make ``NEXT_SHARE`` of all that are had; and where the quote itself only
    asks: "Lost your card?".
    """
    after = spans.index(quote) + 1
    if texts[after - 1].endswith(("?", "？", "؟")):
        return quote[0], spans[after][1]
    counts = Counter(word for own in had for word in own)
    total = math.fsum({word: weight for own in had for word, weight in own.items()}.values())
    alone = math.fsum(weight for word, weight in had[after].items() if counts[word] == 1)
    return (quote[0], spans[after][1]) if alone and alone >= NEXT_SHARE * total else quote


def with_condition(
    spans: Sequence[Span],
    direct: Span,
    goes_on: Sequence[bool],
    other: Sequence[Mapping[str, float]],
) -> Span | None:
    """Return ``direct``, the yes or no that begins ``spans``, with the sentence that restricts it.

    A pair says yes to its own question.  What the reader's question asks beyond that may be denied
    further on: "Do you take cards?", "Yes.  American Express is not accepted."  ``goes_on`` tells
    which spans are ``joined``; ``other`` are the words of the question, but not of the pair's, that
    each span has, as shares of what all words of the question are worth.  Where such words as the
    yes or no lacks make ``CONDITION_SHARE`` in the next sentence, that is taken with it.  ``None``
    where a later one has them: then the yes or no is no answer by itself.
    """
    after = sum(start < direct[1] for start, _ in spans)
    known = frozenset(chain.from_iterable(other[:after]))
    lacking = [math.fsum(own[word] for word in own if word not in known) for own in other[after:]]
    if not lacking or max(lacking) < CONDITION_SHARE:
        return direct
    if goes_on[after - 1] and lacking[0] == max(lacking):
        return direct[0], spans[after][1]
    return None


def with_first(spans: Sequence[Span], quote: Span, other: Sequence[Mapping[str, float]]) -> Span:
    """Return ``quote``, which begins with the second of ``spans``, with the first before it.

    An FAQ's answer begins with what its question asks for, and what follows may be the opposite
    without it: "Nothing.  The mug is 4 euros.", "In towns, yes.  On the motorway you cannot."  The
    second must follow the first at once (``joined``); it stands alone where it has words of the
    reader's question, but not of the pair's, that the first lacks: ``other``, as in
    ``with_condition``.
    """
    (start, _), (second, _), *_ = spans
    alone = quote[0] != second or other[1].keys() - other[0].keys()
    return quote if alone else (start, quote[1])


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


def _inside(article: Article, start: int, end: int) -> Sequence[Element]:
    """Return the elements that ``text[start:end]`` touches; they ascend and do not overlap."""
    elements = article.elements
    first = bisect_right(elements, start, key=lambda element: element.end)
    return elements[first : bisect_left(elements, end, key=lambda element: element.start)]


def _heads(article: Article, start: int, end: int) -> dict[int, Span]:
    """Return where rows in ``text[start:end]`` begin, and the head of each one's table.

    A table's first row heads the others if it is said to name the columns, or has no number where
    one of them has.
    """
    elements = article.elements
    found: dict[int, Span] = {}
    number = bisect_right(elements, start, key=lambda element: element.end)
    while number < len(elements) and elements[number].start < end:
        if elements[number].kind is not ElementKind.TABLE:
            number += 1
            continue
        first, last = _with_run(elements, number, number)
        number = last + 1
        head, *rows = elements[first:number]
        numbers = (_has_number(article, row) for row in rows)
        if head.level or (not _has_number(article, head) and any(numbers)):
            found |= {row.start: (head.start, head.end) for row in rows}
    return found


def _has_number(article: Article, element: Element) -> bool:
    return _DIGIT.search(article.text, element.start, element.end) is not None


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
