"""The page of what is wrong with a pair, and the word that a stale answer is still right."""

from pathlib import Path

import pytest

from qa.baseline import Baseline
from qa.findings import FindingKind
from qa.reports.build import check_report
from qa.reports.outcome import accepted, held
from qa.web.desk_finding import finding_page, no_mistake, settled, still_right
from qa.web.desk_state import Desk
from tests.web.desks import TEA, desk_of

STALE = """# Tea

Tea is good.

## Keeping tea

Black tea keeps for {years} years in a tin. Light is bad for tea.

## FAQ

### How long does black tea keep?

Black tea keeps for two years in a tin.
"""


def kinds(desk: Desk) -> list[FindingKind]:
    return [one.kind for one in desk.checks().findings()]


@pytest.fixture
def stale(tmp_path: Path) -> Desk:
    desk = desk_of(tmp_path, [], files={"tea.md": STALE.format(years="two")})
    assert FindingKind.STALE not in kinds(desk)
    (desk.content / "tea.md").write_text(STALE.format(years="five"))
    assert desk.edits._sync is not None
    desk.edits._sync()
    return desk


def test_a_stale_answer_is_shown_with_what_the_section_said_before(stale: Desk) -> None:
    (finding,) = [one for one in stale.findings() if one.kind is FindingKind.STALE]
    page = finding_page(stale, finding.key, token="t")
    assert page is not None
    assert "<mark>two</mark>" in page
    assert "<mark>five</mark>" in page
    assert "The answer is still right" in page


def test_an_editors_word_ends_it_and_can_be_taken_back(stale: Desk) -> None:
    (finding,) = [one for one in stale.findings() if one.kind is FindingKind.STALE]
    action = still_right(stale, finding.key, editor="anna")
    assert action is not None
    assert FindingKind.STALE not in kinds(stale)
    assert finding_page(stale, finding.key, token="t") is None
    assert still_right(stale, finding.key, editor="anna") is None
    stale.edits.undo(action.number, editor="anna")
    assert FindingKind.STALE in kinds(stale)


def test_without_its_history_nothing_is_stale_and_nothing_breaks(stale: Desk) -> None:
    assert stale.history is not None
    stale.history.write_bytes(b"broken " * 200)
    fresh = Desk(stale.service, content=stale.content, history=stale.history)
    assert FindingKind.STALE not in kinds(fresh)


def test_pairs_that_contradict_one_another_stand_side_by_side(tmp_path: Path) -> None:
    other = TEA.replace("two years", "nine years")
    desk = desk_of(tmp_path, [], files={"tea.md": TEA, "other.md": other})
    (finding,) = [one for one in desk.findings() if one.kind is FindingKind.CONFLICT]
    page = finding_page(desk, finding.key, token="t")
    assert page is not None
    assert page.count("How long does tea keep?</a>") == 2
    assert "The answer is still right" not in page
    assert "<code>tea.md</code>" in page
    assert finding_page(desk, "conflict:0", token="t") is None


@pytest.fixture
def opposed(tmp_path: Path) -> Desk:
    other = TEA.replace("two years", "nine years")
    return desk_of(tmp_path, [], files={"tea.md": TEA, "other.md": other})


def test_a_finding_that_is_no_mistake_is_set_aside_and_can_be_taken_back(opposed: Desk) -> None:
    (finding,) = [one for one in opposed.findings() if one.kind is FindingKind.CONFLICT]
    page = finding_page(opposed, finding.key, token="t")
    assert page is not None
    assert "This is no mistake" in page
    action = settled(opposed, finding.key, editor="anna")
    assert action is not None
    assert FindingKind.CONFLICT not in {one.kind for one in opposed.findings()}
    assert [one.key for one in opposed.checks().dismissed] == [finding.key]
    assert finding_page(opposed, finding.key, token="t") is None
    # It stands in the journal after a restart, too.
    assert opposed.edits._journal is not None
    (kept,) = opposed.edits._journal.actions()
    assert kept.dismissed == action.dismissed
    opposed.edits.undo(action.number, editor="anna")
    assert FindingKind.CONFLICT in kinds(opposed)


def test_what_was_set_aside_comes_back_when_one_of_its_texts_changes(opposed: Desk) -> None:
    (finding,) = [one for one in opposed.findings() if one.kind is FindingKind.CONFLICT]
    assert no_mistake(opposed, finding.key, editor="anna") is not None
    other = opposed.content / "other.md"
    other.write_text("\n\n" + other.read_text())  # lines move: the texts are the same
    assert opposed.edits._sync is not None
    opposed.edits._sync()
    assert FindingKind.CONFLICT not in kinds(opposed)
    other.write_text(other.read_text().replace("nine years", "ten years"))
    opposed.edits._sync()
    assert FindingKind.CONFLICT in kinds(opposed)


def test_a_stale_answer_is_marked_and_not_set_aside(stale: Desk) -> None:
    (finding,) = [one for one in stale.findings() if one.kind is FindingKind.STALE]
    assert no_mistake(stale, finding.key, editor="anna") is None
    action = settled(stale, finding.key, editor="anna")
    assert action is not None
    assert action.marked is not None


def test_what_is_set_aside_is_not_fixed_and_stays_in_the_baseline(opposed: Desk) -> None:
    (finding,) = [one for one in opposed.findings() if one.kind is FindingKind.CONFLICT]
    no_mistake(opposed, finding.key, editor="anna")
    report = check_report(opposed.checks(), opposed.answerer.articles())
    known = Baseline({finding.key: "Two answers"})
    assert held(report, baseline=known, name="b").outcome.fixed == ()
    assert accepted(report, known).knows(finding)
    assert "Set aside on the desk, and not listed: 1 finding." in report.notes
