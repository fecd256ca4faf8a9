"""Which language a question is in, told by its function words.  Pure.

A question is too short for what tells the language of an article (``index.languages.detect``), and
loading that takes longer than answering.
"""

from collections.abc import Collection

from index.function_words import KNOWN, function_words
from qa.term_sets import question_terms


def languages_of(question: str) -> frozenset[str]:
    """Return the languages (ISO 639-1) of which a question has the most function words.

    More than one where they have the same ones ("was" is English, German and Dutch); none where the
    question has no function words.
    """
    words = question_terms(question)
    counts = {code: sum(map(function_words(code).__contains__, words)) for code in KNOWN}
    most = max(counts.values())
    return frozenset(code for code, count in counts.items() if count == most and most)


def language_of(question: str, languages: Collection[str]) -> str | None:
    """Return which of a library's ``languages`` (ISO 639-1) a question is in.

    None where that cannot be told, where it is in none of them, and where there are fewer than two.
    """
    if len(languages) < 2:
        return None
    here = languages_of(question).intersection(languages)
    return next(iter(here)) if len(here) == 1 else None
