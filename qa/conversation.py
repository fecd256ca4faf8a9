"""Follow-up questions: what a question means after the ones before it.  Pure.

Rules on the words alone, timid ones: a question that stands alone must never be bent by what came
before.  One leans on what came before when it cannot be understood without it: a pronoun that
nothing in the question explains ("How heavy is it?"), a fragment ("and in Germany?", "for adults
too?"), or no word that means anything by itself ("Why?", "Since when?").  Where the shape does not
tell ("What about privacy?"), the question's own words outweigh what it leans on, so that a wrong
guess rarely does harm: see ``CONTEXT_WEIGHT``.

What is short and gets no answer by itself may lean, too, without looking like it ("how long does
the link work"): it is asked once more with what came before, and keeps the no where that finds
nothing that speaks of it.  A question that has an answer by itself is left alone.

A reader mostly stays with the subject, and many a follow-up does not look like one ("Can I miss a
month?" of a savings plan).  So what stands in the article of the last answer is a little ahead: of
two passages that come equally close the one in that article is meant (``RankingWeights.near``).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.records import Hit, HitKind, Turn
from qa.small_talk import is_small_talk

# What the resolved text's vector counts beside that of the question itself (1).  Either fails
# alone: the first is closest to the question before, which has been answered, and the second knows
# no subject.  On the dialogues of benchmarks/dialogues .3 finds less, .5 to .8 the same.
CONTEXT_WEIGHT = 0.5
# The same where questions are compared with one another, not with passages.  With the weight above
# the words alone decide: of the 119 follow-ups in benchmarks/dialogues that lean on something and
# that a pair answers, it groups 46 with that pair's question and all 119 with themselves after
# something else; 3 groups 109 and 7, 2 does 109 and 15 (python -m benchmarks.dialogues.grouped).
COMPARED_WEIGHT = 3.0
MAX_FOLLOW_UP_WORDS = 8
# What has more words that mean something by themselves names its subject: see ``may_lean``.
MAX_OWN_WORDS = 2
# A resolved text is no longer than a question may be, and what stands before the question in it so
# short that a model's window holds both.
MAX_RESOLVED_CHARS = 2000
MAX_CONTEXT_CHARS = 400

# The words of all languages are tried on every question: it is too short to tell which it is in.
# What goes on from another question; a whole one may follow ("And is the sauna included?").
_AND = "and but or so also ok okay well und aber oder also et mais ou donc y e pero o"
# The same where only a fragment follows.
_WHAT_ABOUT = """
what about|how about|what if|why not|not even|even|only|just|was ist mit|wie ist es mit|auch|sogar|
nur|qu'en est-il|même|seulement|aussi|qué hay de|qué pasa con|qué tal|incluso|también|solo|sólo
"""
_QUESTION_WORDS = """
what who whom whose which when where why how
was wer wen wem wessen welche welcher welches welchen wann wo woher wohin warum wieso weshalb wie
que qui quoi quel quelle quels quelles quand où pourquoi comment combien
qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas
"""
# Verbs that make a question a whole one, and orders that do.
_VERBS = """
is are was were do does did can could may might must shall should will would has have had
isn't aren't don't doesn't didn't can't won't cannot tell show explain give list
ist sind war waren hat haben kann kannst können darf dürfen muss müssen soll sollte wird werden
gibt kostet kosten
est sont était peut peuvent faut doit a-t-il y-a-t-il est-ce c'est
es son está están hay puede pueden puedo tiene tienen debe hace
"""
_PREPOSITIONS = """
to for in on at by with without from of during after before since until till up per via under over
between into within against
für im ins auf bei beim mit ohne nach von vom zu zum zur aus ab bis pro seit
pour à au aux en dans avec sans du des chez par depuis
para al con sin por desde hasta
"""
# What announces a noun: a later pronoun may stand for that one.
_ARTICLES = """
the a an my your our this these those some any every each
der die das den dem des ein eine einen einem einer mein meine meinen unser unsere
le la les l' un une mon ma mes notre nos votre vos
el los las una unos unas mi mis
"""
# Means nothing by itself; a question of such words only leans.
_VAGUE = """
about again all already always any anybody anyone anything away be been being both come comes cost
costs done each either else ever everything exactly far few first get gets give given go goes going
happen happens happened how's i if instead it's just kind last later less let's like long longer
look make many maybe me means more most much need needed neither never next none not now off often
old once one ones other others out own possible really reason right same say says second some
somebody someone something soon sort still sure take takes than that's then there third too use
used want what's where's who's yet young
alles bald dann denn eigentlich es genau gleich hoch ich ja lange man mehr mir nicht noch oft schon
sehr sonst teuer viel viele weit wieder zweite
alors bien ce ces cher coûte coûtent de encore fait je long longtemps moi moins pas plus prix si
souvent trop
algo antes así bueno cuesta cuestan entonces lejos lo más menos mucho muchos otra otro porque se sí
tiempo tan todo ya yo
"""
# "Thanks", "who are you": nothing came before that they lean on.
_TALK = "please thank thanks yes no hello hi bye you your danke bitte nein hallo merci gracias hola"
# Whom or what something before has named.  German "Sie" and Spanish "su" mostly address the reader.
_PERSONS = """
he she they him her his hers their them theirs himself herself themselves
er ihn ihm ihnen sein seine seinen seiner
elle elles est-elle a-t-elle sont-ils sont-elles lui leur leurs son sa ses
él ella ellos ellas
"""
_THINGS = "it its itself sie dafür davon dabei darin dort dazu allí ahí ça cela eso esto"
# Those that may follow a verb, so that a word before them is that verb and explains nothing.
_OBJECTS = _THINGS.replace("its", "") + " him them ihn ihm ihnen lui"

_AFTER_THIS = (
    "is|was|are|were|do|does|did|can|could|will|would|should|has|have|possible|allowed|enough|"
    "included|free|mean|happen|work|cost|take|apply|be"
)
_BESIDE_THIS = "in|on|for|to|at|by|with|from|too|also|not|then|online|here|now|again|myself"
_THIS = r"\b(?:this|that|these|those)\b"
# "that" as a subject, as an object; not "that file".
_THIS_IS = re.compile(rf"{_THIS}(?= (?:{_AFTER_THIS})\b)", re.IGNORECASE)
_OF_THIS = re.compile(
    rf"(?:{_THIS}(?=\W*$|,| (?:{_BESIDE_THIS})\b)|\b(?:das|dies)(?=\W*$| auch\b))", re.I
)
# "it" that stands for nothing: "How long does it take to …", "Is it true that …", "What time is it"
_EMPTY_IT = re.compile(
    r"\bit(?: \w+){1,2}? (?:to|that|if|whether|when|how|why)\b|(?<=[sS] )it (?:to|that)\b"
    r"|(?<=time is )it\b"
)
# What is pointed at: "… there?", "the second one", "the other way round", "… too?".
_POINTED = re.compile(
    r"(?<=\s)(?<!is )(?<!are )(?<!was )(?<!were )there(?=\W*$)"
    r"|\b(?:which|an?|another|the|this|that|these|those)(?: \w+)? ones?"
    r"(?=\W*$| (?:is|are|was|were|do|does|did|can|should|would|has|have|too)\b)"
    r"|\bthe (?:first|second|third|last|former|latter|others?|rest|same|opposite)(?=\W*$)"
    r"|\b(?:between|of) (?:them|these|those)\b|\bother way (?:a)?round\b"
    r"|\b(?:umgekehrt|l'inverse|al revés)\b"
    r"|\b(?:too|as well|then|instead|either|dann|también|aussi)(?=\W*$)"
)

_WORD = re.compile(r"\w+(?:['-]\w+)*")
# Two capitalised words or more in a row.
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]+(?: [A-ZÀ-ÖØ-Þ][\w'’-]+){1,3}")


def _set(*words: str) -> frozenset[str]:
    return frozenset(" ".join(words).split())


_AND_FIRST = re.compile(rf"(?:(?:{'|'.join(_AND.split())})\b[\s,]*)+", re.IGNORECASE)
_WHAT_ABOUT_FIRST = re.compile(
    rf"(?:{'|'.join(_WHAT_ABOUT.strip().replace(chr(10), '').split('|'))})\b", re.IGNORECASE
)
_ASKING, _FINITE, _PLACING = _set(_QUESTION_WORDS), _set(_VERBS), _set(_PREPOSITIONS)
_WHOLE_FIRST, _ANNOUNCING, _ADDRESSING = _ASKING | _FINITE, _set(_ARTICLES), _set(_TALK)
_POINTING, _BEHIND_VERBS, _NAMED = _set(_PERSONS, _THINGS), _set(_OBJECTS), _set(_PERSONS)
_EMPTY = _WHOLE_FIRST | _PLACING | _ANNOUNCING | _POINTING | _set(_VAGUE, _AND)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with all that it takes to ask it once more, without its conversation.

    ``context`` is what it leans on (see ``context_of``), "" where it stands alone; ``spent``
    (article id, own id) the answer that its reader had just had and that was passed over for it;
    ``near`` the id of the article that its reader had been answered from last, "" where there was
    none.
    """

    text: str
    context: str = ""
    spent: tuple[str, str] | None = None
    near: str = ""

    @property
    def resolved(self) -> str:
        """The question as it can be understood by itself: behind what it leans on."""
        return searched(self.context, self.text)


