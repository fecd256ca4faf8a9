"""Is the confidence right on these articles?  A correction from readers' verdicts, and its file.

The confidence's weights are learned on public question sets (``qa.weights``).  Where readers have
judged enough answers, two numbers bring it in line with what they found.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import FootnoteError, LibraryError, ModelError
from index.model_files import ModelIdentity
from qa.weights import CurvePoint, Weights

FILE = "calibration.json"  # beside the library
LEAST_VERDICTS = 30
LEAST_OF_A_KIND = 5
BINS = 10
FOLDS = 10
THRESHOLDS = tuple(round(0.02 * step, 2) for step in range(50))
_FORMAT = 1
# Confidences have 6 decimals; 0 and 1 have no logit.
_LEAST = 1e-6
_STEPS, _CLOSE = 100, 1e-10


@dataclass(frozen=True, slots=True)
class Judgement:
    """How sure we are of the first hit for a question, in [0, 1], and whether it is right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """The logit of a confidence, ``slope`` times itself plus ``intercept``.  Order is kept."""

    slope: float
    intercept: float

    def __call__(self, confidence: float) -> float:
        """Return the corrected confidence, in [0, 1], 6 decimals."""
        return round(_logistic(self.slope * _logit(confidence) + self.intercept), 6)


@dataclass(frozen=True)
class Calibration:
    """A correction with all that it belongs to.

    ``sources`` are the content's files with the digests that they had; ``right`` and ``wrong`` the
    numbers of verdicts; ``model``, ``revision`` and ``weights`` (a digest) what gave the
    confidences that were judged.
    """

    correction: Correction
    model: str
    revision: str
    weights: str
    right: int
    wrong: int
    sources: Mapping[str, str] = field(repr=False)
    made: datetime = field(default_factory=lambda: datetime.now(UTC))

    def changed_files(self, sources: Mapping[str, str]) -> int:
        """Return how many files are new, gone or different since it was made."""
        names = self.sources.keys() | sources.keys()
        return sum(self.sources.get(name) != sources.get(name) for name in names)


def fit(judgements: Sequence[Judgement]) -> Correction:
    """Return the correction under which the judgements are likeliest.

    Platt, "Probabilistic Outputs for Support Vector Machines" (1999): right ones are taken for
    (n + 1) / (n + 2) and wrong ones for 1 / (m + 2), so that a few verdicts never make us certain.
    Newton's method with step halving, as Lin, Lin and Weng, "A Note on Platt's Probabilistic
    Outputs" (2007), have it; on the confidence's logit.
    Raises FootnoteError without both kinds, and where surer answers were less often right.
    """
    right = sum(one.right for one in judgements)
    wrong = len(judgements) - right
    if not right or not wrong:
        raise FootnoteError("a correction needs answers that were right and answers that were not")
    high, low = (right + 1.0) / (right + 2.0), 1.0 / (wrong + 2.0)
    points = [(_logit(one.confidence), high if one.right else low) for one in judgements]

    def loss(slope: float, intercept: float) -> float:
        total = 0.0
        for logit, target in points:
            margin = slope * logit + intercept
            # log(1 + exp(margin)) without overflow
            total += max(margin, 0.0) + math.log1p(math.exp(-abs(margin))) - target * margin
        return total

    slope, intercept = 0.0, math.log((right + 1.0) / (wrong + 1.0))
    now = loss(slope, intercept)
    for _ in range(_STEPS):
        g_slope = g_intercept = 0.0
        h_slope = h_intercept = 1e-12  # never singular, also where all confidences are the same
        h_both = 0.0
        for logit, target in points:
            share = _logistic(slope * logit + intercept)
            off, spread = share - target, share * (1.0 - share)
            g_slope += off * logit
            g_intercept += off
            h_slope += spread * logit * logit
            h_intercept += spread
            h_both += spread * logit
        determinant = h_slope * h_intercept - h_both * h_both
        step_slope = (h_intercept * g_slope - h_both * g_intercept) / determinant
        step_intercept = (h_slope * g_intercept - h_both * g_slope) / determinant
        length = 1.0
        while length >= _CLOSE:
            nearer = slope - length * step_slope, intercept - length * step_intercept
            then = loss(*nearer)
            if then <= now:
                break
            length /= 2.0
        else:
            break
        slope, intercept = nearer
        if now - then < _CLOSE:
            break
        now = then
    if slope <= 0.0:
        raise FootnoteError(
            "the verdicts contradict the confidence: surer answers were not right more often; "
            "no correction can mend that"
        )
    return Correction(round(slope, 6), round(intercept, 6))


