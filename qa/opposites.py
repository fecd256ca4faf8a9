"""Words of which only one can be right at a time: "import" and "export", "morning" and "evening".

By their forms, or from a list of what stands against what.  Pure.
"""

import functools
import re

# "install" and "uninstall", "import" and "export", "login" and "logout": opposites that differ in
# their beginnings or ends, and share the rest.
_SHARED_CHARS = 3
_OPPOSITE_BEGINNINGS = (
    ("", "un"), ("", "dis"), ("", "de"), ("", "in"), ("", "non"), ("en", "dis"), ("im", "ex"),
    ("in", "ex"), ("in", "de"), ("up", "down"), ("in", "out"), ("pre", "post"), ("on", "off"),
    ("in", "aus"), ("an", "ab"), ("ein", "aus"), ("an", "aus"), ("de", "ré"), ("", "dé"),
)  # fmt: skip
_OPPOSITE_ENDS = (("in", "out"), ("on", "off"), ("in", "off"))
# Of a row, what is parted by a bar excludes one another; what stands side by side does not.
_ROWS = (
    "morning mornings | noon midday | afternoon afternoons | evening evenings | night nights",
    "morgen morgens | mittag mittags | nachmittag nachmittags | abend abends | nacht nachts",
    "matin | midi | après-midi | soir | nuit",
    "mattina mattino | mezzogiorno | pomeriggio | sera | notte",
    "manhã | meio-dia | noite",
    "ochtend | middag | avond | nacht",
    "open opened | closed shut", "offen geöffnet | geschlossen zu", "ouvert ouverte | fermé fermée",
    "abierto abierta | cerrado cerrada", "aperto aperta | chiuso chiusa",
    "aberto aberta | fechado fechada",
    "free | paid charged", "kostenlos gratis | kostenpflichtig", "gratuit gratuite | payant",
    "included inclusive | excluded exclusive extra", "inbegriffen | extra ausgenommen",
    "first | last", "left | right", "links | rechts", "gauche | droite", "izquierda | derecha",
    "spring | summer | autumn fall | winter", "frühling frühjahr | sommer | herbst | winter",
    "increase increased | decrease decreased", "hot | cold", "always | never",
)  # fmt: skip
_EVERYBODY = re.compile(
    r"\b(?:every(?:body|one)|any(?:body|one)|all|the public|jede[rnm]?(?:mann)?|alle[nr]?"
    r"|tout le monde|tous|toutes|todos|todas|todo el mundo|tutti|tutte|toda a gente|iedereen"
    r"|allen)\b",
    re.IGNORECASE,
)


def _against() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in _ROWS:
        sides = [side.split() for side in row.split("|")]
        for side in sides:
            others = [word for other in sides if other is not side for word in other]
            for word in side:
                found.setdefault(word, set()).update(others)
    return {word: frozenset(others) for word, others in found.items()}


_AGAINST = _against()


@functools.lru_cache(maxsize=1 << 15)  # a word stands in many questions
def opposite_forms(word: str) -> frozenset[str]:
    """Return the words that would be opposites by their beginnings or ends, one way."""
    found: set[str] = set()
    for begins, against in _OPPOSITE_BEGINNINGS:
        rest = word[len(begins) :]
        if word.startswith(begins) and len(rest) >= _SHARED_CHARS:
            found.add(against + rest)
    for ends, against in _OPPOSITE_ENDS:
        rest = word[: len(word) - len(ends)]
        if word.endswith(ends) and len(rest) >= _SHARED_CHARS:
            found.add(rest + against)
    return frozenset(found)


def opposed(one: str, other: str) -> bool:
    """Tell whether two words, case folded, exclude one another in the same place of a sentence.

    >>> opposed("unlocked", "locked"), opposed("morning", "evening"), opposed("tea", "coffee")
    (True, True, False)
    """
    return (
        other in _AGAINST.get(one, ())
        or other in opposite_forms(one)
        or one in opposite_forms(other)
    )


def names_everybody(text: str) -> bool:
    """Tell whether a text speaks of everybody: what goes for them goes for no group alone."""
    return _EVERYBODY.search(text) is not None
