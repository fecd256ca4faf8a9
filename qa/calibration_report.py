"""What ``footnote calibrate`` finds out: how far a library's confidence can be trusted."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.encoder import Encoder
from index.errors import FootnoteError
from index.library import Library
from qa.answer import Answerer
from qa.calibration import (
    FILE,
    LEAST_OF_A_KIND,
    LEAST_VERDICTS,
    Calibration,
    Correction,
    Judgement,
    calibration_error,
    curve,
    fit,
    fit_left_out,
    weights_digest,
)
from qa.own_questions import judged, own_questions
from qa.questions import QuestionLog, QuestionLogError, log_of
from qa.search import Searcher
from qa.verdicts import counting
from qa.weights import CurvePoint, Weights


@dataclass(frozen=True)
class VerdictReport:
    """What the verdicts of editors, and of readers where no editor gave one, say of the confidence.

    ``right`` and ``wrong`` count the verdicts that could be used; ``moved_on`` those on an answer
    that is not the first any more.  ``correction`` is ``None`` where there is none, and ``why_not``
    says why.  ``error_before`` and ``error_after`` are expected calibration errors on the same
    answers, after: each corrected by what the others say.
    """

    right: int
    wrong: int
    moved_on: int
    correction: Correction | None = None
    why_not: str | None = None
    error_before: float | None = None
    error_after: float | None = None


@dataclass(frozen=True)
class CalibrationReport:
    """The two curves, and what the verdicts say.

    ``public`` is measured on public question sets that the weights have not seen, with the model
    that they were learned with, and empty for another; ``own`` on
    ``questions`` of the library to itself, with the correction in force (``correction``).
    ``sources`` are the content's files with their digests; ``weights`` gave the confidences.
    """

    public: tuple[CurvePoint, ...]
    own: tuple[CurvePoint, ...]
    questions: int
    verdicts: VerdictReport
    correction: Correction | None
    model: str
    revision: str
    weights: str
    sources: dict[str, str]

    def calibration(self) -> Calibration:
        """Return what is to be kept.  FootnoteError where the verdicts give no correction."""
        verdicts = self.verdicts
        if verdicts.correction is None:
            raise FootnoteError(f"nothing to save: {verdicts.why_not}")
        return Calibration(
            correction=verdicts.correction,
            model=self.model,
            revision=self.revision,
            weights=self.weights,
            right=verdicts.right,
            wrong=verdicts.wrong,
            sources=self.sources,
        )


def examine(library: Path, encoder: Encoder, *, log: str | None = None) -> CalibrationReport:
    """Return what is known of the confidence in a library, a file that is there.

    The verdicts are those of its question log: at the URL ``log``, else beside it.

    The correction in force is the one that its verdicts give now, whatever has been saved.
    Nothing is embedded but the questions that were judged.  Raises as ``Answerer``.
    """
    weights = Weights.load()
    model = encoder.identity
    verdicts = _verdicts(library, encoder, weights, log)
    with Library.open(library, read_only=True) as opened, opened.snapshot() as view:
        articles, passages, vectors = tuple(view.articles()), view.passages(), view.vectors()
        sources = {path: state.digest for path, state in view.sources().items()}
    # As the answerer has it, or these would not be its confidences.
    searcher = Searcher(articles, passages, vectors, languages=encoder.languages)
    questions = own_questions(searcher, passages, vectors)
    own = judged(searcher, questions, weights)
    if verdicts.correction is not None:
        correct = verdicts.correction
        own = tuple(replace(one, confidence=correct(one.confidence)) for one in own)
    return CalibrationReport(
        public=weights.curve if weights.revision == model.revision else (),
        own=curve(own),
        questions=len(own),
        verdicts=verdicts,
        correction=verdicts.correction,
        model=model.name,
        revision=model.revision,
        weights=weights_digest(weights),
        sources=sources,
    )


def verdict_report(judgements: Sequence[Judgement], moved_on: int = 0) -> VerdictReport:
    """Return what the judged answers say: a correction, or why there is none."""
    right = sum(one.right for one in judgements)
    found = VerdictReport(right, len(judgements) - right, moved_on)
    if len(judgements) < LEAST_VERDICTS or min(found.right, found.wrong) < LEAST_OF_A_KIND:
        return replace(
            found,
            why_not=f"{found.right} answers were found helpful and {found.wrong} not; a correction "
            f"needs {LEAST_VERDICTS} verdicts, at least {LEAST_OF_A_KIND} of each kind",
        )
    try:
        correction, after = fit(judgements), fit_left_out(judgements)
    except FootnoteError as error:
        return replace(found, why_not=str(error))
    return replace(
        found,
        correction=correction,
        error_before=round(calibration_error(judgements), 4),
        error_after=round(calibration_error(after), 4),
    )


def to_json(report: CalibrationReport) -> dict[str, Any]:
    """Return the report as the command line prints it."""

    def points(own: Iterable[CurvePoint]) -> list[dict[str, float]]:
        return [asdict(point) for point in own]

    return {
        "public": points(report.public),
        "own": points(report.own),
        "own_questions": report.questions,
        "verdicts": asdict(report.verdicts),
        "model": {"name": report.model, "revision": report.revision},
        "weights": report.weights,
    }


def calibration_file(library: Path) -> Path:
    """Return where a library's calibration is kept."""
    return library.with_name(FILE)


def _verdicts(library: Path, encoder: Encoder, weights: Weights, log: str | None) -> VerdictReport:
    try:
        with closing(QuestionLog(log_of(library, log))) as opened:
            logged = counting(opened.judged())
    except QuestionLogError as error:
        return VerdictReport(0, 0, 0, why_not=str(error))
    if len(logged) < LEAST_VERDICTS:
        return verdict_report([Judgement(0.0, bool(one.first_hit_right)) for one in logged])
    # Asked again, for the logged confidence may be another version's, or a corrected one.
    answerer = Answerer(library, encoder, weights=weights)
    judgements: list[Judgement] = []
    for one, now in zip(logged, answerer.ask_many(one.asked for one in logged), strict=True):
        # A verdict is on the first hit; that may be another since the articles were edited.
        if now.hits and (now.hits[0].article, now.hits[0].id) == one.hits[0]:
            judgements.append(Judgement(now.confidence, bool(one.first_hit_right)))
    return verdict_report(judgements, moved_on=len(logged) - len(judgements))