def resolve(question: str, history: Sequence[Turn]) -> str:
    """Return the text to search for: ``question``, behind what it leans on where it needs that.

    A question that stands alone or comes first is returned as it is.
    """
    return searched(context_of(question, history), question)


def searched(context: str, question: str) -> str:
    """Return the text to search for ``question`` with, where it leans on ``context`` ("": it does
    not).

    It ends in ``question``.  Of the context the oldest words go where it has more than
    ``MAX_CONTEXT_CHARS`` characters, or the whole more than ``MAX_RESOLVED_CHARS``.
    """
    kept = fitting(context, question)
    return f"{kept} {question}" if kept else question


def fitting(context: str, question: str) -> str:
    """Return as much of ``context`` as ``searched`` keeps of it, whole words."""
    room = min(MAX_CONTEXT_CHARS, MAX_RESOLVED_CHARS - len(question) - 1)
    if len(context) <= room:
        return context
    return context[-room:].partition(" ")[2] if room > 0 else ""


def context_of(question: str, history: Sequence[Turn], *, leaning: bool | None = None) -> str:
    """Return what ``question`` leans on in its conversation, "" where it stands alone.

    ``leaning`` tells that it leans, or that it does not; by default its words tell (``leans``).

    ``history`` is in the order asked, each question as it was typed.  What a question leans on is
    the last question; where that one leaned, too, the FAQ question that it found, or what it leaned
    on.  One that leaned and was not answered is passed over: the subject is still the one before;
    and so is small talk ("thanks!").
    Where ``question`` asks about a person, the name in the last answer's quote comes along.
    The last ``MAX_RESOLVED_CHARS`` characters of it: more than is searched for, so that a number
    that has to be masked is not cut through before it is.
    """
    parts: list[str] = []  # from the last turn back to the first one that stands alone
    leaning = leans(question) if leaning is None else leaning
    for turn in reversed(history):
        if not leaning:
            break
        if _is_aside(turn):
            continue
        leaning = leans(turn.question)
        if leaning and turn.hit is None:
            continue
        if not parts and turn.hit is not None and _NAMED.intersection(_words(question)):
            parts.extend(name.group() for name in [_NAME.search(turn.hit.quote)] if name)
        if leaning and turn.hit is not None and turn.hit.question:
            parts.append(turn.hit.question)
            break
        parts.append(turn.question.strip())
    return " ".join(reversed(parts))[-MAX_RESOLVED_CHARS:]


