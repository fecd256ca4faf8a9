"""An explanation as a person reads it on a terminal."""

from collections.abc import Iterator, Mapping

import click

from qa.explanation import ExplainedHit, Explanation
from qa.records import AbstentionReason, Answer, Hit, Result

SHOWN = 3  # hits; the JSON has all

# What the confidence weighs, in an editor's words.
_NAMES = {
    "similarity": "closest field",
    "whole": "closeness of the whole",
    "sentence": "closest sentence",
    "agreement": "lead over other answers",
    "shared": "telling words shared",
    "stems": "share of the telling words",
    "pairs": "closest pairs of the answer",
    "rare": "rare words shared",
    "lacking": "rarest word that it lacks",
    "reach": "closeness of all first hits",
    "missing_numbers": "numbers that its article lacks",
    "missing_names": "names that its article lacks",
    "negated": "negated in the question alone",
    "unknown": "no word known here",
    "keywords": "no more than a keyword or two",
    "verbatim": "holds the pair's own question",
    "unread": "in a language that the model does not read",
    "lead": "an article's introduction",
    "elsewhere": "other articles come close, too",
    "crowding": "entries here that are alike",
    "bias": "where every hit begins",
}


def readable(result: Result, explanation: Explanation) -> str:
    """Return what was searched for, why there is an answer or none, and what the hits rest on.

    The first ``SHOWN`` hits; of each part where several things were asked.  Similarities are
    cosines, word scores shares in [0, 1]; what speaks for and against a hit is added up, and the
    sum's logistic is the confidence.
    """
    if not result.parts:
        return "\n".join(_lines(result, explanation))
    return "\n\n".join(
        readable(*part) for part in zip(result.parts, explanation.parts, strict=True)
    )


def _lines(result: Result, explanation: Explanation) -> Iterator[str]:
    yield click.style("Why", bold=True)
    yield f"Searched for: {explanation.searched}"
    if explanation.changes:
        mended = ", ".join(f"{one.typed} → {one.meant}" for one in explanation.changes)
        yield f"Typing errors mended: {mended}"
    yield _outcome(result, explanation.threshold)
    if explanation.correction is not None:
        yield "Confidences are corrected by readers' verdicts (footnote calibrate)."
    for hit, why in zip(result.hits[:SHOWN], explanation.hits, strict=False):
        yield ""
        yield from _hit(hit, why)


def _outcome(result: Result, threshold: float) -> str:
    sure = f"{result.confidence:.1%} sure of the first hit"
    if isinstance(result, Answer):
        return f"Answered: {sure}, and {threshold:.1%} is enough."
    if result.reason is AbstentionReason.EMPTY_LIBRARY:
        return "No answer: there is nothing to answer from."
    if result.reason is AbstentionReason.SMALL_TALK:
        return "No answer: nothing is asked, and nothing here is called so."
    if result.reason is AbstentionReason.TOO_VAGUE:
        return (
            "No answer: no word of the question means something by itself, "
            "and it is no FAQ's own question."
        )
    if result.confidence < threshold:
        return f"No answer: {sure}, but at least {threshold:.1%} is needed."
    return "No answer: what fits best has just been shown, and nothing else speaks of this."


def _hit(hit: Hit, why: ExplainedHit) -> Iterator[str]:
    place = hit.question or hit.section or hit.article_title
    head = f"{hit.rank}. {place} ({hit.article})"
    yield f"{click.style(head, bold=True)}  {hit.confidence:.1%} sure, score {why.score:.3f}"
    yield _row("similarity", _numbers(why.similarities))
    yield _row("word scores", _numbers(why.words))
    yield _row("words shared", ", ".join(f"{word} {rarity:.1f}" for word, rarity in why.shared))
    yield _row("missing", ", ".join(why.missing))
    yield _row("score", _parts(why.parts, {}))
    yield _row("speaks for it", _parts(why.speaks, _NAMES, sign=1))
    yield _row("against it", _parts(why.speaks, _NAMES, sign=-1))


def _row(name: str, value: str) -> str:
    return f"   {click.style(f'{name:<13}', dim=True)}  {value or '–'}"


def _numbers(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in values.items())


def _parts(parts: Mapping[str, float], names: Mapping[str, str], *, sign: int = 0) -> str:
    """Return the parts that are not nothing, those of one sign where one is given."""
    kept = ((n, v) for n, v in parts.items() if abs(v) >= 0.005 and v * sign >= 0)
    return ", ".join(f"{names.get(name, name)} {value:+.2f}" for name, value in kept)