def fit_left_out(judgements: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Return the judgements, right ones first, each corrected by what the others say.

    In ``FOLDS`` parts, each with its share of either kind: what a correction is worth can only be
    seen on answers that it has not been made from.  Raises as ``fit``.
    """
    ordered = sorted(judgements, key=lambda one: not one.right)
    corrections = [
        fit([one for at, one in enumerate(ordered) if at % FOLDS != part]) for part in range(FOLDS)
    ]
    return tuple(
        replace(one, confidence=corrections[at % FOLDS](one.confidence))
        for at, one in enumerate(ordered)
    )


def calibration_error(judgements: Sequence[Judgement]) -> float:
    """Return the mean distance of confidence and share right over ``BINS`` bins of equal width.

    Weighted by their judgements: the expected calibration error of Naeini, Cooper and Hauskrecht
    (2015).  0 without judgements.
    """
    bins: list[list[Judgement]] = [[] for _ in range(BINS)]
    for one in judgements:
        bins[min(int(one.confidence * BINS), BINS - 1)].append(one)
    off = sum(abs(sum(one.confidence - one.right for one in own)) for own in bins)
    return off / len(judgements) if judgements else 0.0


def curve(judgements: Sequence[Judgement]) -> tuple[CurvePoint, ...]:
    """Return share answered and precision at ``THRESHOLDS``, as far as anything is answered."""
    points: list[CurvePoint] = []
    for threshold in THRESHOLDS:
        answered = [one.right for one in judgements if one.confidence >= threshold]
        if not answered:
            break
        share = len(answered) / len(judgements)
        points.append(CurvePoint(threshold, round(share, 4), round(_mean(answered), 4)))
    return tuple(points)


def weights_digest(weights: Weights) -> str:
    """Return the SHA-256 (hex) of all that a confidence is computed from."""
    used = {name: asdict(weights)[name] for name in ("model", "revision", "ranking", "confidence")}
    return hashlib.sha256(json.dumps(used, sort_keys=True).encode()).hexdigest()


def save(calibration: Calibration, path: Path) -> None:
    """Write the calibration to a file, in one step: another process sees the old or the new."""
    document = {
        "format": _FORMAT,
        "made": calibration.made.astimezone(UTC).isoformat(timespec="seconds"),
        "model": {"name": calibration.model, "revision": calibration.revision},
        "weights": calibration.weights,
        "verdicts": {"right": calibration.right, "wrong": calibration.wrong},
        "correction": asdict(calibration.correction),
        "sources": dict(sorted(calibration.sources.items())),
    }
    text = json.dumps(document, ensure_ascii=True, indent=1) + "\n"
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise LibraryError(f"{path}: cannot be written: {error.strerror or error}") from error


def load(path: Path, model: ModelIdentity, weights: Weights) -> Calibration | None:
    """Return the calibration in a file; ``None`` where there is no such file.

    Raises LibraryError for a file that cannot be read, and ModelError for one that was made with
    another model or other weights: their confidences were others.
    """
    try:
        found = _parsed(path)
    except FileNotFoundError:
        return None
    remedy = "run footnote calibrate --save again, or delete the file"
    if (found.model, found.revision) != (model.name, model.revision):
        raise ModelError(
            f"{path} corrects the confidence of {found.model} (revision {found.revision[:12]}), "
            f"not of {model.name} (revision {model.revision[:12]}); {remedy}"
        )
    if found.weights != weights_digest(weights):
        raise ModelError(
            f"{path} corrects a confidence that was computed with other weights (those of another "
            f"version of Footnote); {remedy}"
        )
    return found


def correction_of(library: Path, model: ModelIdentity, weights: Weights) -> Correction | None:
    """Return the correction saved beside a library, if any.  Raises as ``load``."""
    saved = load(library.with_name(FILE), model, weights)
    return None if saved is None else saved.correction


def _parsed(path: Path) -> Calibration:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != _FORMAT:
            raise ValueError(f"format {data['format']}, expected {_FORMAT}")
        slope = float(data["correction"]["slope"])
        intercept = float(data["correction"]["intercept"])
        if not (math.isfinite(slope) and math.isfinite(intercept) and slope > 0.0):
            raise ValueError("the correction does not keep the order of confidences")
        return Calibration(
            correction=Correction(slope, intercept),
            model=str(data["model"]["name"]),
            revision=str(data["model"]["revision"]),
            weights=str(data["weights"]),
            right=int(data["verdicts"]["right"]),
            wrong=int(data["verdicts"]["wrong"]),
            sources={str(name): str(digest) for name, digest in data["sources"].items()},
            made=datetime.fromisoformat(data["made"]),
        )
    except FileNotFoundError:
        raise
    except OSError as error:
        raise LibraryError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryError(
            f"{path}: not a calibration ({type(error).__name__}: {error}); "
            "run footnote calibrate --save again, or delete the file"
        ) from error


def _logit(confidence: float) -> float:
    inside = min(max(confidence, _LEAST), 1.0 - _LEAST)
    return math.log(inside / (1.0 - inside))


def _logistic(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values)
