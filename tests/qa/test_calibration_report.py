"""What ``footnote calibrate`` finds out, and how it is shown."""

import json
from dataclasses import replace
from pathlib import Path

import click
import pytest

from index.errors import FootnoteError, UsageError
from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import Answerer
from qa.calibration import Correction, Judgement, load
from qa.calibration_plot import plot
from qa.calibration_report import (
    CalibrationReport,
    VerdictReport,
    calibration_file,
    examine,
    to_json,
    verdict_report,
)
from qa.calibration_text import readable
from qa.questions import EditorVerdict, QuestionLog, Verdict
from qa.records import Turn
from qa.weights import CurvePoint, Weights
from tests.fakes import FakeEncoder

# Two verdicts at each confidence: the surer, the more often right.
JUDGED = [Judgement(c / 100, right) for c in range(5, 95, 5) for right in (True, c > 40)]
REPORT = CalibrationReport(
    public=(
        CurvePoint(0.0, 1.0, 0.6),
        CurvePoint(0.2, 0.9, 0.75),
        CurvePoint(0.5, 0.5, 0.92),
    ),
    own=(CurvePoint(0.0, 1.0, 0.5), CurvePoint(0.2, 0.8, 0.6), CurvePoint(0.52, 0.25, 0.875)),
    questions=40,
    verdicts=VerdictReport(3, 4, 0, why_not="too few"),
    correction=None,
    model="fake",
    revision="1",
    weights="w",
    sources={"a.md": "1a"},
)
CORRECTED = VerdictReport(25, 11, 2, Correction(0.84, -1.5), None, 0.1234, 0.0567)


@pytest.fixture
def library(content: Path) -> Path:
    path = library_path(content, write=True)
    with Library.open(path, create=True) as opened:
        sync(content, opened, FakeEncoder())
    return path


def log_verdicts(library: Path, count: int) -> None:
    """Ask and judge ``count`` questions; each third answer is wrong."""
    log = QuestionLog(library.with_name("questions.sqlite"))
    answerer = Answerer(library, FakeEncoder(), threshold=0.0)
    questions = ("How long does tea keep?", "Can I freeze tea?", "When will my order arrive?")
    for number in range(count):
        id = log.record(answerer.ask(questions[number % 3]))
        assert id is not None
        log.feedback(id, Verdict.OUTDATED if number % 3 == 2 else Verdict.HELPFUL)
    log.close()


def test_too_few_verdicts_give_no_correction() -> None:
    few = verdict_report(JUDGED[:29])
    assert few.correction is None
    assert few.why_not is not None
    assert few.why_not.endswith("a correction needs 30 verdicts, at least 5 of each kind")


def test_verdicts_of_one_kind_give_no_correction() -> None:
    report = verdict_report([Judgement(0.5, number > 3) for number in range(40)])
    assert (report.right, report.wrong, report.correction) == (36, 4, None)
    assert report.why_not == (
        "36 answers were found helpful and 4 not; a correction needs 30 verdicts, "
        "at least 5 of each kind"
    )


def test_verdicts_that_contradict_the_confidence_give_no_correction() -> None:
    report = verdict_report([replace(one, confidence=1 - one.confidence) for one in JUDGED])
    assert report.correction is None
    assert report.why_not is not None
    assert report.why_not.startswith("the verdicts contradict the confidence")


def test_enough_verdicts_bring_the_confidence_nearer_to_the_truth() -> None:
    off = [replace(one, confidence=one.confidence / 3) for one in JUDGED]
    report = verdict_report(off, moved_on=4)
    assert (report.right, report.wrong, report.moved_on) == (28, 8, 4)
    assert report.correction is not None
    assert report.error_before is not None
    assert report.error_after is not None
    assert report.error_after < report.error_before


def test_verdicts_in_the_question_log_are_used(library: Path) -> None:
    log_verdicts(library, 33)
    report = examine(library, FakeEncoder())
    verdicts = report.verdicts
    assert (verdicts.right + verdicts.wrong, verdicts.wrong, verdicts.moved_on) == (33, 11, 0)


def test_abstentions_and_answers_without_a_verdict_do_not_count(library: Path) -> None:
    log = QuestionLog(library.with_name("questions.sqlite"))
    none = Answerer(library, FakeEncoder(), threshold=1.1)
    id = log.record(none.ask("How long does tea keep?"))
    assert id is not None
    log.feedback(id, Verdict.WRONG)
    log.record(Answerer(library, FakeEncoder(), threshold=0.0).ask("Can I freeze tea?"))
    assert examine(library, FakeEncoder()).verdicts.wrong == 0