def leans(question: str) -> bool:
    """Tell whether ``question`` cannot be understood without the one before it."""
    if is_small_talk(question):
        return False
    text = question.replace("’", "'").strip(" \t\n¿¡")
    opened = _AND_FIRST.match(text)
    rest = text[opened.end() :] if opened else text
    rest = rest[:1].lower() + rest[1:] if rest[1:2].islower() else rest
    words = _words(rest)
    asks = bool(opened) or text.endswith("?") or not _WHOLE_FIRST.isdisjoint(words)
    if not words or len(words) > MAX_FOLLOW_UP_WORDS or not asks:
        return False
    if _ADDRESSING.intersection(words) and _ADDRESSING.issuperset(own_words(rest)):
        return False
    if _EMPTY.issuperset(words) or _WHAT_ABOUT_FIRST.match(rest) or _POINTED.search(rest):
        return True
    if _unexplained(rest):
        return True
    verbs = not _FINITE.isdisjoint(words)
    if opened and not (words[0] in _WHOLE_FIRST and (verbs or words[0] == "who" or len(words) > 4)):
        return True
    if verbs:
        return False
    if words[0] in _PLACING:  # "for adults?", "from what age?", not "after 1945, what happened?"
        return _ASKING.isdisjoint(words[2:])
    # "how much disk space?", not "how to descale".  A noun alone ("Spain?") could be a follow-up,
    # but "privacy?" is none.
    longest = {"how": 4, "which": 4, "what": 2}.get(words[0], 0)
    return len(words) <= longest and words[1] != "to"


