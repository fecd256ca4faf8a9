"""Which language a question is in, told by its function words.  Pure.

A question is too short for what tells the language of an article (``index.languages.detect``), and
loading that takes longer than answering.
"""

import re
from collections.abc import Collection

from index.function_words import KNOWN, function_words
from index.words import fold
from qa.term_sets import question_terms

# Words that ask and point, of languages that a reader may well ask in.  Fewer than
# ``function_words`` has, but those lists leave out many that ask ("combien"), and to load them
# takes as long as a whole question on the command line.
_TELLING = {
    "en": """
a am an and are at by can could do does for from had has have how i in is it long many me much my
not of on or should that the there this to was we what when where which who why will with would you
your
""",
    "de": """
am auf aus bei das dem den der des die ein eine einem einen einer er es für gibt haben hat ich ihr
im in ist kann kannst kosten kostet man mein meine meinen mit muss nach nicht oder sie sind soll und
viel vom von wann warum was welche welcher welches wenn wer wie wieviel wir wird wo woher wohin zu
zum zur über
""",
    "fr": """
a au aux avec ce ces cette combien comment coûte coûtent d dans de des du elle en est et il ils j je
l la le les ma me mes mon ne nous on ou où par pas peut peux pour pourquoi puis qu quand que quel
quelle quelles quels qui quoi sa ses son sont sur un une vos votre vous y
""",
    "es": """
a al como con cuál cuáles cuándo cuánta cuánto cuántos cuesta cuestan de del dónde el en es está
están ha hay la las lo los me mi mis no para pero por porque puede puedo que quién se si son su sus
tengo tiene un una y
""",
    "it": """
a al alla che chi come con cosa costa costano da dal dei del della delle di dove e ed gli ha ho i il
in l la le lo mi mia mio nel nella non o per perché posso può quale quali quando quanta quanti
quanto se si sono sul un una
""",
    "nl": """
aan als bij dat de die dit een en er heb hebben heeft het hoe hoeveel hun ik in is je jullie kan
kost kosten kunnen mag met mijn moet naar niet of om onze op over te tot u uit van voor waar waarom
wanneer wat we welke wie worden wordt zijn
""",
    "pt": """
a ao aos as com como custa custam da das de do dos e em eu há meu meus minha na nas no nos não o
onde os ou para pelo por porque posso quais qual quando quanta quanto quantos que quem se sem sua
são tem tenho um uma você vocês
""",
}
_TOLD_BY = {code: frozenset(fold(words).split()) for code, words in _TELLING.items()}
# So many more than of any language of the library, for the question to be surely in none of them.
_SURE_BY = 2
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sv": "Swedish", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


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


def is_in_another_language(question: str, languages: Collection[str]) -> bool:
    """Tell whether ``question`` is surely in none of a library's ``languages`` (ISO 639-1).

    False where that is not sure: of a few words, names, or a language that is not told here.
    """
    words = set(re.findall(r"\w+", fold(question)))
    counts = {code: len(words & own) for code, own in _TOLD_BY.items()}
    own = max((counts.get(code, 0) for code in languages), default=0)
    return bool(languages) and max(counts.values()) >= own + _SURE_BY


def language_names(languages: Collection[str]) -> tuple[str, ...]:
    """Return the English names of ``languages`` (ISO 639-1), by the alphabet; none where one has
    no name here."""
    if not all(code in _NAMES for code in languages):
        return ()
    return tuple(sorted(_NAMES[code] for code in languages))
