"""Holding a report against a limit and a baseline.  Pure."""

from dataclasses import replace

from qa.baseline import Baseline
from qa.findings import Finding
from qa.reports.report import HARMLESS, KINDS, Outcome, Report, Standing, counted, percent


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
    below it.  Without either nothing fails.
    """
    can_fail = [one for one in report.findings if one.kind not in HARMLESS]
    below = limit is not None and (report.share is None or report.share * 100 + 1e-9 < limit)
    if baseline is None:
        why = _below(report, limit) if below and limit is not None else ""
        failing = frozenset(one.key for one in can_fail) if below else frozenset()
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
    fixed, better = baseline.changed(can_fail, KINDS[report.kind])
    outcome = Outcome(
        limit, name, standing, failing, fixed, better, "; ".join(one for one in reasons if one)
    )
    return replace(report, outcome=outcome)


def accepted(report: Report, baseline: Baseline) -> Baseline:
    """Return the baseline that knows all that the report finds, and nothing else of its kinds."""
    can_fail = (one for one in report.findings if one.kind not in HARMLESS)
    return baseline.updated(
        ((one, title_in_baseline(report, one)) for one in can_fail), KINDS[report.kind]
    )


def title_in_baseline(report: Report, finding: Finding) -> str:
    """Return a finding's title with its file, but not its line: lines move."""
    if not finding.places:
        return finding.title
    return f"{finding.title} ({report.paths[finding.places[0].article]})"


def _below(report: Report, limit: float) -> str:
    if report.share is None:
        return f"a limit of {limit:g}% is set, and there is nothing to measure: {report.measured}"
    return f"{percent(report.share)} is below the limit of {limit:g}%"
