"""A report as JUnit XML, which CI services show as tests: a suite an article, a case a section.

Valid by the schema of Ant's JUnit task (Windy Road's ``JUnit.xsd``), the strictest in use: hence
the empty elements, the host that is always ``localhost`` and the time without its zone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from qa.findings import Finding
from qa.reports.report import KIND_NAMES, Report, Standing, one_line, percent

# No characters of XML 1.0, section 2.2.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    finding: Finding | None = None
    failure: str = ""


def render(report: Report, *, made: datetime) -> str:
    """Return the report as XML; ``made`` is when, in any zone.

    What fails is a failure; a finding that does not is a skipped case, with the reason.
    """
    root = ET.Element("testsuites")
    stamp = made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suites = [*_suites(report)]
    if report.unread:
        cases = [
            _Case(report.unread_place(one), failure=f"could not be read: {one.reason}")
            for one in report.unread
        ]
        suites.append(("files that could not be read", cases))
    if report.outcome.limit is not None:
        past = report.outcome.failed and (report.outcome.failing or report.share is None)
        below = report.outcome.why if past else ""
        name = f"{report.title} of at least {report.outcome.limit:g}%"
        suites.append(("limit", [_Case(name, failure=below)]))
    if not any(cases for _, cases in suites):  # which some services take for a failure
        suites.append((str(report.kind), [_Case("nothing to look at")]))
    for number, (name, cases) in enumerate(suites):
        _suite(root, report, number, name, cases, stamp)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _suites(report: Report) -> Iterator[tuple[str, list[_Case]]]:
    by_key = {finding.key: finding for finding in report.findings}
    for strip in report.strips:
        names = _unique(square.heading for square in strip.squares)
        squares = zip(names, strip.squares, strict=True)
        yield strip.path, [_Case(name, by_key.get(square.key)) for name, square in squares]
    if report.strips:
        return
    grouped: dict[str, list[Finding]] = {}
    for finding in report.findings:
        path = report.paths[finding.places[0].article] if finding.places else "no place"
        grouped.setdefault(path, []).append(finding)
    for path, own in sorted(grouped.items()):
        names = _unique(f"{KIND_NAMES[one.kind]}: {one.title}" for one in own)
        yield path, [_Case(name, one) for name, one in zip(names, own, strict=True)]


def _suite(
    root: ET.Element, report: Report, number: int, name: str, cases: list[_Case], stamp: str
) -> None:
    name = _token(name)
    failing = [
        bool(case.failure) or (case.finding is not None and _fails(report, case.finding))
        for case in cases
    ]
    skipped = sum(
        case.finding is not None and not fails for case, fails in zip(cases, failing, strict=True)
    )
    suite = ET.SubElement(
        root,
        "testsuite",
        {
            "name": name,
            "package": f"footnote.{report.kind}",
            "id": str(number),
            "timestamp": stamp,
            "hostname": "localhost",
            "tests": str(len(cases)),
            "failures": str(sum(failing)),
            "errors": "0",
            "skipped": str(skipped),
            "time": "0",
        },
    )
    ET.SubElement(suite, "properties")
    for case, fails in zip(cases, failing, strict=True):
        attributes = {"name": _token(case.name), "classname": name, "time": "0"}
        element = ET.SubElement(suite, "testcase", attributes)
        if case.failure:
            failure = {
                "type": "limit" if name == "limit" else "unread",
                "message": _xml(case.failure),
            }
            ET.SubElement(element, "failure", failure).text = _xml(report.headline)
        elif case.finding is not None and fails:
            found = {"type": str(case.finding.kind), "message": _xml(case.finding.reason)}
            ET.SubElement(element, "failure", found).text = _xml(_told(report, case.finding))
        elif case.finding is not None:
            standing = report.standing(case.finding)
            why = "in the baseline" if standing is Standing.KNOWN else "not past a limit"
            said = f"{KIND_NAMES[case.finding.kind]}, {why}: {case.finding.reason}"
            ET.SubElement(element, "skipped", {"message": _xml(said)})
    ET.SubElement(suite, "system-out").text = (
        "" if report.share is None else f"{percent(report.share)} {report.measured}"
    )
    ET.SubElement(suite, "system-err").text = "\n".join(map(_xml, report.notes)) or None


def _told(report: Report, finding: Finding) -> str:
    place = report.place(finding)
    where = f"\n{place[0]}:{place[1]}" if place else ""
    return f"{finding.title}\n{finding.reason}{where}\n{finding.key}"


def _fails(report: Report, finding: Finding) -> bool:
    return finding.key in report.outcome.failing


def _unique(names: Iterable[str]) -> Iterator[str]:
    """Yield names of which no two are the same, without a line: a test keeps its history by it."""
    seen: dict[str, int] = {}
    for name in map(_token, names):
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _token(text: str) -> str:
    return _xml(one_line(text)) or "–"


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
