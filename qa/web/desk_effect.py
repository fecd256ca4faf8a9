"""What an edit would change, as the page of a group shows it before anything is saved."""

from typing import Any

from index.records import FaqPair
from qa.edit_effect import Effect, EffectKind, EffectReport
from qa.gaps import Gap
from qa.web.desk_html import in_context
from qa.web.desk_state import Desk

LISTED = 20
_NAMED = 12  # wordings
_WORTH = {True: "better", False: "worse", None: "another"}


def effects_of(desk: Desk, report: EffectReport) -> list[dict[str, Any]]:
    """Return what would change: first what gets worse, then what has to be read, then the rest."""
    order = (False, None, True)
    effects = sorted(report.effects, key=lambda one: order.index(one.better))
    return [
        {
            "text": in_context(one.wording.text, one.wording.context),
            "count": one.wording.count,
            "before": named(desk, one.before),
            "sure_before": _sure(one.before, one.confidence_before),
            "after": _after(desk, one),
            "sure_after": _sure(one.after, one.confidence_after),
            "worth": _WORTH[one.better],
        }
        for one in effects[:LISTED]
    ]


def _sure(answer: tuple[str, str] | None, confidence: float) -> str:
    of = "the closest is " if answer is None else ""
    return f"{of}{round(100 * confidence)} % sure"


def _after(desk: Desk, one: Effect) -> str:
    if one.kind is EffectKind.CHANGED_ANSWER:
        return f"{named(desk, one.after)} (in its new words)"
    return named(desk, one.after)


def reach_of(gap: Gap, report: EffectReport) -> str:
    """Say which of a group's wordings would get what was edited as their answer."""
    left = [one for one in gap.wordings if one.key not in report.answered]
    total = len(gap.wordings)
    if not left:
        return f"All {total} wordings of this group would get it." if total > 1 else ""
    shown = ", ".join(f"“{one.shown}”" for one in left[:_NAMED])
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    of = f"{total - len(left)} of the {total} wordings of this group would get it. "
    return f"{of if total > 1 else ''}Not found by: {shown}{more}. Add them as wordings, too."


def named(desk: Desk, key: tuple[str, str] | None) -> str:
    """Return the words for what answers: a question of the FAQ, a heading, or none."""
    if key is None:
        return "no answer"
    try:
        owner = desk.answerer.searcher.owner(*key)
    except KeyError:
        return "the new pair"
    if isinstance(owner.item, FaqPair):
        return owner.item.question
    return owner.item.heading or owner.article.title
