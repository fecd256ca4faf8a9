"""What a sentence obliges to, allows or forbids: "must", "need not", "may", "may not".  Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Duty(StrEnum):
    """What somebody has to do, or not."""

    MUST = "must"
    NEED_NOT = "need not"
    MAY = "may"
    MAY_NOT = "may not"


# The forms of each language, of those with a "not" first: "must not" is no "must".
_NOT = r"(?:\s+not|n['’]?t)"
_FORMS = {
    Duty.MAY_NOT: (
        rf"(?:must|may|can|could){_NOT}|cannot|(?:not|(?:is|are|was|were)n['’]?t)\s+"
        r"(?:be\s+)?(?:allowed|permitted)"
        r"|forbidden|prohibited|banned"
        r"|d[üa]rf(?:en|st|t)?(?:\s+\w+){0,3}?\s+(?:nicht|kein\w*)|(?:nicht|kein\w*)\s+(?:erlaubt"
        r"|gestattet|zulässig)|verboten|untersagt"
        r"|ne\s+(?:peu\w+|doi\w+|devez|pouvez)\s+pas|interdite?s?"
        r"|no\s+(?:puede\w*|debe\w*|se\s+(?:puede\w*|permite\w*))|prohibid[oa]s?"
        r"|non\s+(?:può|possono|puoi|deve|devono|si\s+può)|viet[ai]t?[oaie]"
        r"|não\s+(?:pode\w*|deve\w*)|proibid[oa]s?"
        r"|(?:mag|mogen)(?:\s+\w+){0,3}?\s+(?:niet|geen)|verboden|niet\s+toegestaan"
    ),
    Duty.NEED_NOT: (
        rf"need{_NOT}|(?:do|does|did){_NOT}\s+(?:have|need)(?:\s+to)?|no\s+need"
        r"|(?:not|(?:is|are|was|were)n['’]?t)\s+(?:required|necessary|needed|obligatory|mandatory|compulsory|obliged)"
        r"|optional|voluntary"
        r"|(?:muss|müssen|musst|müsst|brauch\w*)(?:\s+\w+){0,3}?\s+(?:nicht|kein\w*)"
        r"|nicht\s+(?:nötig|notwendig|erforderlich|verpflichtend)|freiwillig"
        r"|n['’]est\s+pas\s+(?:nécessaire|obligatoire)|pas\s+besoin|facultati(?:f|ve)s?"
        r"|no\s+(?:es\s+(?:necesario|obligatorio)|hace\s+falta|tiene\w*\s+que)|opcional(?:es)?"
        r"|voluntari[oa]s?"
        r"|non\s+(?:è\s+(?:necessari[oa]|obbligatori[oa])|serve|occorre)|facoltativ[oaie]"
        r"|não\s+(?:é\s+(?:necessári[oa]|obrigatóri[oa])|precisa\w*)|facultativ[oa]s?"
        r"|(?:hoef|hoeft|hoeven)(?:\s+\w+){0,3}?\s+(?:niet|geen)|niet\s+(?:nodig|verplicht)"
        r"|vrijwillig"
    ),
    Duty.MUST: (
        r"must|ha(?:ve|s)\s+to|needs?\s+to|(?:is|are)\s+required|obligatory|mandatory|compulsory"
        r"|obliged"
        r"|muss|müssen|musst|müsst|verpflichtend|vorgeschrieben"
        r"|doit|doivent|devez|obligatoires?|deben?|tienen?\s+que|obligatori[oa]s?"
        r"|deve|devono|obbligatori[oaie]|devem|obrigatóri[oa]s?|moet|moeten|verplicht"
    ),
    Duty.MAY: (
        r"may|can|allowed|permitted|darf|dürfen|dürft|darfst|kann|können|könnt|erlaubt|gestattet"
        r"|peu(?:t|vent)|pouvez|permise?s?|pueden?|permitid[oa]s?|può|possono|permess[oaie]"
        r"|podem?|mag|mogen|toegestaan"
    ),
}  # fmt: skip
_DUTY = re.compile(
    r"\b(?:" + "|".join(f"(?P<{duty.name}>{form})" for duty, form in _FORMS.items()) + r")\b",
    re.IGNORECASE,
)
# Who may do something need not: these say no more than each other's contrary.
_AGREEING = frozenset({frozenset({Duty.MAY, Duty.NEED_NOT})})


@dataclass(frozen=True, slots=True)
class Obligation:
    """A form of one at ``text[start:end]``."""

    start: int
    end: int
    duty: Duty


def obligations(text: str) -> Iterator[Obligation]:
    """Yield what ``text`` obliges to, allows or forbids, in order.

    >>> [one.duty.value for one in obligations("You must pay, but need not wait. Dogs may come.")]
    ['must', 'need not', 'may']
    """
    for match in _DUTY.finditer(text):
        yield Obligation(*match.span(), Duty[str(match.lastgroup)])


def exclude(one: Duty, other: Duty) -> bool:
    """Tell whether both cannot hold of the same matter."""
    return one is not other and frozenset({one, other}) not in _AGREEING