def test_an_editors_verdict_comes_before_a_readers(library: Path) -> None:
    log_verdicts(library, 33)
    log = QuestionLog(library.with_name("questions.sqlite"))
    ids = [one.id for one in log.questions() if one.verdict is Verdict.HELPFUL]
    log.review(ids[:2], EditorVerdict.WRONG, editor="ed")
    log.review(ids[2:5], EditorVerdict.DISMISSED, editor="ed", reason="a test of ours")
    verdicts = examine(library, FakeEncoder()).verdicts
    # The third of 33 are outdated; two more are wrong now, and three say nothing.
    assert (verdicts.right, verdicts.wrong) == (22 - 2 - 3, 11 + 2)


def test_an_editor_can_judge_what_was_withheld(library: Path) -> None:
    log = QuestionLog(library.with_name("questions.sqlite"))
    none = Answerer(library, FakeEncoder(), threshold=1.1)
    asked = ("How long does tea keep?", "Can I freeze tea?", "How long does tea keep?")
    ids = [log.record(none.ask(question)) or "" for question in asked]
    log.review(ids[:2], EditorVerdict.RIGHT, editor="ed")
    log.review(ids[2:], EditorVerdict.NOT_ANSWERED_HERE, editor="ed")
    verdicts = examine(library, FakeEncoder()).verdicts
    assert (verdicts.right, verdicts.wrong) == (2, 1)


def test_what_an_editor_says_at_once_of_one_question_is_one_verdict(library: Path) -> None:
    log = QuestionLog(library.with_name("questions.sqlite"))
    answerer = Answerer(library, FakeEncoder(), threshold=0.0)
    ids = [log.record(answerer.ask("How long does tea keep?")) or "" for _ in range(40)]
    log.review(ids, EditorVerdict.RIGHT, editor="ed")
    verdicts = examine(library, FakeEncoder()).verdicts
    assert (verdicts.right, verdicts.wrong) == (1, 0)


def test_a_follow_up_is_judged_by_what_it_gets_in_its_conversation(library: Path) -> None:
    log = QuestionLog(library.with_name("questions.sqlite"))
    answerer = Answerer(library, FakeEncoder(), threshold=0.0)
    history = [Turn("Can I store coffee in the fridge?")]
    told = answerer.ask("And why is that?", history)
    assert told.hits[0] != answerer.ask("And why is that?").hits[0]
    for number in range(30):
        log.feedback(log.record(told) or "", Verdict.WRONG if number else Verdict.HELPFUL)
    log.close()
    verdicts = examine(library, FakeEncoder()).verdicts
    assert (verdicts.right, verdicts.wrong, verdicts.moved_on) == (1, 29, 0)


def test_the_log_may_be_elsewhere(library: Path, tmp_path: Path) -> None:
    log_verdicts(library, 3)
    library.with_name("questions.sqlite").rename(tmp_path / "log")
    assert examine(library, FakeEncoder()).verdicts.right == 0
    for where in (str(tmp_path / "log"), f"sqlite:///{tmp_path / 'log'}"):
        assert examine(library, FakeEncoder(), log=where).verdicts.right == 2


def test_a_verdict_on_what_is_not_the_first_answer_any_more_is_left_out(
    library: Path, content: Path
) -> None:
    log_verdicts(library, 33)
    (content / "tea.md").unlink()
    with Library.open(library) as opened:
        sync(content, opened, FakeEncoder())
    verdicts = examine(library, FakeEncoder()).verdicts
    assert verdicts.moved_on == 22
    assert (verdicts.right, verdicts.wrong) == (0, 11)


def test_a_broken_question_log_is_told(library: Path) -> None:
    library.with_name("questions.sqlite").write_bytes(b"no database" * 100)
    why_not = examine(library, FakeEncoder()).verdicts.why_not
    assert why_not is not None
    assert "questions.sqlite cannot be read: " in why_not


def test_the_library_asks_itself_and_nothing_is_embedded(library: Path) -> None:
    encoder = FakeEncoder()
    report = examine(library, encoder)
    assert report.questions == 2 * 6
    assert report.own[0].share == 1.0
    assert sorted(report.sources) == ["coffee.txt", "orders/questions.csv", "tea.md"]
    assert (encoder.queries, encoder.documents) == ([], [])


