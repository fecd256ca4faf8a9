"""What a reader is told where there is no answer."""

from collections.abc import Sequence

from index.languages import base_code
from qa.confidence import MESSAGES
from qa.question_language import is_in_another_language, language_names
from qa.records import AbstentionReason
from qa.search import Searcher


def told(reason: AbstentionReason, question: str, searcher: Searcher) -> str:
    """Return the sentence; with the articles' languages where the question is surely in another."""
    message = MESSAGES[reason]
    languages = searcher.languages
    if (
        reason is not AbstentionReason.NOTHING_CLOSE
        or not all(map(base_code, searcher.lexicon.languages))  # in any, perhaps
        or not is_in_another_language(question, languages)
        or not (names := language_names(languages))
    ):
        return message
    one = names[0] if len(names) == 1 else "one of these"
    return f"{message} They are in {_listed(names)}: it may help to ask in {one}."


def _listed(names: Sequence[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last
