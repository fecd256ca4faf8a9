"""What readers ask for: how often each FAQ pair or section came first for a question.  Pure."""

from collections import Counter
from collections.abc import Iterable

from qa.questions import LoggedQuestion


def demand(questions: Iterable[LoggedQuestion]) -> dict[tuple[str, str], int]:
    """Return, by (article id, pair or section id), how many questions had it as their first hit.

    Those that were not answered count too: what comes first is what they came closest to.  A
    question that nothing was found for counts for nothing.  In the order of the keys.
    """
    counts = Counter(question.hits[0] for question in questions if question.hits)
    return dict(sorted(counts.items()))
