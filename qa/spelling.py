"""Typing errors in a question, corrected before it is embedded and its words are looked up.

An embedding model reads "matress" as pieces that mean nothing; a reader means the mattress.  A word
that neither the library nor the model knows, nor a list of its language's words
(``qa.dictionaries``), is replaced by the one that was most likely meant: a noisy
channel (Kernighan, Church and Gale, "A Spelling Correction Program Based on a Noisy Channel Model",
1990), how common a word is against how likely the slip (``qa.slips``).  Pure: words in, a text out.
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.function_words import function_words
from index.languages import stem
from index.words import terms
from qa.capitals import as_typed, begins_sentence, plain_capitals
from qa.dictionaries import words_of
from qa.function_words import asks_in_another_language, is_function_word
from qa.question_language import languages_of
from qa.slips import SWAP, is_german_form, is_inflection, is_same_name, other_numbers, slip, stems
from qa.small_talk import is_small_talk
from qa.term_sets import question_terms, telling_terms

# Every noun has a capital in German.  A library is taken to have articles in it that has so many of
# these words.
_GERMAN = "de"
_GERMAN_WORDS = ("der", "und", "ist", "nicht", "eine", "wird")
_GERMAN_FROM = 3
# A name all the same: what stands behind one of these.
_TITLES = frozenset(("dr", "familie", "firma", "frau", "herr", "herrn", "prof"))
# So much longer may another form of a German word be.
_GERMAN_ENDING = 3

# A question of at least so many words in capitals only is shouted; in others capitals are a code.
LOUD_WORDS = 3
# Shorter words are left as they are: nearly every one has a neighbour.
MIN_LETTERS = 3
# From so many letters on, two slips in a word are mended: a shorter one has too many neighbours.
TWO_SLIPS_LETTERS = 8
# A word in mid-sentence with a capital is probably a name; a shorter one is left as it is.
NAME_LETTERS = 5
# Each of two words that were run together has at least so many.
RUN_TOGETHER_LETTERS = 3
# A word that was typed as two has at least so many.
PARTED_LETTERS = 6

# By the number of letters: a correction less likely than this (ln) is not made, because a word that
# nobody here knows is likelier.  Short ones have neighbours by chance.
LEAST = {3: -10.0, 4: -13.0, 5: -14.0, 6: -16.0, 7: -18.0}
LEAST_LONG = -20.0
# The same for a regular form of a known word ("emailing"), which most likely is what was meant.
LEAST_FORM = -10.5
# "expire" has no slip where its own form "expiry" is known, and is no mistyped "empire".
MOST_BESIDE_FORM = 3.5

# A word of the model's before this rank is everyday language.
COMMON_RANK = 4000
# Of a question's words the model has at least this share, as everyday words or as the library's,
# where one of its words may have been meant: else the question is in another language ("habe" is no
# mistyped "have").
SHARED_LANGUAGE = 0.4

# What a regular form of an English word ends with; and so much longer may another of its family be.
_ENDINGS = ("ed", "ing", "er", "ers", "ly")
_LONGEST_ENDING = 4

# How much of a word's likelihood the library's own counts are, the rest being the model's ranks.
_OWN_SHARE = 0.7
# A library's counts are read as those of one of at least so many words: in a small one every word
# would seem common.
LEAST_OWN_TOTAL = 10_000
_ZIPF_OFFSET = 10
_ZIPF_SUM = 10.0  # about what 1 / (rank + 10) adds up to over a vocabulary

_CHUNK = re.compile(r"\S+")
# Alphabets whose words have spaces between them and change by letters; with combining accents.
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u0300-\u036f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1fff]+")
_OUTER = "\"'“”„‚‘’«»‹›()[]{}<>.,;:!?…¿¡*~–—-"
# What an address, a path, a code or a name of software has inside, and a plain word has not.
_CODE = re.compile(r"[\d@/\\_#+=&|^%$€£]|[^\W\d_][.:][^\W\d_]")
_QUOTED = re.compile(
    r"\"[^\"]+\"|“[^”“]+[”“]|„[^“”]+[“”]|«[^»]+»|»[^«]+«|‹[^›]+›|`[^`]+`"
    r"|(?<!\w)['‘](?=\S)[^'‘’]+(?<=\S)['’](?!\w)"
)


@dataclass(frozen=True, slots=True)
class Change:
    """What was typed at ``[start:end]`` of the question, in characters, and what was meant."""

    start: int
    end: int
    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question with its typing errors mended; ``changes`` in text order, without overlaps.

    ``text`` is the question with each change's span replaced, and nothing else.
    """

    text: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """One plain word of a question: its place, as typed, folded, and what it looks like."""

    start: int
    end: int
    typed: str
    folded: str
    name: bool  # a capital in mid-sentence
    form: bool  # a regular form of a known word
    suspect: bool
    german: bool = False  # a function word, or a form of one of the library's, in a German question


