"""Holding a report against a limit and a baseline.  Pure."""

from dataclasses import replace

from index.errors import ReadError
from qa.baseline import Baseline
from qa.findings import Finding
from qa.reports.report import HARMLESS, Outcome, Report, Standing, counted, percent


def held(
    report: Report,
    *,
    limit: float | None = None,
    baseline: Baseline | None = None,
    name: str | None = None,
) -> Report:
    """Return ``report`` with its outcome.

    ``limit`` is the least share, in percent; what was not measured keeps no limit.  With a baseline
    only what it does not know can fail: by itself, or, where there is a limit, when the share is
    below it.  Without either only what could not be read fails: a report that does not rest on
    all files always does, and claims of nothing that it is fixed.
    """
    can_fail = [one for one in report.findings if one.kind not in HARMLESS]
    below = limit is not None and (report.share is None or report.share * 100 + 1e-9 < limit)
    if baseline is None:
        reasons = [_below(report, limit)] if below and limit is not None else []
        failing = frozenset(one.key for one in can_fail) if below else frozenset()
        why = "; ".join([*reasons, *_unread(report)])
        return replace(report, outcome=Outcome(limit=limit, failing=failing, why=why))
    standing = {
        one.key: Standing.KNOWN if baseline.knows(one) else Standing.NEW for one in can_fail
    }
    new = frozenset(key for key, stands in standing.items() if stands is Standing.NEW)
    unmeasured = below and report.share is None
    failing = new if limit is None or below else frozenset()
    reasons = [_below(report, limit)] if limit is not None and (failing or unmeasured) else []
    if failing:
        problems = counted(len(new), "problem")
        reasons.append(f"{problems} {'is' if len(new) == 1 else 'are'} not in the baseline")
    reasons.extend(_unread(report))
    fixed, better = ((), ()) if report.unread else baseline.changed(can_fail, report.checked)
    fixed = tuple(entry for entry in fixed if entry.key not in report.dismissed)
    outcome = Outcome(
        limit, name, standing, failing, fixed, better, "; ".join(one for one in reasons if one)
    )
    return replace(report, outcome=outcome)


def accepted(report: Report, baseline: Baseline) -> Baseline:
    """Return the baseline that knows all that the report finds, and nothing else of its kinds.

    What was not looked for it knows as before.  ``ReadError`` where something could not be read:
    what is known of it would be lost.
    """
    if report.unread:
        first = report.unread[0]
        raise ReadError(
            report.unread_place(first),
            f"{first.reason}. The baseline is left as it is: what it knows of files that cannot be "
            "read would be lost. Mend them, or leave them out with .footnoteignore",
        )
    can_fail = (one for one in report.findings if one.kind not in HARMLESS)
    updated = baseline.updated(
        ((one, title_in_baseline(report, one)) for one in can_fail), report.checked
    )
    kept = {key: title for key, title in baseline.titles.items() if key in report.dismissed}
    return Baseline({**updated.titles, **kept})


def title_in_baseline(report: Report, finding: Finding) -> str:
    """Return a finding's title with its file, but not its line: lines move."""
    if not finding.places:
        return finding.title
    return f"{finding.title} ({report.paths[finding.places[0].article]})"


def _unread(report: Report) -> list[str]:
    """Return what is to be said of what could not be read; nothing where all was."""
    if not report.unread:
        return []
    files = counted(len({one.path for one in report.unread}), "file")
    return [f"{files} could not be read as a whole"]


def _below(report: Report, limit: float) -> str:
    if report.share is None:
        return f"a limit of {limit:g}% is set, and there is nothing to measure: {report.measured}"
    return f"{percent(report.share)} is below the limit of {limit:g}%"
