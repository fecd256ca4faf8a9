"""Which languages could have written a word, by the letters that it has and where they stand.

For a file whose encoding nothing declares: the same bytes are "Muñoz" in Windows-1252 and "Muńoz"
in Windows-1250, and a detector that counts letters cannot tell them apart in a line or two.  A
language can: none of the West writes "pøíèina" or "mia³", and Polish has no "crčme".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Each pattern is a whole word in small letters.  Where a language has a letter in few places only,
# they are said: an accent ends an Italian word, so Czech "tìlo" and "kùò" are not Italian.
_WESTERN = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:[a-zäöüßéà]|(?<=.)è(?![aeiou]))+",  # German, with its loans from French
        r"(?:[a-zâçéêëîïôœûüÿ]|æ(?![aeiou])|(?<=.)è(?=[bcdfghj-np-tv-z])|à$|(?<=^o)ù$)+",  # French
        r"[a-záéíóúüñ]+",  # Spanish; Irish has fewer
        r"(?:[a-záâàçéêíóôúü]|ã(?=[eios]|$)|õ(?=[eis]))+",  # Portuguese
        r"[a-z]*(?:[a-z]|[àèéìòóù]$)",  # Italian
        r"(?:[a-záéíóúàçïü]|(?:(?<=.)|(?=.[bdmprx]))[èò](?![aeiou]))+",  # Catalan
        r"[a-zåäöéàüšž]+",  # Swedish and Finnish
        r"(?:[a-zøåéôóü]|æ(?![aiouyåø])|(?<=.)[èò])+",  # Danish and Norwegian
        r"(?:[a-záðéíóúýþöø]|æ(?![ao]))+",  # Icelandic and Faroese
        r"(?:[a-zéëïöüáóê]|(?<=.)è(?![aeiou]))+",  # Dutch
        r"[bcdfghjklmnprstv]*õ?[a-zäöüšž]*",  # Estonian: õ in the first syllable
    )
)
_CENTRAL = tuple(
    re.compile(pattern)
    for pattern in (
        "[a-ząćęłńóśźż]+",  # Polish
        "[a-záčďéěíňóřšťúůýž]+",  # Czech
        "[a-záäčďéíĺľňóôŕšťúýž]+",  # Slovak
        "[a-záéíóöőúüű]+",  # Hungarian
        "[a-zăâîşţ]+",  # Romanian
        "[a-zčćđšž]+",  # Croatian and Slovene
    )
)
_TOKEN = re.compile(rb"[A-Za-z\x80-\xff]+")
# What may touch a word in any language.
_MARKS = re.compile(
    "[«»·°©®§´\u00a0\u00ad\u2013\u2014\u2018-\u201e\u2020-\u2026\u2030\u2039\u203a\u20ac\u2122]+"
)
# Units and numbers with a sign of their own: m², cm³, nº, Mª, µm.
_UNIT = re.compile("[ckdm]?m[²³]|[nm]ºs?|[a-z][ªº]|µ[a-z]{1,2}|[¼½¾¹²³ªº]+[a-z]{0,2}")
# Spanish; a Polish word that begins with ż begins with the same byte.
_QUESTION = re.compile("¿[^¿?.!\n]*[?]|¡[^¡!?.\n]*!")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What distinct words with letters beyond ASCII say.

    There are ``words`` of them, of which ``differing`` are another word in the other codec.
    ``western`` are those that the one Western language that writes the most of them writes, read as
    Windows-1252; ``nowhere`` those that no Western language writes; ``central`` those that the one
    Central European language that writes the most of them writes, read as the other codec.
    """

    words: int
    differing: int
    western: int
    nowhere: int
    central: int

    @property
    def is_central(self) -> bool:
        """Whether they clearly speak for the other codec.

        A word that no Western language writes is asked for, in a longer text one in six of those
        that differ: English with names from many countries has words for any one language.
        """
        return (
            self.nowhere * 6 >= max(self.differing, 1)
            and self.central > self.western
            and self.central - self.western + self.nowhere >= 2
        )

    @property
    def is_western(self) -> bool:
        """Whether two thirds of them or more are words of the West, as no other script's are."""
        return self.nowhere * 3 <= self.words


def evidence(data: bytes, codec: str) -> Evidence:
    """Weigh ``data`` read as Windows-1252 against it read as ``codec``, a single-byte one.

    Both readings must be possible: UnicodeDecodeError where one is not.
    """
    western = _QUESTION.sub(lambda match: " " + match[0][1:-1] + " ", data.decode("cp1252"))
    pairs = {
        (one, token.decode(codec).lower())
        for token in _TOKEN.findall(western.encode("cp1252"))
        if not token.isascii() and _is_word(one := token.decode("cp1252").lower())
    }
    western_words = [[_writes(p, one) for p in _WESTERN] for one, _ in pairs]
    central_words = [[_writes(p, other) for p in _CENTRAL] for _, other in pairs]
    return Evidence(
        words=len(pairs),
        differing=sum(one != other for one, other in pairs),
        western=_most(western_words),
        nowhere=sum(not any(written) for written in western_words),
        central=_most(central_words),
    )


def _is_word(token: str) -> bool:
    """Whether letters or signs beyond ASCII are left between a token's quotes and dashes."""
    return any(
        not piece.isascii() and any(char.isalpha() for char in piece) and not _UNIT.fullmatch(piece)
        for piece in _MARKS.split(token)
    )


def _writes(language: re.Pattern[str], token: str) -> bool:
    return all(not piece or language.fullmatch(piece) for piece in _MARKS.split(token))


def _most(words: Sequence[Sequence[bool]]) -> int:
    return max(map(sum, zip(*words, strict=True)), default=0)
