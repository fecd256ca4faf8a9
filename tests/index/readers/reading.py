"""What the tests of the readers share: an article from text, and what stands in it."""

from itertools import pairwise

from index.readers import read_bytes
from index.records import Article


def article(text: str, path: str = "a.md") -> Article:
    """The one article of ``text``, whose places are checked."""
    (found,) = read_bytes(text.encode(), path)
    check(found)
    return found


def check(found: Article) -> None:
    """Everything is a contiguous slice of the text, in order, and nothing overlaps."""
    end = 0
    for element in found.elements:
        assert end <= element.start < element.end <= len(found.text)
        end = element.end
    for section in found.sections:
        assert section.text == found.text[section.start : section.end]
    for pair in found.faq:
        assert pair.question == found.text[pair.question_start : pair.question_end]
        assert pair.answer == found.text[pair.start : pair.end]
        assert pair.question_end <= pair.start < pair.end
    places = [(s.start, s.end) for s in found.sections if s.text]
    places = sorted(places + [(p.question_start, p.end) for p in found.faq])
    for (_, before), (after, _) in pairwise(places):
        assert before <= after
    ids = [s.id for s in found.sections] + [p.id for p in found.faq]
    assert len(ids) == len(set(ids))
    for link in found.links:
        assert 0 <= link.start < link.end <= len(found.text)


def pairs(text: str, path: str = "a.md") -> list[tuple[str, str]]:
    return [(p.question, p.answer) for p in article(text, path).faq]


def sections(text: str, path: str = "a.md") -> list[tuple[str, str]]:
    return [(s.heading, s.text) for s in article(text, path).sections]
