"""Words that ask and point, and say nothing of what is asked about.  Pure."""

import re
from collections.abc import Collection

# By language; some words are of several.
_TEXTS = {
    "en": """
a about am an and any are as at be been but by can could did do does for from had has have he
her here him his how i if in into is it its just me my no not of ok okay on or our please she
should so some tell that the their them then there these they this those to us was we were what
when where which who whom whose why will with would yes you your
""",
    "de": """
aber das der die du er es ich ihr in ist ja kann man mir nein sie sind und was wann warum wer
wie wir wo zu
""",
    "fr": """
ce comment de elle est et il je la le les nous on où ou pourquoi qu quand que quel quelle qui
quoi tu un une vous
""",
    "es": """
como con cómo cuando cuándo donde dónde el ella en es eso esto lo los por porque que qué quien
quién se si un una y yo
""",
}
_BY_LANGUAGE = {language: frozenset(text.split()) for language, text in _TEXTS.items()}
_FUNCTION_WORDS = frozenset().union(*_BY_LANGUAGE.values())


def asks_in_another_language(words: Collection[str]) -> bool:
    """Tell whether more of a question's words, case folded, ask and point in another language than
    in English.

    False where there are none that do: short questions often have none.
    """
    counts = {language: sum(map(own.__contains__, words)) for language, own in _BY_LANGUAGE.items()}
    return max(counts.values()) > counts["en"]


def is_vague(question: str) -> bool:
    """Tell whether no word of ``question`` means anything by itself ("what is it?", "???")."""
    # A letter by itself is what an apostrophe leaves ("c'est", "what's"), or no more than a letter.
    words = re.findall(r"\w+", question.casefold())
    return all(is_function_word(word) for word in words)


def is_function_word(word: str) -> bool:
    """Tell whether a word, case folded, asks or points and means nothing by itself."""
    return word in _FUNCTION_WORDS or (len(word) == 1 and "a" <= word <= "z")
