"""A report as JSON.  The shape is described in ``docs/command-line.md`` and stays as it is.

What may be added are further keys; ``format`` rises when one changes its meaning or goes.
"""

import json
from collections.abc import Iterable
from typing import Any

from qa.baseline import Entry
from qa.findings import Finding
from qa.reports.report import Report

FORMAT = 1


def render(report: Report) -> str:
    """Return the report as one JSON object, with a line break at the end."""
    return json.dumps(to_json(report), ensure_ascii=False, indent=1) + "\n"


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as plain values.  Shares are between 0 and 1, offsets characters."""
    outcome = report.outcome
    return {
        "report": str(report.kind),
        "format": FORMAT,
        "content": report.content,
        "share": None if report.share is None else round(report.share, 6),
        "limit": outcome.limit,
        "baseline": outcome.baseline,
        "failed": outcome.failed,
        "why": outcome.why,
        "totals": {figure.name: figure.value for figure in report.figures},
        "findings": [_finding(report, finding) for finding in report.findings],
        "fixed": _entries(outcome.fixed),
        "better": _entries(outcome.better),
        "unread": [
            {"file": report.content + one.path, "line": one.line, "reason": one.reason}
            for one in report.unread
        ],
        "notes": list(report.notes),
        "not_checked": sorted(str(kind) for kind in report.unchecked),
        **report.details,
    }


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    standing = report.standing(finding)
    return {
        "key": finding.key,
        "kind": str(finding.kind),
        "standing": None if standing is None else str(standing),
        "fails": finding.key in report.outcome.failing,
        "title": finding.title,
        "reason": finding.reason,
        "severity": finding.severity,
        "sure": finding.sure,
        "demand": finding.demand,
        "weight": round(finding.weight, 6),
        "places": [
            {
                "article": place.article,
                "file": report.content + report.paths[place.article],
                "line": place.line,
                "owner": place.owner,
                "start": place.start,
                "end": place.end,
                "label": place.label,
            }
            for place in finding.places
        ],
    }


def _entries(entries: Iterable[Entry]) -> list[dict[str, str]]:
    return [{"key": entry.key, "title": entry.title} for entry in entries]
