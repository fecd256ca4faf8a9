"""The page of what is wrong with a pair: the passages that prove it, side by side."""

from typing import Any
from urllib.parse import urlencode

from qa.checks import CheckReport
from qa.findings import Finding, FindingKind, Place
from qa.links import page_url
from qa.reports.build import check_report
from qa.web.desk_html import waits_page
from qa.web.desk_journal import Action
from qa.web.desk_state import Desk
from qa.web.pages import TEMPLATES


def finding_path(key: str) -> str:
    """Return the address of a finding's page."""
    return "/desk/finding?" + urlencode({"key": key})


def finding_page(desk: Desk, key: str, *, token: str, problem: str = "") -> str | None:
    """Return the page of a finding of FAQ health; None where there is none (any more)."""
    now = desk.checks_now()
    if now is None:
        words = "The pairs are being compared with one another and with the articles."
        return waits_page(words, site=desk.site)
    report = check_report(now.value, now.asker.articles)
    finding = next((one for one in report.findings if one.key == key), None)
    if finding is None:
        return None
    owners = list(dict.fromkeys((one.article, one.owner) for one in finding.places))
    sides: list[dict[str, Any]] = []
    for number, side in enumerate(report.opened(finding)):
        place = next(
            (p for p in finding.places if number < len(owners) and owners[number] == _key(p)), None
        )
        url = page_url(place.article, place.start, place.end) if place else ""
        sides.append(
            {
                "label": side.label,
                "heading": side.heading or (side.path if url else ""),
                "path": side.path,
                "line": side.line,
                "stretches": side.stretches,
                "note": side.note,
                "url": url,
            }
        )
    return TEMPLATES.get_template("desk_finding.html").render(
        site=desk.site,
        language=None,
        token=token,
        finding=finding,
        sides=sides,
        stale=finding.kind is FindingKind.STALE,
        files=list(dict.fromkeys(report.paths[one.article] for one in finding.places)),
        problem=problem,
    )


def still_right(desk: Desk, key: str, *, editor: str) -> Action | None:
    """Note that a stale answer is still right; None where there is no such finding (any more).

    Raises as ``Desk.mark`` does.
    """
    now = desk.checks_now()
    finding = _found(now.value, key) if now is not None else None
    if finding is None or finding.kind is not FindingKind.STALE:
        return None
    pair = _key(finding.places[0])
    question = finding.title.removesuffix(" may be out of date")
    return desk.edits.mark(pair, editor=editor, what=f"Found still right: {question}")


def no_mistake(desk: Desk, key: str, *, editor: str) -> Action | None:
    """Set aside a finding that is no mistake, until one of its texts changes; None where there is
    no such finding (any more), or a stale answer, see ``still_right``.

    Raises as ``Desk.dismiss`` does.
    """
    now = desk.checks_now()
    finding = _found(now.value, key) if now is not None else None
    if now is None or finding is None or finding.kind is FindingKind.STALE:
        return None
    digest, what = now.value.digest(finding), f"Set aside as no mistake: {finding.title}"
    return desk.edits.dismiss(key, digest, editor=editor, what=what)


def settled(desk: Desk, key: str, *, editor: str) -> Action | None:
    """Do what the button on a finding's page says, whichever of the two."""
    return still_right(desk, key, editor=editor) or no_mistake(desk, key, editor=editor)


def _found(report: CheckReport, key: str) -> Finding | None:
    return next((one for one in report.findings() if one.key == key), None)


def _key(place: Place) -> tuple[str, str]:
    return place.article, place.owner


def is_health(finding: Finding) -> bool:
    """Tell whether a finding has a page here."""
    return finding.kind in {
        FindingKind.DUPLICATE,
        FindingKind.CONFLICT,
        FindingKind.UNSUPPORTED,
        FindingKind.STALE,
    }
