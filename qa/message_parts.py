"""The separate questions of one message: "how much is it and do you deliver to Spain?".  Pure.

Rules on the words alone, timid ones: a message is cut only where a whole question ends and another
one surely begins, by its question mark and by how questions begin in its language ("and do you",
"et combien", "und wann").  What leads up to a question belongs to it ("I ordered last week. Where
is my parcel?"), and so does what only asks once more ("Is that possible?", "What should I do?").
Whether the parts are worth an answer each, their answers tell: see ``qa.several``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.passages import sentences
from qa.conversation import leans
from qa.small_talk import is_small_talk

MOST_PARTS = 3
# A longer message is a letter: what its questions mean its story tells, and each is asked with it.
MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message: ``text == message[start:end]``.

    ``sure``: a question mark, or a word such as "and", parts it from the one before; after a comma
    alone, the second often asks the first once more.
    """

    text: str
    start: int
    end: int
    sure: bool = True


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_AUX = _any(
    "do does did can could may might must shall should will would has is are was were am"
    " isn't aren't don't doesn't didn't can't won't couldn't wouldn't shouldn't"
)
_SUBJECT = _any(
    "i you u we they he she it there this that these those the a an my your our his her their"
    " its any some anyone anybody someone somebody everyone all each every one no"
)
_PREDICATES = _any(
    "free allowed included available possible permitted provided required necessary needed extra"
    " refundable welcome accepted accessible covered open closed"
)
_PERSON = _any("i you u we they he she it there")
_I_OR_YOU = _any("i you u we they")
_MUCH = _any("much many long far often early late old big soon")
# How a question begins behind "and": a verb before its subject, or a question word with its verb.
# "when", "where", "what" and "which" begin clauses that ask nothing ("and when I try it").
_ENGLISH = rf"""
{_AUX}\ {_SUBJECT}\b | (?:have|haven't)\ {_I_OR_YOU}\b
| (?:is|are)\ [\w'-]+(?:\ [\w'-]+)?\ {_PREDICATES}\b
| does\ \w+\ \w+
| (?:when|where)(?:'s|\ {_AUX})\b
| (?:what|which|whose|who|how|why)(?:'s|\ {_AUX})\b
| (?:what|which|whose|how|why)(?:\ (?!i\b|you\b|we\b|they\b|it\b|to\b)[\w'-]+){{1,4}}?
  (?:'s|\ {_AUX})\b
| what\ (?:happens|time)\b | how\ {_MUCH}\b | who\ (?:pays|do)\b
"""
_GERMAN = r"""
(?:kann|darf|muss|soll|sollte|könnte|habe|bekomme|brauche|werde|bin|zahle|finde|kriege)\ ich\b
| (?:kann|darf|muss|braucht|bekommt|zahlt|sollte)\ man\b | gibt\ es\b | gibt's\b
| (?!heute|bitte|gerne|dann)\w{2,}(?:en|t|ind)\ (?:sie|ihr|wir)\b
| (?:ist|sind|hat|haben|kostet|kosten|gilt|gelten|geht)
  \ (?:das|der|die|es|mein\w*|ein\w*|euer|eure)\b
| (?:wie|wieviel|was|wann|wo|woher|wohin|womit|wofür|warum|wieso|weshalb|we[rnm]|welche[rsnm]?)\b
"""
_FRENCH = r"""
est-ce\ qu | qu'est-ce | combien\b | où\b | comment\b | pourquoi\b
| (?:(?:à|de|dans|pour|en|par|avec|sur)\ )?quel(?:le)?s?\b
| (?:y\ a|[\w'’]+)-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles)\b
| quand\ (?:est-ce|[\w']+-)
"""
_SPANISH = r"""
(?:(?:a|de|en|para|con|por)\ )?(?:cuánt[oa]s?|dónde|cómo|cuándo|qué|cuál(?:es)?|quién)\b
| se\ puede\b | puedo\b | hay\b | tienen\b
"""
_BEHIND_AND = {
    "and": _ENGLISH,
    "also": _ENGLISH,
    "plus": _ENGLISH,
    "und": _GERMAN,
    "et": _FRENCH,
    "y": _SPANISH,
    "&": f"{_ENGLISH}|{_GERMAN}|{_FRENCH}",
}
# The same behind a comma, where question words mostly begin a clause.
_BEHIND_COMMA = rf"""{_AUX}\ {_PERSON}\b | (?:is|are)\ (?:the|your|my)\b
    | (?:what|where|when|how|why|which)(?:\ [\w'-]+){{0,3}}?(?:'s)?\ {_AUX}\ (?:{_PERSON}|the|my)\b
    | (?:kann|darf|muss|soll|bekomme|brauche)\ ich\b | gibt\ es\b
    | (?!heute|bitte)\w{{2,}}(?:en|t)\ (?:sie|ihr)\b
    | est-ce\ qu | combien\b | [\w'’]+-(?:t-)?(?:je|il|elle|on|nous|vous|ils|elles)\b"""
