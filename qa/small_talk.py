"""Greetings, thanks and farewells: what readers write that asks nothing.  Pure.

A text is small talk where nothing else is in it: "hi, how long is the warranty" is a question.
Words that could be asked about by themselves ("cheers", "perfect", "salve") only count beside one
that could not.
"""

import re
import unicodedata
from functools import lru_cache

# By language; the phrases of all are tried, for a greeting is too short to tell its language by.
_TALK = {
    "en": """
hi|hiya|hello|hey|heya|howdy|good morning|good afternoon|good evening|good day|good night|
how are you|how are you doing|how do you do|how is it going|how's it going|nice to meet you|
thanks|thank you|thankyou|thx|many thanks|much appreciated|ok|okay|alright|all right|got it|
understood|bye|bye bye|goodbye|see you|see you later|have a nice day|have a good day
""",
    "de": """
hallo|hallöchen|hi|hey|servus|moin|grüß gott|gruess gott|grüezi|guten tag|guten morgen|guten mittag|
guten abend|gute nacht|wie geht's|wie geht es dir|wie geht es ihnen|danke|dankeschön|dankeschoen|
danke schön|danke schoen|danke sehr|vielen dank|vielen lieben dank|herzlichen dank|besten dank|
tausend dank|alles klar|in ordnung|verstanden|tschüss|tschüs|tschuess|auf wiedersehen|bis bald|
schönen tag|schönen tag noch
""",
    "fr": """
bonjour|bonsoir|salut|coucou|bonne journée|bonne soirée|bonne nuit|ça va|comment ça va|
comment allez-vous|comment vas-tu|merci|merci beaucoup|merci bien|mille mercis|un grand merci|
d'accord|au revoir|à bientôt
""",
    "es": """
hola|buenas|buenos días|buenas tardes|buenas noches|qué tal|cómo estás|cómo está|gracias|
muchas gracias|mil gracias|muchísimas gracias|de acuerdo|adiós|hasta luego|hasta pronto
""",
    "it": """
ciao|buongiorno|buon giorno|buonasera|buona sera|buonanotte|buona notte|buona giornata|come va|
come stai|come sta|grazie|grazie mille|mille grazie|molte grazie|tante grazie|va bene|d'accordo|
arrivederci|a presto
""",
    "nl": """
hallo|hoi|hey|goedemorgen|goedemiddag|goedenmiddag|goedenavond|goedendag|goede morgen|hoe gaat het|
dank je|dank je wel|dankjewel|dank u|dank u wel|bedankt|hartelijk dank|hartelijk bedankt|oké|doei|
tot ziens|fijne dag
""",
    "pt": """
olá|oi|bom dia|boa tarde|boa noite|tudo bem|como vai|obrigado|obrigada|muito obrigado|
muito obrigada|valeu|tchau|até logo|adeus
""",
}
# What goes along with these, and is no small talk by itself.
_BESIDE = """
there|all|everyone|everybody|team|folks|guys|again|and|so|very much|so much|a lot|a bunch|you|
please|sir|madam|for your help|for the help|for helping|for your answer|for the answer|for the info|
for everything|cheers|greetings|great|perfect|cool|nice|super|awesome|wonderful|brilliant|
und|zusammen|alle|euch|ihnen|dir|auch|nochmal|nochmals|für die hilfe|für deine hilfe|für ihre hilfe|
für die antwort|für die info|für alles|prima|toll|
et|à tous|à toutes|tout le monde|madame|monsieur|pour votre aide|pour ton aide|pour l'aide|
pour votre réponse|pour tout|parfait|
y|a todos|a todas|por todo|por la ayuda|por tu ayuda|por su ayuda|por la respuesta|vale|perfecto|
e|a tutti|per l'aiuto|per la risposta|per tutto|salve|perfetto|
en|allemaal|voor je hulp|voor uw hulp|voor de hulp|voor alles|
a todos|pela ajuda|por tudo|perfeito
"""
MOST_WORDS = 12

_WORD = re.compile(r"\w+")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")  # "heyyy"


def _folded(text: str) -> str:
    """The words of a text, without accents, in one line."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(_WORD.findall(plain))


def _pattern(*lists: str) -> str:
    phrases = {_folded(phrase) for one in lists for phrase in one.split("|")}
    return "|".join(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


_CORE = _pattern(*_TALK.values())
_ALL = re.compile(rf"(?:(?:{_pattern(*_TALK.values(), _BESIDE)})(?: |$))+")
_ONE = re.compile(rf"(?:.* )?(?:{_CORE})(?: .*)?")


@lru_cache(maxsize=64)
def is_small_talk(text: str) -> bool:
    """Tell whether ``text`` is nothing but a greeting, thanks, a farewell or "ok"."""
    words = _DRAWN_OUT.sub(r"\1", _folded(text))
    if not words or words.count(" ") >= MOST_WORDS:
        return False
    return _ALL.fullmatch(words) is not None and _ONE.fullmatch(words) is not None
