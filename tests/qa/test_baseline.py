"""Baselines: what is known, what is new, and a file that reads well in a change."""

import json
from pathlib import Path

import pytest

from index.errors import UsageError
from qa.baseline import Baseline, Entry, load
from qa.findings import Finding, FindingKind

COVERAGE = (FindingKind.UNCOVERED, FindingKind.PARTLY_COVERED)


def finding(kind: FindingKind, digest: str) -> Finding:
    return Finding(kind, f"{kind}:{digest}", f"title {digest}", "reason")


UNCOVERED = finding(FindingKind.UNCOVERED, "aa")
PARTLY = finding(FindingKind.PARTLY_COVERED, "aa")


def test_a_section_that_is_covered_in_part_by_now_is_no_new_problem() -> None:
    assert Baseline({"uncovered:aa": "t"}).knows(PARTLY)


def test_a_section_that_got_worse_is_a_new_problem() -> None:
    assert not Baseline({"partly_covered:aa": "t"}).knows(UNCOVERED)


def test_what_is_fixed_and_what_is_better_are_told_apart() -> None:
    known = Baseline({"uncovered:aa": "t", "uncovered:bb": "u", "conflict:cc": "v"})
    fixed, better = known.changed([PARTLY], COVERAGE)
    assert fixed == (Entry("uncovered:bb", "u"),)
    assert better == (Entry("uncovered:aa", "t"),)


def test_updating_keeps_what_other_reports_know() -> None:
    known = Baseline({"uncovered:bb": "u", "conflict:cc": "v"})
    updated = known.updated([(PARTLY, "a\n title")], COVERAGE)
    assert updated.titles == {"conflict:cc": "v", "partly_covered:aa": "a title"}


def test_the_file_has_a_finding_a_line_in_the_order_of_the_keys(tmp_path: Path) -> None:
    text = Baseline({"uncovered:bb": "Über", "uncovered:aa": "x"}).text()
    assert text == (
        '{\n "footnote-baseline": 1,\n "findings": {\n'
        '  "uncovered:aa": "x",\n  "uncovered:bb": "Über"\n }\n}\n'
    )
    (tmp_path / "b.json").write_text(text, encoding="utf-8")
    assert load(tmp_path / "b.json").text() == text


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ("{", "the baseline is no JSON"),
        ("[]", "no baseline of Footnote"),
        (json.dumps({"footnote-baseline": 2}), "a baseline of format 2; this Footnote reads 1"),
        (json.dumps({"footnote-baseline": 1, "findings": {"a": 1}}), "is no object of keys"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, stored: str, message: str) -> None:
    (tmp_path / "b.json").write_text(stored)
    with pytest.raises(UsageError, match=message):
        load(tmp_path / "b.json")


def test_a_baseline_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such baseline; --update-baseline makes it"):
        load(tmp_path / "b.json")
