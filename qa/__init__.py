"""The read side: from a question to an answer, word for word, or an honest no.

Names are imported when they are first used, so that ``import qa`` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answer import MAX_QUESTION_CHARS as MAX_QUESTION_CHARS
    from qa.answer import Answerer as Answerer
    from qa.conversation import Question as Question
    from qa.findings import Finding as Finding
    from qa.findings import FindingKind as FindingKind
    from qa.findings import Place as Place
    from qa.questions import EditorVerdict as EditorVerdict
    from qa.questions import LoggedQuestion as LoggedQuestion
    from qa.questions import QuestionLog as QuestionLog
    from qa.questions import QuestionLogError as QuestionLogError
    from qa.questions import Review as Review
    from qa.questions import Verdict as Verdict
    from qa.records import Abstention as Abstention
    from qa.records import AbstentionReason as AbstentionReason
    from qa.records import Answer as Answer
    from qa.records import Hit as Hit
    from qa.records import HitKind as HitKind
    from qa.records import Result as Result
    from qa.records import Turn as Turn
    from qa.records import to_json as to_json

__all__ = [
    "MAX_QUESTION_CHARS",
    "Abstention",
    "AbstentionReason",
    "Answer",
    "Answerer",
    "EditorVerdict",
    "Finding",
    "FindingKind",
    "Hit",
    "HitKind",
    "LoggedQuestion",
    "Place",
    "Question",
    "QuestionLog",
    "QuestionLogError",
    "Result",
    "Review",
    "Turn",
    "Verdict",
    "to_json",
]

# The module of each name.
_HOMES = {
    "MAX_QUESTION_CHARS": "answer",
    "Abstention": "records",
    "AbstentionReason": "records",
    "Answer": "records",
    "Answerer": "answer",
    "EditorVerdict": "questions",
    "Finding": "findings",
    "FindingKind": "findings",
    "Hit": "records",
    "HitKind": "records",
    "LoggedQuestion": "questions",
    "Place": "findings",
    "Question": "conversation",
    "QuestionLog": "questions",
    "QuestionLogError": "questions",
    "Result": "records",
    "Review": "questions",
    "Turn": "records",
    "Verdict": "questions",
    "to_json": "records",
}

if not TYPE_CHECKING:  # to a type checker it would make every misspelt name an object

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module 'qa' has no attribute {name!r}")
        return getattr(importlib.import_module(f"qa.{_HOMES[name]}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