# What comes before a cut must ask, too: by its first words, or those behind a comma in it.
_ASKS = (
    rf"(?:^|[,;:.!–-]\ )(?:(?:and|und|et|so|ok|also|please|bitte)\ )*[¿¡]?"
    rf"(?:{_ENGLISH}|{_GERMAN}|{_FRENCH}|{_SPANISH}|who\ \w+s\b|(?:how|where|what)\ to\b"
    r")|^(?:kann|können|darf|dürfen|muss|müssen|gibt|ist|sind|hat|haben)\ \w"
)
# "can you tell me where it is": behind these, a clause with a question word asks.
_CLAUSE = (
    r"(?:how|where|when|what|why|which|who|whether|if) "
    r"(?:(?:to|i|you|we|it|the|my|your)\b|(?:\w+ ){1,2}?(?:i|you|we|it)\b)"
)
_ASKING_FOR = re.compile(
    rf"\b(?:tell me|know|wonder(?:ing)?|explain|find out|show me) {_CLAUSE}", re.I
)
_ASKED_FOR = re.compile(_CLAUSE, re.I)
_CUT = re.compile(
    r"(?:\s*[,;]\s*|\s+)(?P<word>and|also|plus|&|und|et|y)\s+"
    r"(?:(?:also|then|if so|auch|aussi),?\s+)?"
    r"|\s*[,;]\s+|\s+[–-]\s+",
    re.I,
)
# Asks once more, or for help: no question of its own.
_ONCE_MORE = r"""(?:so|and|or|und|et|also|but|please)?[ ,]*(?:
    (?:can|could|would|will)\ (?:you|u|anyone|anybody|someone|somebody)\ (?:please\ )?
        (?:help|assist|advise|check|confirm|clarify|look|fix|sort|explain|tell\ me|let\ me\ know)
        (?!.*\b(?:how|what|where|when|which)\b).{0,40}
    | any(?:one|body)?\ (?:ideas?|help|advice|suggestions?|thoughts?|tips?)\b.*
    | what\ (?:should|can|could|do|must|shall|would|am)\ (?:i|we|you)\b
        \ (?:do|recommend|suggest|advise|supposed\ to\ do)
        (?:\ (?:now|next|then|here|about\ (?:it|this|that)|in\ th(?:is|at)\ case))?
    | what\ (?:now|next|then|else|gives|(?:is|has)\ (?:this|that|going\ on|wrong|happening))\b.*
    | what's\ (?:this|that|going\ on|wrong|(?:been\ )?happening|up)\b.*
    | (?:is|was)\ (?:something|anything|it)\ (?:wrong|broken?|down)\b.*
    | why(?:\ (?:not|is\ (?:that|this|it)(?:\ so)?|so|has\ this\ happened|did\ this\ happen))?
    | how(?:\ (?:so|come|(?:do|can)\ i\ (?:do|go\ about|fix|solve)\ (?:that|this|it)))?
    | (?:is|was|are)\ (?:that|this|it|they)\ (?:\w+\ )?(?:ok|okay|right|correct|true|possible
        |normal|allowed|so|fine|legal|safe|a\ problem|the\ case|real|serious)
        (?:\ (?:then|too|now|at\ all))?
    | is\ there\ (?:something|anything|any(?:\ other)?\ way|a\ way|any\ chance)
        (?:\ (?:i|you|we)\ can\ do)?(?:\ about\ (?:it|this|that))?
    | is\ (?:there\ )?any(?:one|body)\ (?:there|here)
    | (?:do|does)\ (?:this|that|it)\ (?:make\ sense|matter|work|help).*
    | do\ you\ (?:know|understand|think|see\ (?:it|that|this|what))(?:\ \w+){0,2}
    | (?:am\ i|are\ you)\ (?:right|correct|sure|serious|there|kidding)\b.*
    | (?:or|like|maybe|perhaps|possibly|especially|i\ mean|for\ example|in\ other\ words)\b.*
    | whether\b.*\bor\ not\b.*
    | which\ (?:one|of|is\ (?:better|cheaper|best|right|the))\b.*
    | (?:right|correct|really|true|yes|no|or\ not|ok|okay|seriously|please|hello|or\ what|huh|eh)
    | (?:do|don't|does|doesn't|is|isn't|are|aren't|can|can't|will|won't|have|haven't)
        \ (?:you|i|it|they|we)
    | (?:kann|können|könnt|könnten)\ (?:mir|sie|ihr|uns)\b.{0,12}\b(?:helfen|weiterhelfen|sagen).*
    | was\ (?:soll|kann|muss|mache)\ ich(?:\ (?:da|dann|jetzt|nun))?(?:\ (?:tun|machen))?
    | was\ (?:nun|jetzt|tun)\b.*
    | (?:warum|wieso|weshalb)(?:\ (?:nicht|ist\ das\ so))? | wie\ (?:geht|mache\ ich)\ das.*
    | (?:geht|stimmt|klappt)\ das\b.* | ist\ das\ (?:möglich|richtig|ok|okay|erlaubt|normal)\b.*
    | (?:pouvez-vous|pourriez-vous|peux-tu)\b.{0,12}\baider.* | que\ (?:faire|dois-je\ faire).*
    | pourquoi(?:\ pas)? | (?:est-ce|c'est)\ (?:que\ c'est\ )?(?:possible|normal|vrai|permis)\b.*
    | ¿?(?:puede[ns]?|podría[ns]?)\ ayudarme.* | ¿?por\ qué(?:\ no)? | ¿?es\ posible
    )\W*"""
