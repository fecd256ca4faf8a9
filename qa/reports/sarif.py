"""A report as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from qa.findings import Finding, FindingKind
from qa.reports.report import KIND_NAMES, KINDS, Report, Standing, Unread

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_RULES: Mapping[FindingKind, tuple[str, str]] = {
    FindingKind.UNCOVERED: (
        "A section that no FAQ pair is about",
        "Write the question that readers ask about it, and answer it from the section.",
    ),
    FindingKind.PARTLY_COVERED: (
        "A section of which FAQ pairs say only a part",
        "Look at the sentences that no pair says; write a pair for those that readers ask about.",
    ),
    FindingKind.NOT_FOUND: (
        "An FAQ pair answers readers' questions, and they did not find it",
        "Add their wording to the pair as an alternate.",
    ),
    FindingKind.NO_PAIR: (
        "A section answers readers' questions, and no FAQ pair does",
        "Write the pair; the section says the answer.",
    ),
    FindingKind.NOT_ANSWERED: (
        "Nothing answers readers' questions",
        "Write the section first, then the pair.",
    ),
    FindingKind.OFF_TOPIC: (
        "Readers' questions that are about something else",
        "Nothing has to be done.",
    ),
    FindingKind.DUPLICATE: (
        "FAQ pairs that ask and answer the same",
        "Keep one, and make the other questions its alternates.",
    ),
    FindingKind.CONFLICT: (
        "FAQ pairs that ask the same and answer differently",
        "Find out which answer is right, or say in each question what it is about.",
    ),
    FindingKind.UNSUPPORTED: (
        "An answer says what its article does not",
        "Correct the answer, or add to the article what it leaves out.",
    ),
    FindingKind.STALE: (
        "A section changed since the answer that rests on it was touched",
        "Read the answer again; saving the pair anew marks it as up to date.",
    ),
}
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


def render(report: Report, *, version: str) -> str:
    """Return the report as SARIF; ``version`` is Footnote's.

    A result has its finding's key as partial fingerprint, so that it stays one and the same when
    lines move.  What fails is an error.  Addresses are relative to where the content is named.
    """
    kinds = KINDS[report.kind]
    run = {
        "tool": {
            "driver": {
                "name": "Footnote",
                "semanticVersion": version,
                "rules": [_rule(kind) for kind in kinds],
            }
        },
        "automationDetails": {"id": f"footnote/{report.kind}/"},
        "invocations": [
            {
                "executionSuccessful": not report.unread,
                "toolExecutionNotifications": [
                    *(_unread(report, one) for one in report.unread),
                    *({"level": "note", "message": {"text": _plain(n)}} for n in report.notes),
                ],
            }
        ],
        "results": [_result(report, finding) for finding in report.findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(log, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace").decode() + "\n"


def _rule(kind: FindingKind) -> dict[str, Any]:
    short, what = _RULES[kind]
    return {
        "id": str(kind),
        "name": "".join(word.capitalize() for word in str(kind).split("_")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": f"{short}."},
        "help": {"text": what},
        "defaultConfiguration": {"level": _level(kind)},
        "properties": {"tags": ["faq", KIND_NAMES[kind]]},
    }


def _level(kind: FindingKind) -> str:
    weak = (FindingKind.PARTLY_COVERED, FindingKind.DUPLICATE, FindingKind.OFF_TOPIC)
    return "note" if kind in weak else "warning"


def _result(report: Report, finding: Finding) -> dict[str, Any]:
    fails = finding.key in report.outcome.failing
    result: dict[str, Any] = {
        "ruleId": str(finding.kind),
        "ruleIndex": KINDS[report.kind].index(finding.kind),
        "level": "error" if fails else _level(finding.kind),
        "message": {"text": _plain(f"{finding.title}. {finding.reason}")},
        "partialFingerprints": {"footnote/v1": finding.key},
        "rank": round(100 * finding.severity * finding.sure, 2),
        "properties": {"demand": finding.demand, "sure": finding.sure},
    }
    standing = report.standing(finding)
    if standing is not None:
        result["baselineState"] = "new" if standing is Standing.NEW else "unchanged"
    places = [_location(report, place.article, place.line) for place in finding.places]
    if places:
        result["locations"] = places[:1]
    further: list[dict[str, Any]] = []
    for place, location in zip(finding.places[1:], places[1:], strict=True):
        told = {**location, "message": {"text": _plain(place.label or "see here")}}
        if told not in further:
            further.append(told)
    if further:
        result["relatedLocations"] = [
            {"id": number, **told} for number, told in enumerate(further, start=1)
        ]
    return result


def _unread(report: Report, unread: Unread) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": _plain(f"{report.unread_place(unread)}: {unread.reason}")},
        "locations": [_at(report, unread.path, unread.line or 1)],
    }


def _location(report: Report, article: str, line: int) -> dict[str, Any]:
    return _at(report, report.paths[article], line)


def _at(report: Report, path: str, line: int) -> dict[str, Any]:
    uri = quote(report.content + path, safe="/", errors="replace")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": max(1, line)},
        }
    }


def _plain(text: str) -> str:
    """Return a message in which nothing is a link (SARIF 2.1.0, section 3.11.6)."""
    return _LINK.sub(r"\\[", text.replace("\\", "\\\\"))
