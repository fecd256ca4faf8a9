"""A report as Markdown, short enough for a comment on a change."""

import re
from collections.abc import Iterator

from qa.findings import Finding
from qa.reports.report import KIND_NAMES, Report, Standing, counted, one_line, percent

# A comment on GitHub holds 65,536 characters, on GitLab 1,000,000.
MOST_CHARS = 60_000
LISTED = 30
ARTICLES = 50
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$:^=])")
# Who is named is not called, and no other issue is told of this one.
_CALLS = re.compile(r"([@#])(?=\w)")


def render(report: Report) -> str:
    """Return the report: what is new first, the articles as a table, the rest folded away.

    It begins with a comment that tells one report's comment from others, so that a newer one can
    take its place.  Text from articles and readers is only text in it.
    """
    head = "\n".join(_head(report))
    room = MOST_CHARS - len(head)
    parts = []
    for part in _parts(report):
        if len(part) > room:
            parts.append("There is more than a comment holds: see the full report.")
            break
        parts.append(part)
        room -= len(part) + 2
    return "\n\n".join([head, *parts]) + "\n"


def _head(report: Report) -> Iterator[str]:
    outcome = report.outcome
    yield f"<!-- footnote {report.kind} -->"
    yield f"### {report.title}: " + ("–" if report.share is None else percent(report.share))
    yield ""
    told = [report.headline]
    if outcome.baseline is not None:
        gone = f", {len(outcome.fixed):,} fixed" if outcome.fixed else ""
        told.append(
            f"**{outcome.new:,} new**, {len(outcome.standing) - outcome.new:,} known{gone}."
        )
    if outcome.limit is not None or outcome.baseline is not None or outcome.failed:
        told.append(f"❌ {outcome.why}." if outcome.failed else "✅ Passed.")
    yield " ".join(told)
    if report.unread:
        yield ""
        yield "#### Could not be read, and is not in this report"
        yield ""
        for one in report.unread[:LISTED]:
            yield f"- {escaped(report.unread_place(one))}: {escaped(one.reason)}"
        if len(report.unread) > LISTED:
            yield f"- … and {len(report.unread) - LISTED:,} more"
    for note in report.notes:
        yield ""
        yield escaped(note)


def _parts(report: Report) -> Iterator[str]:
    new = [one for one in report.findings if report.standing(one) is Standing.NEW]
    if new:
        yield "#### New\n\n" + _listed(report, new)
    if report.strips:
        yield _table(report)
    others = [one for one in report.findings if report.standing(one) is not Standing.NEW]
    if others:
        known = "Known before" if report.outcome.baseline is not None else "What to look at first"
        summary = f"<summary>{known}: {counted(len(others), 'finding')}</summary>"
        yield f"<details>\n{summary}\n\n{_listed(report, others)}\n\n</details>"
    if report.outcome.fixed:
        lines = [f"- {escaped(entry.title)}" for entry in report.outcome.fixed[:LISTED]]
        summary = f"<summary>Fixed: {len(report.outcome.fixed):,}</summary>"
        yield "\n".join(["<details>", summary, "", *lines, "", "</details>"])


def _listed(report: Report, findings: list[Finding]) -> str:
    lines = []
    for finding in findings[:LISTED]:
        place = report.place(finding)
        where = f" – {escaped(place[0])}:{place[1]}" if place else ""
        asked = f", asked {finding.demand}×" if finding.demand else ""
        lines.append(
            f"- **{escaped(finding.title)}** ({KIND_NAMES[finding.kind]}{asked}){where}  \n"
            f"  {escaped(finding.reason)}"
        )
    if len(findings) > LISTED:
        lines.append(f"- … and {len(findings) - LISTED:,} more")
    return "\n".join(lines)


def _table(report: Report) -> str:
    rows = ["| article | coverage | covered | partly | uncovered |", "|---|--:|--:|--:|--:|"]
    for strip in sorted(report.strips, key=lambda one: (one.share, one.id))[:ARTICLES]:
        states = [square.state for square in strip.squares]
        counts = " | ".join(str(states.count(one)) for one in ("covered", "partly", "uncovered"))
        rows.append(f"| {escaped(strip.title)} | {percent(strip.share)} | {counts} |")
    if len(report.strips) > ARTICLES:
        rows.append(f"| … and {len(report.strips) - ARTICLES:,} more | | | | |")
    return "\n".join(rows)


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, in one line.

    >>> escaped("*a* | <b> @me")
    '\\\\*a\\\\* \\\\| \\\\<b\\\\> @\\u2060me'
    """
    return _CALLS.sub("\\1\u2060", _MARKUP.sub(r"\\\1", one_line(text)))