# "somebody who lives abroad and who has no passport" is one.
_REPEATED = re.compile(r"\w \b(who|which|whose)\b.*\n\1\b", re.I)
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]")
_NUMBERED = re.compile(r"^[ \t]*(?:\(?\d{1,2}[.)]|[-*•])(?=\s)", re.M)
_ENDS = ("?", "？", "؟")
# In most messages there is nothing that parts one question from another.
_PARTING = re.compile(rf"{_CUT.pattern}|[?？؟!.…\n]\s*\w", re.I)
# A few words with a question mark ask ("Parking?", "and for children?"), more of them wonder ("My
# parcel has not arrived?") unless they are put as a question.
_FEW_WORDS = 4
_GOES_ON = re.compile(
    r"(?:on|in|at|by|with|from|to|of|for|under|over|own|i|i'm|my|he|she|it|they|we)\b", re.I
)


def parts_of(message: str) -> tuple[Part, ...]:
    """Return the separate questions of ``message``, in order; none where it asks one, or where it
    is not sure that it asks two.

    At most ``MOST_PARTS``; a message with more is none that can be cut.
    """
    if not _PARTING.search(message) or len(message.split()) > MOST_WORDS:
        return ()
    kept: list[_Piece] = []
    before: _Piece | None = None  # what leads up to the next question
    for piece in _pieces(message):
        if before is not None:
            piece, before = before.with_next(piece), None
        if piece.asks:
            kept.append(piece)
        elif kept and piece.once_more:
            kept[-1] = kept[-1].with_next(piece)
        else:
            before = piece
    if before is not None and kept:
        kept[-1] = kept[-1].with_next(before)
    if not 2 <= len(kept) <= MOST_PARTS:
        return ()
    return tuple(Part(message[one.start : one.end], one.start, one.end, one.sure) for one in kept)