def test_the_public_curve_is_that_of_the_model_that_was_measured(content: Path) -> None:
    weights = Weights.load()
    measured = FakeEncoder(name=weights.model, revision=weights.revision)
    for encoder, curve in ((measured, weights.curve), (FakeEncoder(), ())):
        path = library_path(content, write=True)
        with Library.open(path, create=True) as opened:
            sync(content, opened, encoder)
        assert examine(path, encoder).public == curve


def test_with_a_model_that_was_not_measured_nothing_is_promised() -> None:
    shown = readable(replace(REPORT, public=()))
    assert "\nNo precision can be promised with fake: it was not measured.\n" in shown
    assert "--precision" not in shown


def test_what_is_saved_is_used(library: Path) -> None:
    encoder = FakeEncoder()
    report = replace(examine(library, encoder), verdicts=CORRECTED)
    saved = report.calibration()
    assert (saved.model, saved.right, saved.wrong) == ("fake", 25, 11)
    assert saved.changed_files(report.sources) == 0
    assert load(calibration_file(library), encoder.identity, Weights.load()) is None
    plain = Answerer(library, encoder).ask("How long does tea keep?")
    corrected = Answerer(library, encoder, correction=saved.correction).ask(
        "How long does tea keep?"
    )
    assert corrected.confidence == saved.correction(plain.confidence)
    assert [hit.id for hit in corrected.hits] == [hit.id for hit in plain.hits]


def test_an_answer_that_a_correction_makes_unsure_is_withheld(library: Path) -> None:
    encoder = FakeEncoder()
    plain = Answerer(library, encoder, threshold=0.1).ask("How long does tea keep?")
    less = Answerer(library, encoder, threshold=0.1, correction=Correction(1.0, -25.0))
    assert not plain.abstained
    result, why = less.explain("How long does tea keep?")
    assert result.abstained
    assert why.correction == Correction(1.0, -25.0)


def test_nothing_is_saved_without_a_correction() -> None:
    with pytest.raises(FootnoteError, match="nothing to save: too few"):
        REPORT.calibration()


def test_the_report_is_a_table_with_what_can_be_promised() -> None:
    assert click.unstyle(readable(REPORT)).splitlines() == [
        "           public sets          40 own questions",
        "threshold  answered  right      answered  right",
        "0.00       100%      60%        100%      50%",
        "0.10       90%       75%        80%       60%",
        "0.20       90%       75%        80%       60%  (the default)",
        "0.30       50%       92%        25%       88%",
        "0.40       50%       92%        25%       88%",
        "0.50       50%       92%        25%       88%",
        "0.60       –                    –",
        "0.70       –                    –",
        "0.80       –                    –",
        "0.90       –                    –",
        "",
        "--precision 0.8: a threshold of 0.50 answers 50% of the public sets' questions, "
        "25% of the own questions, 88% right",
        "--precision 0.9: a threshold of 0.50 answers 50% of the public sets' questions, "
        "25% of the own questions, 88% right",
        "--precision 0.95: cannot be promised",
        "",
        "No correction: too few.",
    ]


def test_the_report_shows_what_the_verdicts_change() -> None:
    shown = click.unstyle(readable(replace(REPORT, verdicts=CORRECTED, own=(), questions=0)))
    assert (
        "threshold  answered  right      answered  right\n0.00       100%      60%        –"
        in shown
    )
    assert "There is no FAQ pair here that could be asked." in shown
    assert shown.splitlines()[-3:] == [
        "2 verdicts are on an answer that is not the first any more.",
        "Correction from 36 verdicts (25 helpful, 11 not): the logit times 0.84, -1.50.",
        "Calibration error on these answers: 0.123 before, 0.057 after "
        "(each corrected by what the others say).",
    ]


def test_the_report_as_json_has_all_points() -> None:
    document = json.loads(json.dumps(to_json(replace(REPORT, verdicts=CORRECTED))))
    assert document["own"][1] == {"threshold": 0.2, "share": 0.8, "precision": 0.6}
    assert document["own_questions"] == 40
    assert document["verdicts"]["correction"] == {"slope": 0.84, "intercept": -1.5}
    assert document["verdicts"]["error_after"] == 0.0567


@pytest.mark.parametrize("report", [REPORT, replace(REPORT, own=(), public=())])
def test_the_curves_are_drawn_as_png(report: CalibrationReport, tmp_path: Path) -> None:
    plot(report, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG\r\n")


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"curve\.png: cannot be written: No such file"):
        plot(REPORT, tmp_path / "nowhere" / "curve.png")
