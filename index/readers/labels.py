"""Labels of questions and answers: "Q:", "A.", "Frage 3:", "質問：" … in many languages.

A single letter is a label only where its counterpart occurs in the same document: "P:" and "R:" are
question and answer in Spanish, and a parking sign elsewhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from index.readers import vocabulary
from index.readers.wording import CJK, QuestionShape, question_shape


class Label(StrEnum):
    QUESTION = "question"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class LabelledPart:
    """``text[start:end]`` of a block, after the label that stands before ``start``."""

    label: Label | None
    start: int
    end: int
    line: int  # lines below the block's first line


_AFTER = r"(?:\s*[(（]?[0-9０-９]{1,3}[)）]?)?\s*"
_NUMBER_BEFORE = r"(?:[0-9０-９]{1,3}[.)、]\s*)?[\[【(（]?"


@lru_cache(maxsize=1024)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A label at the start of a line.  Letters need a colon, full stop or bracket, or a number."""
    letters = "|".join(re.escape(w) for w in words if len(w) == 1)
    longer = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True) if len(w) > 1)
    forms = []
    if longer:
        forms.append(rf"(?:{longer})[\]】)）]?{_AFTER}(?:[:：]|[.)．](?=\s|$)|\s[-–—](?=\s)|$)")
    if letters:
        end = r"(?:[:：．]|[.)](?=\s|$)|[\]】)）][:：]?|\s[-–—](?=\s)|$)"
        forms.append(rf"(?:{letters})(?:{_AFTER}{end}|\s?[0-9０-９]{{1,3}}(?=[\s　]))")
        cjk = "|".join(re.escape(w) for w in words if re.match(f"[{CJK}ｑａ]", w))
        if cjk:
            forms.append(rf"(?:{cjk})(?=[\s　])")
    return re.compile(rf"{_NUMBER_BEFORE}(?:{'|'.join(forms)})[\s　]*", re.IGNORECASE)


_ALL_QUESTION = tuple(sorted({w for q, _ in vocabulary.LABELS for w in q}))
_ALL_ANSWER = tuple(sorted({w for _, a in vocabulary.LABELS for w in a}))
_LONG_ANSWER = tuple(w for w in _ALL_ANSWER if len(w) > 2 and w not in ("fix", "ans"))


def starts_with_label(line: str) -> bool:
    """Whether a line might begin with a label of any language; readers break lines there."""
    if len(line) > 0 and line[0] in "-–":
        return False
    return bool(_pattern(_ALL_QUESTION).match(line) or _pattern(_ALL_ANSWER).match(line))


def answer_label_end(text: str) -> int:
    """How many leading characters of ``text`` are a spelled-out answer label ("Answer: "); 0 if
    none."""
    match = _pattern(_LONG_ANSWER).match(text)
    return match.end() if match else 0


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels in use in one document."""

    question: re.Pattern[str]
    answer: re.Pattern[str]

    def parts(self, text: str) -> list[LabelledPart]:
        """``text`` cut at its labels.  A single part without a label where there are none."""
        cuts: list[tuple[int, int, Label]] = []
        places = [0] + [m.end() for m in re.finditer(r"\n\s*|(?<=[.?!。？！؟])\s+", text)]
        for place in places:
            inline = place > 0 and text[place - 1] != "\n" and "\n" not in text[:place][-2:]
            for label, pattern in ((Label.QUESTION, self.question), (Label.ANSWER, self.answer)):
                match = pattern.match(text, place)
                if not match or (inline and not re.search(r"[:：]\s*$", match.group())):
                    continue
                if cuts and place < cuts[-1][1]:
                    continue
                cuts.append((place, match.end(), label))
                break
        if not cuts:
            return [LabelledPart(None, 0, len(text), 0)]
        parts = []
        if text[: cuts[0][0]].strip():
            parts.append(_trimmed(text, None, 0, cuts[0][0]))
        for index, (_, start, label) in enumerate(cuts):
            end = cuts[index + 1][0] if index + 1 < len(cuts) else len(text)
            parts.append(_trimmed(text, label, start, end))
        return parts


def _trimmed(text: str, label: Label | None, start: int, end: int) -> LabelledPart:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return LabelledPart(label, start, end, text.count("\n", 0, start))


def find_labels(texts: Iterable[str]) -> Labels | None:
    """The labels that a document uses, or None.

    A language's pair counts where both labels start lines: once each for words and "Q"/"A", twice
    each for other single letters.  Questions labelled without labelled answers count where at
    least two of them end in a question mark.
    """
    lines = [line for text in texts for line in _lines(text)]
    found: tuple[set[str], set[str]] = (set(), set())
    for question_words, answer_words in vocabulary.LABELS:
        question, answer = _pattern(question_words), _pattern(answer_words)
        questions = [m for line in lines if (m := question.match(line))]
        if not questions:
            continue
        answers = [m for line in lines if (m := answer.match(line))]
        sure = any(len(m.group().strip(" :：.0123456789\n")) > 1 for m in questions) or bool(
            set(question_words) & {"q", "ｑ", "問", "问", "문"}
        )
        needed = 1 if sure else 2
        marked = sum(question_shape(m.string[m.end() :]) is QuestionShape.MARKED for m in questions)
        both = min(len(questions), len(answers)) >= needed and question_words != answer_words
        if set(question_words) & set(answer_words):
            both = both and len(questions) > 1
        if both or marked >= 2:
            found[0].update(question_words)
            found[1].update(answer_words)
    if not found[0]:
        return None
    # a word that labels questions in one language and answers in another is taken for a question's
    answers_only = found[1] - found[0]
    return Labels(_pattern(tuple(sorted(found[0]))), _pattern(tuple(sorted(answers_only))))


def _lines(text: str) -> list[str]:
    return [line for line in re.split(r"\n\s*|(?<=[?？؟])\s+", text) if line]