@cache
def _pattern(told: str) -> re.Pattern[str]:
    """Compile one of the long patterns when it is first needed: most messages need none."""
    return re.compile(told, re.X | re.I)


def _start(word: str) -> re.Pattern[str]:
    """Return what a question begins with behind a word such as "and"."""
    return _pattern(rf"[¿¡]?\ *(?:{_BEHIND_AND[word]})")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a message: where it stands, and whether it asks something of its own."""

    start: int
    end: int
    asks: bool
    once_more: bool
    sure: bool = True

    def with_next(self, other: "_Piece") -> "_Piece":
        asks = self.asks or other.asks
        return _Piece(self.start, other.end, asks, self.once_more and not asks, self.sure)


def _pieces(message: str) -> Iterator[_Piece]:
    # What is quoted is not asked, nor is a number before a question.  All keeps its place.
    hidden = _QUOTED.sub(lambda found: "x" * len(found.group()), message.replace("’", "'"))
    hidden = _NUMBERED.sub(lambda found: " " * len(found.group()), hidden)
    for start, end in _sentences(hidden):
        cuts = list(_cuts(hidden, start, end))
        begins = [start, *(after for _, after, _ in cuts)]
        ends = [*(before for before, _, _ in cuts), end]
        sure = [True, *(one for _, _, one in cuts)]
        for number, (a, b, certain) in enumerate(zip(begins, ends, sure, strict=True)):
            again = _is_once_more(hidden[a:b])
            asks = not again and (len(begins) > 1 or _asks(hidden[a:b]))
            yield _Piece(a, b, asks, again, certain or not number)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences; one that goes on behind a question mark begins there."""
    for start, end in sentences(text):
        at = start
        for mark in re.finditer(r"[?？؟]+[!.)]*\s+", text[start:end]):
            if (cut := start + mark.end()) < end:
                yield at, start + len(text[start:end][: mark.end()].rstrip())
                at = cut
        yield at, end


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Where a sentence is cut: where the one part ends, where the next begins, and if surely."""
    asked = start
    for cut in _CUT.finditer(text, start, end):
        word = (cut["word"] or "").casefold()
        before, behind = text[asked : cut.start()], text[cut.end() : end]
        if word:
            begins = bool(_start(word).match(behind))
            begins = begins or bool(_ASKING_FOR.search(before) and _ASKED_FOR.match(behind))
        else:
            begins = bool(_pattern(_BEHIND_COMMA).match(behind))
        if begins and _asks(before) and not _REPEATED.search(f"{before} \n{behind}"):
            yield cut.start(), cut.end(), bool(word)
            asked = cut.end()


def _asks(text: str) -> bool:
    if _pattern(_ASKS).search(text) or _ASKING_FOR.search(text):
        return True
    if not text.rstrip(" )!.").endswith(_ENDS):
        return False
    few = len(text.split()) <= _FEW_WORDS
    return (few and not _GOES_ON.match(text)) or leans(text)


def _is_once_more(text: str) -> bool:
    text = text.strip()
    if is_small_talk(text) or _pattern(_ONCE_MORE).fullmatch(text) or not re.search(r"\w{2}", text):
        return True
    return text.endswith(_ENDS) and bool(_GOES_ON.match(text)) and not _asks(text)
