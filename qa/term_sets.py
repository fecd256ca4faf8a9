"""The terms of texts that are compared with one question after another, kept.  Pure."""

from collections.abc import Collection, Iterable
from functools import lru_cache

from index.words import stems, terms
from qa.function_words import is_function_word


@lru_cache(maxsize=1 << 14)
def term_set(text: str) -> frozenset[str]:
    """Return the terms of a passage or sentence, see ``index.words``."""
    return frozenset(terms(text))


@lru_cache(maxsize=1 << 14)
def stem_set(text: str, language: str | None) -> frozenset[str]:
    """Return the stems of a passage or sentence in its language (BCP 47), see ``index.words``."""
    return frozenset(stems(text, [language]))


@lru_cache(maxsize=64)
def question_terms(question: str) -> tuple[str, ...]:
    """Return the terms of a question, in its order, each as often as it has it."""
    return tuple(terms(question))


@lru_cache(maxsize=64)
def telling_terms(question: str) -> tuple[str, ...]:
    """Return the terms of a question that are no function words, in its order, each once."""
    asked = dict.fromkeys(question_terms(question))
    return tuple(term for term in asked if not is_function_word(term))


def shares(
    weights: Collection[tuple[str, float]], had: Iterable[frozenset[str]], total: float
) -> list[float]:
    """Return, per set of words, the share of ``weights`` that it has; 0 where ``total`` is 0.

    ``weights`` are words with what each counts, ``total`` the sum of these.
    """
    return [
        sum([weight for word, weight in weights if word in own]) / (total or 1.0) for own in had
    ]
