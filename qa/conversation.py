"""Follow-up questions: what a question means after the ones before it.  Pure.

Deliberately timid: a question that stands alone must never be bent by what came before, so only
two shapes that cannot stand alone are resolved, and the rest is searched as it was asked.
"""

import re
from collections.abc import Sequence

from qa.records import Turn

# "And in Germany?", "what about the others?": they announce themselves.
_FRAGMENT = re.compile(r"(and|but|or|what about|how about|und|et|y)\b", re.IGNORECASE)
# Someone whom only an earlier question can have named.  "It", "this" and "there" are left out:
# "How long does it take to ...?" and "Is there a ...?" stand alone.
_PERSON = re.compile(r"\b(he|she|they|him|them|his|their|hers|theirs)\b", re.IGNORECASE)
# A name in the question itself (not its first word) is what the pronoun stands for.
_NAME = re.compile(r"(?<=\s)[A-Z]\w+")
MAX_FOLLOW_UP_WORDS = 8


def resolve(question: str, history: Sequence[Turn]) -> str:
    """Return the text to search for: ``question``, behind the last question where it needs it.

    ``history`` is in the order asked.  Without an earlier question, ``question`` itself.
    """
    if not history or not _depends(question):
        return question
    return f"{history[-1].question.strip()} {question}"


def _depends(question: str) -> bool:
    if len(question.split()) > MAX_FOLLOW_UP_WORDS:
        return False
    if _FRAGMENT.match(question.strip()):
        return True
    return bool(_PERSON.search(question)) and not _NAME.search(question)
