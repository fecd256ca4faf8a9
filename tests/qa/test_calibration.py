"""The correction of the confidence: fitted, kept in a file, refused where it does not belong."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.errors import FootnoteError, LibraryError, ModelError
from index.model_files import ModelIdentity
from qa.calibration import (
    Calibration,
    Correction,
    Judgement,
    calibration_error,
    correction_of,
    curve,
    fit,
    fit_left_out,
    load,
    save,
    weights_digest,
)
from qa.weights import CurvePoint, LogisticWeights, RankingWeights, Weights

MODEL = ModelIdentity("tea-model", "abcdef0123456789", 3)
WEIGHTS = Weights(
    model="tea-model",
    revision="abcdef0123456789",
    ranking=RankingWeights({"question": 1.0}, {"section": 1.0}, 0.1),
    confidence=LogisticWeights({"similarity": 2.0}, {"similarity": 1.0}),
    answerable=LogisticWeights({}, {}),
    curve=(CurvePoint(0.0, 1.0, 0.5),),
    provenance={},
)
CALIBRATION = Calibration(
    correction=Correction(0.5, -1.25),
    model=MODEL.name,
    revision=MODEL.revision,
    weights=weights_digest(WEIGHTS),
    right=20,
    wrong=12,
    sources={"tea.md": "1a", "é.txt": "2b"},
    made=datetime(2026, 5, 1, 12, 30, tzinfo=UTC),
)


def judgements(*groups: tuple[float, int, int]) -> list[Judgement]:
    """Return, per group (confidence, right, wrong), so many of each."""
    return [
        Judgement(confidence, number < right)
        for confidence, right, wrong in groups
        for number in range(right + wrong)
    ]


def test_a_correction_moves_the_logit() -> None:
    # 0.8 has the logit ln 4; half of it is ln 2, and 2 / (1 + 2) = 0.666667.
    assert Correction(0.5, 0.0)(0.8) == 0.666667
    # Nine times the odds: ln 1 + ln 9.
    assert Correction(1.0, math.log(9.0))(0.5) == 0.9
    assert Correction(1.0, 0.0)(0.123456) == 0.123456


def test_a_correction_keeps_the_order_and_stays_a_probability() -> None:
    corrected = [Correction(2.0, -0.7)(step / 100) for step in range(101)]
    assert corrected == sorted(corrected)
    assert corrected[0] >= 0.0
    assert corrected[-1] <= 1.0


def test_two_confidences_are_corrected_to_platts_targets() -> None:
    # With two confidences two numbers fit exactly.  Of 20 judgements 12 are right: right ones aim
    # at 13/14 and wrong ones at 1/10.  Of those at 0.2, 2 of 10 are right: (2·13/14 + 8/10)/10;
    # of those at 0.8, 10 of 10: 13/14.
    found = fit(judgements((0.2, 2, 8), (0.8, 10, 0)))
    assert found(0.2) == pytest.approx((2 * 13 / 14 + 8 / 10) / 10, abs=1e-4)
    assert found(0.8) == pytest.approx(13 / 14, abs=1e-4)


def test_the_fit_is_the_likeliest_by_an_independent_search() -> None:
    random = np.random.default_rng(3)
    confidences = random.uniform(0.02, 0.98, 80)
    right = random.uniform(size=80) < confidences**2
    own = [Judgement(round(float(c), 6), bool(r)) for c, r in zip(confidences, right, strict=True)]
    found = fit(own)
    logits = np.log([one.confidence / (1 - one.confidence) for one in own])
    targets = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))

    def loss(slope: float, intercept: float) -> float:
        margins = slope * logits + intercept
        return float((np.logaddexp(0.0, margins) - targets * margins).sum())

    best = loss(found.slope, found.intercept)
    for slope in (-0.02, 0.0, 0.02):
        for intercept in (-0.02, 0.0, 0.02):
            assert loss(found.slope + slope, found.intercept + intercept) >= best - 1e-6


def test_confidences_that_are_all_the_same_are_corrected_by_a_shift_alone() -> None:
    # A slope says nothing here; what counts is the corrected value: (24·25/26 + 8/10) / 32.
    with pytest.raises(FootnoteError, match="no correction can mend that"):
        fit(judgements((0.5, 24, 8)))
    found = fit([*judgements((0.7, 23, 8)), Judgement(0.71, True)])
    assert found(0.7) == pytest.approx((24 * 25 / 26 + 8 / 10) / 32, abs=0.02)


def test_a_fit_needs_both_kinds() -> None:
    with pytest.raises(FootnoteError, match="answers that were right and answers that were not"):
        fit(judgements((0.3, 40, 0)))


def test_verdicts_that_contradict_the_confidence_are_told() -> None:
    with pytest.raises(FootnoteError, match="surer answers were not right more often"):
        fit(judgements((0.2, 9, 1), (0.9, 1, 9)))


def test_what_is_corrected_by_the_others_has_not_seen_itself() -> None:
    own = judgements((0.3, 8, 12), (0.9, 16, 4))
    corrected = fit_left_out(own)
    assert [one.right for one in corrected] == [True] * 24 + [False] * 16
    everything = fit(own)
    # The first part is every tenth of the ordered ones: 3 right, 2 wrong are left out.
    assert {one.confidence for one in corrected} != {everything(0.3), everything(0.9)}
    ordered = sorted(own, key=lambda one: not one.right)
    others = [one for at, one in enumerate(ordered) if at % 10]
    assert corrected[0].confidence == fit(others)(ordered[0].confidence)


def test_the_calibration_error_is_the_mean_distance_by_bin() -> None:
    # Bin .2: 4 at .25, 2 right: |4·.25 - 2| = 1.  Bin .9 (1 is in it): .95 and 1, right: .05.
    own = [*judgements((0.25, 2, 2)), Judgement(0.95, True), Judgement(1.0, True)]
    assert calibration_error(own) == pytest.approx(1.05 / 6)
    assert calibration_error([]) == 0.0


def test_the_curve_ends_where_nothing_is_answered() -> None:
    points = {p.threshold: p for p in curve(judgements((0.05, 0, 1), (0.2, 1, 1), (0.5, 1, 0)))}
    assert points[0.0] == CurvePoint(0.0, 1.0, 0.5)
    assert points[0.06] == CurvePoint(0.06, 0.75, 0.6667)
    # A confidence equal to the threshold is enough.
    assert points[0.2] == CurvePoint(0.2, 0.75, 0.6667)
    assert points[0.22] == CurvePoint(0.22, 0.25, 1.0)
    assert max(points) == 0.5
    assert curve([]) == ()


def test_a_calibration_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    save(CALIBRATION, file)
    assert load(file, MODEL, WEIGHTS) == CALIBRATION
    assert correction_of(tmp_path / "library.sqlite", MODEL, WEIGHTS) == Correction(0.5, -1.25)
    assert [path.name for path in tmp_path.iterdir()] == ["calibration.json"]


def test_without_a_file_there_is_no_correction(tmp_path: Path) -> None:
    assert load(tmp_path / "calibration.json", MODEL, WEIGHTS) is None
    assert correction_of(tmp_path / "library.sqlite", MODEL, WEIGHTS) is None


def test_another_models_calibration_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    save(CALIBRATION, file)
    for other in (replace(MODEL, name="coffee-model"), replace(MODEL, revision="other")):
        with pytest.raises(ModelError, match=r"the confidence of tea-model .* delete the"):
            load(file, other, WEIGHTS)


def test_a_calibration_of_other_weights_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    save(CALIBRATION, file)
    other = replace(WEIGHTS, confidence=LogisticWeights({"similarity": 2.1}, {}))
    with pytest.raises(ModelError, match=r"other weights .*--save again, or delete the"):
        load(file, MODEL, other)


def test_the_curve_and_where_weights_come_from_do_not_change_a_confidence() -> None:
    other = replace(WEIGHTS, curve=(), provenance={"date": "today"})
    assert weights_digest(other) == weights_digest(WEIGHTS)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": 2}, "format 2, expected 1"),
        ({"correction": {"slope": -1.0, "intercept": 0.0}}, "does not keep the order"),
        ({"correction": {"slope": "nan", "intercept": 0.0}}, "does not keep the order"),
        ({"sources": []}, "AttributeError"),
        ({"made": "yesterday"}, "Invalid isoformat string"),
        ({"verdicts": {"right": 1}}, "KeyError: 'wrong'"),
    ],
)
def test_a_file_that_is_no_calibration_is_told(
    tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    file = tmp_path / "calibration.json"
    save(CALIBRATION, file)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(LibraryError, match=f"not a calibration .*{problem}.* or delete the file"):
        load(file, MODEL, WEIGHTS)


def test_a_file_that_is_no_json_is_told(tmp_path: Path) -> None:
    file = tmp_path / "calibration.json"
    file.write_bytes(b"\xff{")
    with pytest.raises(LibraryError, match=r"calibration\.json: not a calibration"):
        load(file, MODEL, WEIGHTS)


def test_a_calibration_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "calibration.json").mkdir()
    with pytest.raises(LibraryError, match=r"calibration\.json: cannot be written"):
        save(CALIBRATION, tmp_path / "calibration.json")
    assert [path.name for path in tmp_path.iterdir()] == ["calibration.json"]


def test_files_that_are_new_gone_or_different_are_counted() -> None:
    assert CALIBRATION.changed_files({"tea.md": "1a", "é.txt": "2b"}) == 0
    assert CALIBRATION.changed_files({"tea.md": "XX", "new.md": "3c"}) == 3
