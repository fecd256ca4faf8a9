"""What kind of thing a question asks for by its words, and whether a sentence states one.  Pure.

"How much is a guest ticket?" is answered by a sentence with a sum of money in it, however close the
others come in meaning.  In English, German, French, Spanish, Italian and Dutch; a question in
another language asks for no kind that is known here.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache


class AskedKind(StrEnum):
    """What can be asked for, in the order in which a question is looked through for it."""

    MONEY = "money"
    DURATION = "duration"
    TIME = "time"
    NUMBER = "number"


_ASKS = {
    AskedKind.MONEY: r"""
        \b(?:prices?|priced|costs?|costing|fees?|charged?|charges|cheap\w*|expensive|tariffs?
        |how\ much\ (?:is|are|does|do|did|for|to|will|would|extra|more|money)
        |kosten|kostet|gekostet|preise?|preislich|gebühr(?:en)?|teuer|günstig\w*|entgelte?
        |prix|coûte\w*|coute\w*|coûts?|tarifs?|chers?|chère|gratuite?s?
        |precios?|cuestan?|costar|tarifas?|caro|cara
        |prezz[oi]|costano?|tariff[ae]|prijs|prijzen|kost)\b
    """,
    AskedKind.DURATION: r"""
        \b(?:how\ (?:long|soon|quick|quickly|fast)|how\ many\ (?:days|weeks|months|years|hours
        |minutes|nights)|wie\ (?:lange|schnell)|wie\ viele\ (?:tage|wochen|monate|jahre|stunden
        |minuten|nächte)|combien\ de\ (?:temps|jours|semaines|mois|ans|heures|minutes|nuits)
        |cuánto\ (?:tiempo|tarda|dura)|cuántos\ (?:días|meses|años)|quanto\ tempo|hoe\ lang)\b
    """,
    AskedKind.TIME: r"""
        \b(?:when|what\ (?:time|day|days|date|hours)|which\ (?:day|days)|opening|opens?|closes?
        |closing|wann|uhrzeit|um\ wie\ viel\ uhr|geöffnet|öffnungszeiten|öffnet|schließt
        |quand|quelle\ heure|quels?\ jours?|horaires?|ouvert\w*|ouvre\w*|ferme\w*
        |cuándo|qué\ hora|horarios?|quando|che\ ora|orari[oa]?|wanneer|hoe\ laat)\b
    """,
    AskedKind.NUMBER: r"""
        \b(?:how\ (?:many|much|big|large|heavy|tall|high|far|old|wide|deep|thick|often)
        |maximum|minimum|limits?|wie\ (?:viele?|groß|schwer|hoch|weit|alt|breit|tief|oft)
        |höchstens|mindestens|combien|nombre|cuánt[oa]s?|número|quant[oiae]|hoeveel|hoe\ vaak)\b
    """,
}
_CURRENCY = r"""
    €|£|\$|¥|EUR|USD|GBP|CHF|euros?|dollars?|pounds?|pence|p|cents?|centimes?|francs?|franken|kr
"""
_WORDED = r"""
    one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty
    |forty|fifty|sixty|hundred|half|ein(?:e[nrm]?)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn
    |zwölf|vierzehn|zwanzig|dreißig|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|douze|quinze
    |vingt|trente|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|due|tre|quattro|cinque|dieci
    |twee|drie|vijf|zes|tien
"""
_STATES = {
    AskedKind.MONEY: rf"""
        (?:€|£|\$|¥)\s?\d | \d[\d.,]*(?:\s(?=\d{{3}}\b)\d{{3}})*\s?(?:{_CURRENCY})(?!\w)
        |\b(?:free|no\ (?:extra\ |additional\ )?(?:charge|cost|fee)|nothing|kostenlos|kostenfrei
        |gratis|umsonst|nichts|gratuit\w*|rien|gratuito|nada|niente|niets)\b
    """,
    AskedKind.DURATION: rf"""
        \b(?:\d+|an?|{_WORDED})[\s-](?:(?:to|or|and|bis|oder|à|ou|a|o)\s\w+\s)?
        (?:working\ |business\ |full\ |more\ |calendar\ |volle\ )?
        (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|nights?|fortnights?
        |sekunden?|minuten?|stunden?|tage?n?|werktage?n?|wochen?|monate?n?|jahre?n?
        |secondes?|heures?|jours?|semaines?|mois|ans?|années?
        |segundos?|minutos?|horas?|días?|semanas?|mes(?:es)?|años?
        |secondi|minuti|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]
        |uur|uren|dagen|weken|maanden|jaar)\b
    """,
    AskedKind.TIME: r"""
        \b(?:\d{1,2}[:.h]\d{2}|\d{1,2}\s?(?:am|pm|a\.m\.|p\.m\.|uhr|heures|h)|noon|midnight
        |mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekdays?|weekends?
        |january|february|march|april|june|july|august|september|october|november|december
        |montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonntags?|täglich
        |januar|februar|märz|mai|juni|juli|oktober|dezember
        |lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?
        |janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre
        |lunes|martes|miércoles|jueves|viernes|sábados?|domingos?
        |lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)\b
    """,
    AskedKind.NUMBER: rf"\d|\b(?:{_WORDED}|unlimited|none|no|as\ many\ as)\b",
}


def _compiled(patterns: Mapping[AskedKind, str]) -> dict[AskedKind, re.Pattern[str]]:
    flags = re.IGNORECASE | re.VERBOSE
    return {kind: re.compile(pattern, flags) for kind, pattern in patterns.items()}


@cache
def _asking() -> dict[AskedKind, re.Pattern[str]]:
    return _compiled(_ASKS)


@cache
def _stating() -> dict[AskedKind, re.Pattern[str]]:
    return _compiled(_STATES)


@lru_cache(maxsize=64)
def asked_kind(question: str) -> AskedKind | None:
    """Return what kind of thing a question asks for; ``None`` where its words do not tell."""
    return next((kind for kind, asks in _asking().items() if asks.search(question)), None)


@lru_cache(maxsize=1 << 12)
def states(kind: AskedKind, text: str) -> bool:
    """Tell whether a text states something of a kind."""
    return _stating()[kind].search(text) is not None
