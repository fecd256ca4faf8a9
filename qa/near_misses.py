"""Signs that a passage is about the question's subject and still does not answer it.  Pure.

A question may share all its words with a passage and ask for something that is not there: another
year, somebody whom the article never mentions, the opposite.  An embedding hardly moves for these.
"""

import re
from collections.abc import Collection
from functools import lru_cache

from index.languages import base_code
from index.words import terms
from qa.function_words import is_function_word

# A number, with the letters that it may be written with ("mp3", "1990s", "10kg").
_NUMBER = re.compile(r"[^\W\d_]*(\d[\d.,:]*\d|\d)[^\W_]*")
# A capitalised word behind another word: not the beginning of a sentence, nor "I'm".
_NAME = re.compile(r"(?<=[\w,;)'\"’”] )(?!I['’])[A-Z][\w'’-]+")
_NEGATION = re.compile(
    r"\b(not|never|no|none|nor|neither|without|except|unless|cannot"
    r"|nicht|kein\w*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|sin|ning[uú]n\w*)\b|n['’]t\b",
    re.IGNORECASE,
)


def missing_numbers(question: str, known: Collection[str]) -> int:
    """Return how many numbers of the question are not among the terms of an article.

    A number with letters on it is there where either is: "10kg" with "10 kg", "1990s" with itself.
    """
    return sum(
        not (_is_there(written, known) or _is_there(number, known))
        for written, number in _numbers(question)
    )


# A question is held against one hit after another.
@lru_cache(maxsize=64)
def _numbers(question: str) -> tuple[tuple[str, str], ...]:
    """Return the numbers of a question, as they are written and without letters, each once."""
    return tuple({match[0]: match[1] for match in _NUMBER.finditer(question)}.items())


def _is_there(number: str, known: Collection[str]) -> bool:
    """Tell whether a number is there as a whole: the 1 of "1.5" is another one."""
    own = terms(number)
    whole = [term for term in own if _digits(term) == _digits(number)]
    # "10:30" is two terms, and in no article one.
    return any(term in known for term in whole) if whole else all(term in known for term in own)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def missing_names(question: str, known: Collection[str], *, language: str | None = None) -> int:
    """Return how many names of the question (capitals in mid-sentence) an article never has.

    None in a question where every word has a capital, as a title has, and for an article in German
    (``language``, BCP 47): every noun has one there.
    """
    if base_code(language) == "de":
        return 0
    return sum(not any(term in known for term in own) for own in _names(question))


@lru_cache(maxsize=64)
def _names(question: str) -> tuple[tuple[str, ...], ...]:
    """Return the terms of each name of a question."""
    words = re.findall(r"[^\W\d_]{2,}", question)
    if all(word[0].isupper() for word in words):
        return ()
    names = map(terms, dict.fromkeys(_NAME.findall(question)))
    return tuple(tuple(own) for own in names if own and not is_function_word(own[0]))


def negates(text: str) -> bool:
    """Tell whether there is a negation in a text."""
    return _NEGATION.search(text) is not None


# A question that is negated where a passage is not asks for something else.
@lru_cache(maxsize=64)
def is_negated(question: str) -> bool:
    """Tell whether a question is negated: ``negates``, remembered."""
    return negates(question)
