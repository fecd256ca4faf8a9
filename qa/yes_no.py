"""Yes/no questions and the words that answer them, in several languages.  Pure.

The words of all languages are tried on every text: questions are short, their language is often
not known, and a word that means something else in another language does no harm, because only a
yes/no question *with* an answer that begins with yes or no counts (see ``excerpt.direct_answer``).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

# What a yes/no question begins with.
_QUESTION_OPENERS = {
    "en": (
        "is are am was were isn't aren't wasn't weren't do does did don't doesn't didn't can could "
        "can't couldn't cannot will would won't wouldn't shall should shouldn't may might must "
        "mustn't has have had hasn't haven't hadn't"
    ),
    "de": (
        "ist sind bin bist war waren wird werden werde wurde wurden wäre kann kannst könnt können "
        "könnte könnten darf darfst dürfen soll sollte sollen sollten muss musst müssen müsste hat "
        "habe haben hast hatte gibt gibt's lässt lassen braucht brauche brauchen geht gehen "
        "funktioniert funktionieren existiert existieren kostet"
    ),
    "fr": "est est-ce c'est y-a-t-il",
    "es": (
        "es son soy está están era fue será hay puedo puede pueden puedes podemos podría podrían "
        "tengo tiene tienen tenemos debo debe deben debería necesito necesita existe existen ha he "
        "han se"
    ),
    "it": (
        "è sono sei posso può possono puoi possiamo potete potrei si ho ha hanno devo deve devono "
        "dobbiamo bisogna esiste esistono sarà serve occorre c'è ci"
    ),
    "pt": (
        "é são está estão posso pode podem podemos poderia há existe existem tem têm tenho temos "
        "devo deve devem preciso precisa será foi vai vou"
    ),
    "nl": (
        "is zijn ben bent was waren kan kun kunt kunnen mag mogen moet moeten zal zullen zou "
        "zouden heb hebt heeft hebben wordt worden word bestaat bestaan werkt krijg krijgt"
    ),
}
# French also asks by putting the subject behind the verb: "Peut-on …?", "La livraison est-elle …?"
_INVERTED = re.compile(
    r"(?:(?:les?|la|une?|ces?|cette|mon|ma|mes|notre|nos|votre|vos)\s[^,;:.]*?|l'[^,;:.]*?)?"
    r"(?:y\s|n'y\s)?\b[a-zà-ÿ']+-(?:t-)?(?:je|tu|ils?|elles?|on|nous|vous)\b"
)

# What an answer to one begins with.
_ANSWER_OPENERS = {
    "en": [
        "yes", "no", "yep", "yeah", "nope", "not necessarily", "not really", "not always",
        "not yet", "not quite", "not exactly", "not at all", "not directly", "unfortunately not",
        "it depends", "that depends", "depends", "of course", "absolutely", "certainly",
        "definitely",
    ],
    "de": [
        "ja", "nein", "jein", "doch", "nicht unbedingt", "nicht zwingend", "noch nicht",
        "leider nein", "leider nicht", "es kommt darauf an", "das kommt darauf an",
        "es hängt davon ab", "das hängt davon ab", "selbstverständlich", "natürlich",
    ],
    "fr": [
        "oui", "non", "pas nécessairement", "pas forcément", "pas encore", "malheureusement non",
        "ça dépend", "cela dépend", "tout dépend", "bien sûr", "absolument", "tout à fait",
    ],
    # "Si" without its accent is the "if" of three languages: only before a comma or a full stop.
    "es": [
        "sí", "si(?=[,.!;])", "no", "no necesariamente", "todavía no", "lamentablemente no",
        "depende", "por supuesto", "claro", "desde luego",
    ],
    "it": [
        "sì", "no", "non necessariamente", "non ancora", "purtroppo no", "dipende", "certo",
        "certamente", "assolutamente",
    ],
    "pt": [
        "sim", "não", "não necessariamente", "ainda não", "infelizmente não", "depende", "claro",
        "com certeza",
    ],
    "nl": [
        "ja", "nee", "neen", "jawel", "niet noodzakelijk", "niet per se", "nog niet",
        "helaas niet", "dat hangt ervan af", "het hangt ervan af", "zeker", "natuurlijk",
        "uiteraard",
    ],
}  # fmt: skip


def _any_of(words: Iterable[str]) -> str:
    every = {unicodedata.normalize("NFC", word) for word in words}
    # The longest first: "no necesariamente" is more than "no".  No part of a word is one: neither
    # "is" of "isn't" nor "non" of "non-members".
    return f"(?:{'|'.join(sorted(every, key=lambda word: (-len(word), word)))})(?![\\w'-])"


_YES_OR_NO = _any_of(chain.from_iterable(_ANSWER_OPENERS.values()))
_QUESTION = re.compile(_any_of(" ".join(_QUESTION_OPENERS.values()).split()))
_ANSWER = re.compile(_YES_OR_NO)
_ONLY_ANSWER = re.compile(rf"(?:{_YES_OR_NO}[\W_]*)+")


def asks_yes_or_no(question: str) -> bool:
    """Tell whether a question begins as those do that ask for a yes or a no.

    >>> asks_yes_or_no("Can I freeze tea?"), asks_yes_or_no("Peut-on congeler le thé ?")
    (True, True)
    >>> asks_yes_or_no("How can I freeze tea?")
    False
    """
    plain = _plain(question)
    return bool(_QUESTION.match(plain) or _INVERTED.match(plain))


def says_yes_or_no(answer: str) -> bool:
    """Tell whether an answer begins with a yes, a no, or a word for neither ("It depends")."""
    return _ANSWER.match(_plain(answer)) is not None


def says_only_yes_or_no(sentence: str) -> bool:
    """Tell whether a sentence is such words and no more: ``Yes, of course.``"""
    return _ONLY_ANSWER.fullmatch(_plain(sentence)) is not None


@lru_cache(maxsize=1 << 12)  # the same answers are looked at for one question after another
def _plain(text: str) -> str:
    """Return the text in small letters, with straight apostrophes, from its first letter on."""
    small = unicodedata.normalize("NFC", text.casefold()).replace("’", "'")
    return re.sub(r"\A[\W_]+", "", small)