class _Choice(Enum):
    """Which words may have been meant."""

    ANY = auto()  # the library's and the model's
    OWN = auto()  # the library's
    RARE = (
        auto()
    )  # the library's, but everyday words of the model's: "offen" is no mistyped "often"


# The words of questions are few, beside those of articles.
@lru_cache(maxsize=1 << 14)
def _folded(word: str) -> str:
    """Return a word as the library's terms are; "" where nothing is left of it."""
    return next(iter(terms(word)), "")


class Speller:
    """Corrects questions to one library.  Immutable, safe to use from several threads."""

    def __init__(
        self,
        own: Mapping[str, int],
        model: Collection[str] | Mapping[str, int] = frozenset(),
        *,
        languages: Collection[str | None] = (),
    ) -> None:
        """Take the words there are; cheap: they are put in order when the first suspect is met.

        ``own``: the library's terms, as ``index.words.terms`` gives them, with how often each
        occurs (or in how many texts).  ``model``: the words that the embedding model knows as a
        whole, folded likewise, with their ranks (0: the most common), or without, when all are
        taken for equally common.  Neither is copied, nor may it change.
        ``languages`` (BCP 47): those whose words are looked up in a list when one is met that
        nobody here knows (``qa.dictionaries.looked_up``).
        """
        self._own = own
        self._languages = tuple(languages)
        self._model: Mapping[str, int] = (
            model if isinstance(model, Mapping) else dict.fromkeys(model, COMMON_RANK // 2)
        )

    def knowing(self, own: Mapping[str, int], *, languages: Collection[str | None]) -> "Speller":
        """Return a speller of the same model and another version of the library.

        It corrects as one made afresh of ``own`` and ``languages`` does; the words that are in
        order already stay so.
        """
        made = Speller(own, self._model, languages=languages)
        if (shapes := self.__dict__.get("_by_shape")) is not None:
            # Words that went may stay among them: what is found there is looked up (``_within``).
            new = _by_shape(own.keys() - self._own.keys() - self._model.keys())
            made._by_shape = shapes | {
                shape: tuple(dict.fromkeys((*shapes.get(shape, ()), *words)))
                for shape, words in new.items()
            }
        return made

    def correct(self, question: str) -> Corrected:
        """Return ``question`` with the words that were most likely meant.

        Left as they are: what the library, the model or a list knows; words in quotation marks, in
        capitals, with digits or signs inside (codes, addresses); words of fewer than
        ``MIN_LETTERS`` letters; and everything where few words are known: it is in another
        language.  A capitalised word in mid-sentence, probably a name, becomes one of the library
        only, never a word of the model; in a German question, where every noun has a capital, it is
        a word as others are, unless it stands behind a title ("Frau").  Of equally likely words the
        first by the alphabet.  Greetings and thanks stay as they are, whatever language they are
        in.  Never raises; the same question always gives the same result.
        """
        if is_small_talk(question):
            return Corrected(question)
        words = self._words(question)
        german = any(word.suspect for word in words) and self._is_german(question)
        if german:
            words = self._words(question, german=True)
        if not any(word.suspect for word in words):
            return Corrected(question)
        unknown = [word for word in words if not self._recognises(word)]
        if len(unknown) > max(2, len(words) - len(unknown)):
            # Unless each of them is close to a word of the library: no other language is that near.
            changes = self._changes(question, words, _Choice.OWN)
            mended = [
                word for one in changes for word in unknown if one.start <= word.start < one.end
            ]
            return _corrected(question, changes if mended == unknown else [])
        choice = _Choice.RARE if german else self._choice(words)
        return _corrected(question, self._changes(question, words, choice))

    def _is_german(self, question: str) -> bool:
        """Tell whether a question is in German, and the library has articles in it."""
        if sum(word in self._own for word in _GERMAN_WORDS) < _GERMAN_FROM:
            return False
        languages = languages_of(question)
        if len(languages) < 2:
            return _GERMAN in languages
        # "Was kosten Hunde?": "was" is English, too, but the others are not.
        told = [word for word in question_terms(question) if not is_function_word(word)]
        return _GERMAN in languages and 2 * sum(map(self._is_everyday, told)) < len(told)

    def _choice(self, words: Sequence["_Word"]) -> "_Choice":
        """Return what words of a question may have been meant."""
        longer = [word for word in words if len(word.folded) > 1]
        if asks_in_another_language([word.folded for word in longer]):
            return _Choice.RARE
        shared = sum(
            self._is_everyday(word.folded)
            or (word.folded in self._own and word.folded in self._model)
            for word in longer
        )
        return _Choice.OWN if shared < SHARED_LANGUAGE * len(longer) else _Choice.ANY

    def recognises(self, question: str) -> bool:
        """Tell whether a word of ``question`` is known here, to the library or to the model.

        A question of function words, or without any word in letters, is; so is every question
        where the model's words are not known.
        """
        if not self._model:
            return True
        words = telling_terms(question)
        return not words or any(
            word in self._own or word in self._model or not word.isalpha() for word in words
        )

    def _words(self, question: str, *, german: bool = False) -> list[_Word]:
        quoted = [match.span() for match in _QUOTED.finditer(question)]
        loud = question.isupper() and len(question.split()) >= LOUD_WORDS
        words: list[_Word] = []
        for chunk in _CHUNK.finditer(question):
            bare = chunk.group().strip(_OUTER)
            if _CODE.search(bare):
                continue
            whole = not bare.isalpha() and any(term in self._own for term in terms(bare)[:1])
            for match in _WORD.finditer(chunk.group()):
                typed = match.group()
                start = chunk.start() + match.start()
                end = start + len(typed)
                folded = _folded(typed)
                known = german and self._is_german_word(folded)
                suspect = (
                    len(folded) >= MIN_LETTERS
                    and not whole
                    and (loud or plain_capitals(typed))
                    and not known
                    and not self._knows(folded)
                    and not any(first < end and start < last for first, last in quoted)
                )
                capital = typed[0].isupper() and not loud
                name = capital and not begins_sentence(question, start)
                if german:
                    name = name and bool(words) and words[-1].folded in _TITLES
                form = not self._knows(folded) and self._is_form(folded, suspect=suspect)
                words.append(_Word(start, end, typed, folded, name, form, suspect, known))
        return words

    def _changes(self, question: str, words: Sequence[_Word], choice: _Choice) -> list[Change]:
        """Return the changes, in text order."""
        changes: list[Change] = []
        done = 0  # up to here the question is corrected
        for number, word in enumerate(words):
            if not word.suspect or word.start < done:
                continue
            first, last, meant = word, word, self._parted(question, words[number : number + 2])
            if meant is not None:
                last = words[number + 1]
            elif number and words[number - 1].start >= done:
                meant = self._parted(question, words[number - 1 : number + 1])
                first = word if meant is None else words[number - 1]
            meant = meant or self._meant(word, choice)
            if meant is not None:
                typed = question[first.start : last.end]
                mended = as_typed(typed, first.folded, meant)
                changes.append(Change(first.start, last.end, typed, mended))
                done = last.end
        return changes

    def _parted(self, question: str, pieces: Sequence[_Word]) -> str | None:
        """Return the library's word that was typed as two, with a space in it."""
        if len(pieces) < 2 or question[pieces[0].end : pieces[1].start] != " ":
            return None
        whole = pieces[0].folded + pieces[1].folded
        plain = len(whole) >= PARTED_LETTERS and pieces[1].typed.islower()
        return whole if plain and whole in self._own else None

    def _knows(self, folded: str) -> bool:
        if len(folded) < 2 or folded in self._own or folded in self._model:
            return True
        # "couldnt": tokenizers know what stands before an apostrophe.
        if folded.endswith("nt") and folded[:-1] in self._model:
            return True
        return self._is_listed(folded)

    def _is_listed(self, folded: str) -> bool:
        """Tell whether a language has a word: "soir" is no mistyped "soit", nor "vegan" "began"."""
        return any(folded in words_of(language) for language in self._languages)

    def _is_form(self, folded: str, *, suspect: bool) -> bool:
        """Tell whether an unknown word is a regular form of a known one, or of its family.

        "insured" is no mistyped "ensured" where "insurance" is known.  Only of suspects families
        are looked for, which takes longer.
        """
        if any(map(self._knows, stems(folded))):
            return True
        if not suspect or not folded.endswith(_ENDINGS):
            return False
        root = stem(folded, "en")
        return any(
            word.startswith(root) and stem(word, "en") == root and self._knows(word)
            for letters in range(len(root), len(folded) + _LONGEST_ENDING)
            for word in self._by_shape.get((folded[0], letters), ())
        )

    def _is_german_word(self, folded: str) -> bool:
        """Tell whether a German question's word is no mistyped one: "Hunden" where "Hund" is known.

        A function word, or a form of a word of the library's.
        """
        if folded in function_words(_GERMAN):
            return True
        return any(
            word in self._own and is_german_form(folded, word)
            for letters in range(len(folded) - _GERMAN_ENDING, len(folded) + _GERMAN_ENDING + 1)
            for word in self._by_shape.get((folded[:1], letters), ())
        )

    def _is_everyday(self, folded: str) -> bool:
        return self._model.get(folded, COMMON_RANK) < COMMON_RANK

    def _recognises(self, word: _Word) -> bool:
        """Tell whether a word speaks for the question's being in a language known here.

        A model's vocabulary has words of other languages, too, among its rarer ones.
        """
        if len(word.folded) < 2 or word.folded in self._own or word.form or word.german:
            return True
        return self._is_everyday(word.folded) or self._is_listed(word.folded)

    def _meant(self, word: _Word, choice: _Choice) -> str | None:
        """Return the likeliest word for a suspect; ``None``: none is likely enough."""
        typed = word.folded
        if not word.typed[1:].islower() and not word.typed.isupper():
            return self._recapitalised(typed)
        if word.name and len(typed) < NAME_LETTERS:
            return None
        known = any(one in self._own for one in other_numbers(typed))
        costs = {} if known else {meant: slip(typed, meant) for meant in self._near(typed)}
        forms = [meant for meant in costs if is_inflection(typed, meant)]
        if forms:
            costs = {m: c for m, c in costs.items() if m not in forms and c <= MOST_BESIDE_FORM}
        if word.name or choice is not _Choice.ANY:
            costs = {m: c for m, c in costs.items() if m in self._own}
        if choice is _Choice.RARE:
            costs = {m: c for m, c in costs.items() if not self._is_everyday(m)}
        if word.name:
            costs = {
                m: c
                for m, c in costs.items()
                if is_same_name(typed, m)
                or (c <= SWAP and typed[0] == m[0] and self._is_everyday(m))
            }
        least = LEAST_FORM if word.form else LEAST.get(len(typed), LEAST_LONG)
        rated = [(round(self._likelihood(m) - cost, 6), m) for m, cost in costs.items()]
        rated = [(score, meant) for score, meant in rated if score >= least]
        if rated:
            return min(rated, key=lambda one: (-one[0], one[1]))[1]
        whole = word.name or word.form or choice is not _Choice.ANY
        return None if whole else self._run_together(typed)

    def _recapitalised(self, typed: str) -> str | None:
        """Return what "WWhat" or "hWat" was meant to be: a capital begins a word."""
        first, second, rest = typed[0], typed[1], typed[2:]
        meant = second + rest if first == second else second + first + rest
        return meant if self._knows(meant) else None

    def _run_together(self, typed: str) -> str | None:
        """Return two everyday words that were typed as one, parted; the likeliest, then first."""

        def plain(word: str) -> bool:
            return word in self._own or self._is_everyday(word)

        places = range(RUN_TOGETHER_LETTERS, len(typed) - RUN_TOGETHER_LETTERS + 1)
        pairs = [(typed[:at], typed[at:]) for at in places]
        rated = [
            (self._likelihood(one) + self._likelihood(other), f"{one} {other}")
            for one, other in pairs
            if plain(one) and plain(other)
        ]
        return max(rated, key=lambda one: one[0])[1] if rated else None

    def _near(self, typed: str) -> list[str]:
        """Return the words one slip away; where there are none, and it is long, two slips."""
        found = dict.fromkeys(self._other_beginnings(typed)) | dict.fromkeys(self._within(typed, 1))
        if not found and len(typed) >= TWO_SLIPS_LETTERS:
            found = dict.fromkeys(self._within(typed, 2))
        return list(found)

    def _within(self, typed: str, slips: int) -> Iterator[str]:
        """Yield the words with the same first letter at most so many slips away."""
        for letters in range(len(typed) - slips, len(typed) + slips + 1):
            words = self._by_shape.get((typed[0], letters), ())
            for word, _, _ in process.extract(
                typed, words, scorer=OSA.distance, score_cutoff=slips, limit=None
            ):
                if word in self._own or word in self._model:
                    yield word

    def _other_beginnings(self, typed: str) -> Iterator[str]:
        """Yield the words that a slip at the first letter may have been."""
        tries = [typed[1:], typed[1] + typed[0] + typed[2:]]
        for letter in self._first_letters:
            tries += [letter + typed[1:], letter + typed]
        return (
            word
            for word in tries
            if word != typed
            and len(word) >= MIN_LETTERS
            and (word in self._own or word in self._model)
        )

    def _likelihood(self, word: str) -> float:
        """Return ln of how likely a word is, from the library's counts and the model's ranks.

        Of the model's words the one of rank r is taken to be 1 / (r + 10) as common (Zipf's law).
        """
        own = self._own.get(word, 0) / self._own_total
        rank = self._model.get(word)
        model = 0.0 if rank is None else 1.0 / _ZIPF_SUM / (rank + _ZIPF_OFFSET)
        return math.log(max(_OWN_SHARE * own + (1 - _OWN_SHARE) * model, 1e-12))

    @cached_property
    def _own_total(self) -> int:
        return max(LEAST_OWN_TOTAL, sum(self._own.values()))

    @cached_property
    def _by_shape(self) -> dict[tuple[str, int], tuple[str, ...]]:
        """The words that may be meant, by first letter and length; some may be known no more."""
        return _by_shape(self._own.keys() | self._model.keys())

    @cached_property
    def _first_letters(self) -> tuple[str, ...]:
        return tuple(sorted({letter for letter, _ in self._by_shape}))


def _corrected(question: str, changes: Sequence[Change]) -> Corrected:
    parts, at = [], 0
    for change in changes:
        parts += [question[at : change.start], change.meant]
        at = change.end
    return Corrected("".join([*parts, question[at:]]), tuple(changes))


def _by_shape(words: Iterable[str]) -> dict[tuple[str, int], tuple[str, ...]]:
    shapes: dict[tuple[str, int], list[str]] = {}
    for word in words:
        if len(word) >= MIN_LETTERS and _WORD.fullmatch(word):
            shapes.setdefault((word[0], len(word)), []).append(word)
    return {shape: tuple(own) for shape, own in shapes.items()}