def may_lean(question: str) -> bool:
    """Tell whether ``question`` may need the one before it though it does not look like that.

    It is short, and at most ``MAX_OWN_WORDS`` of its words mean something by themselves.
    """
    own = own_words(question)
    return (
        0 < len(own) <= MAX_OWN_WORDS
        and len(_words(question)) <= MAX_FOLLOW_UP_WORDS
        and not _ADDRESSING.intersection(_words(question))
        and not is_small_talk(question)
        and not leans(question)
    )


def own_words(question: str) -> frozenset[str]:
    """Return the words of ``question``, case folded, that mean something by themselves."""
    return frozenset(_words(question.replace("’", "'"))) - _EMPTY


def shares_a_word(words: Iterable[str], *texts: str) -> bool:
    """Tell whether one of ``words`` stands in ``texts``, an ending more or less aside."""
    had = {word for text in texts for word in _words(text.replace("’", "'"))}
    return any(_same(word, other) for word in words for other in had)


def spent(question: str, history: Sequence[Turn], *, leaning: bool | None = None) -> Hit | None:
    """Return the FAQ answer that the reader has just had and that says nothing of ``question``.

    That is the last turn's hit where ``question`` leans on it, has words of its own ("and to
    Japan?"), and the pair has none of them: the resolved text finds it, but giving it again would
    answer something else.  Turns that leaned and were not answered are passed over, as for
    ``context_of``.  ``None`` in all other cases: "Why?" may well be answered there.  ``leaning`` is
    as there.
    """
    leaning = leans(question) if leaning is None else leaning
    hit = _last_hit(history) if leaning else None
    if hit is None or hit.kind is not HitKind.FAQ:
        return None
    said = (hit.question or "", hit.text, hit.section, hit.article_title)
    return hit if says_nothing_of(question, *said) else None


def near(history: Sequence[Turn]) -> str:
    """Return the id of the article that the reader was last answered from, "" where there is none.

    Turns that leaned and were not answered are passed over, as for ``context_of``.
    """
    hit = _last_hit(history)
    return "" if hit is None else hit.article


def _last_hit(history: Sequence[Turn]) -> Hit | None:
    for turn in reversed(history):
        if turn.hit is not None or not (leans(turn.question) or _is_aside(turn)):
            return turn.hit
    return None


def _is_aside(turn: Turn) -> bool:
    """Tell whether a turn was no question, so that the subject is still the one before."""
    return turn.hit is None and is_small_talk(turn.question)


def says_nothing_of(question: str, *texts: str) -> bool:
    """Tell whether ``question`` has words of its own, and none of them stands in ``texts``."""
    words = own_words(question)
    return bool(words) and not shares_a_word(words, *texts)


def _unexplained(text: str) -> bool:
    """Tell whether a pronoun stands in ``text`` that nothing before it explains."""
    empty = {match.start() for match in _EMPTY_IT.finditer(text)}
    subjects = {match.start() for match in _THIS_IS.finditer(text)}
    objects = {match.start() for match in _OF_THIS.finditer(text)}
    before: list[str] = []
    for match in _WORD.finditer(text):
        at, word = match.start(), match.group()
        points = word.casefold() in _POINTING and word != "Sie" and at not in empty
        if points or at in subjects or at in objects:
            asked = bool(before) and before[-1].casefold() in _WHOLE_FIRST  # "is it", "when it"
            behind_verb = at in objects or (word.casefold() in _BEHIND_VERBS and not asked)
            if not _explains(before, behind_verb=behind_verb):
                return True
        before.append(word)
    return False


def _explains(before: Sequence[str], *, behind_verb: bool) -> bool:
    """Tell whether the words before a pronoun have what it may stand for."""
    for at, word in enumerate(before):
        low = word.casefold()
        if low in _ANNOUNCING and at + 1 < len(before):
            return True
        if low in _EMPTY:
            continue
        if at and word[0].isupper():
            return True
        # Neither the verb of an object nor the measure of "how heavy is it?" is what is meant.
        if not behind_verb and not (at and before[at - 1].casefold() in _ASKING):
            return True
    return False


def _same(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return word == other or (len(short) > 2 and long.startswith(short))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
