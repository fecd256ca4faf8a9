"""A calibration report as a person reads it on a terminal."""

from collections.abc import Iterator, Sequence

import click

from index.errors import UsageError
from qa.calibration_report import CalibrationReport, VerdictReport
from qa.confidence import DEFAULT_THRESHOLD, threshold_for
from qa.weights import CurvePoint

THRESHOLDS = tuple(step / 10 for step in range(10))
PRECISIONS = (0.8, 0.9, 0.95)


def readable(report: CalibrationReport) -> str:
    """Return the curves as a table, what can be promised, and what the verdicts say."""
    return "\n".join(_lines(report))


def _lines(report: CalibrationReport) -> Iterator[str]:
    own = f"{report.questions} own questions" if report.questions else "no own questions"
    yield click.style(f"{'':11}{'public sets':<21}{own}", bold=True)
    yield f"{'threshold':<11}{'answered':<10}{'right':<11}{'answered':<10}right"
    for threshold in sorted({*THRESHOLDS, DEFAULT_THRESHOLD}):
        public, mine = (_at(points, threshold) for points in (report.public, report.own))
        mark = "  (the default)" if threshold == DEFAULT_THRESHOLD else ""
        yield f"{threshold:<11.2f}{_cells(public):<21}{_cells(mine)}{mark}".rstrip()
    if not report.questions:
        yield "There is no FAQ pair here that could be asked."
    yield ""
    if report.public:
        for precision in PRECISIONS:
            yield _promise(report, precision)
    else:
        yield f"No precision can be promised with {report.model}: it was not measured."
    yield ""
    yield from _verdicts(report.verdicts)


def _cells(point: CurvePoint | None) -> str:
    return "–" if point is None else f"{point.share:<10.0%}{point.precision:.0%}"


def _at(points: Sequence[CurvePoint], threshold: float) -> CurvePoint | None:
    """Return the point of the next threshold that is at least as high."""
    return next((point for point in points if point.threshold >= threshold - 1e-9), None)


def _promise(report: CalibrationReport, precision: float) -> str:
    try:
        threshold = threshold_for(precision, report.public)
    except UsageError:
        return f"--precision {precision:g}: cannot be promised"
    mine = _at(report.own, threshold)
    here = f", {mine.share:.0%} of the own questions, {mine.precision:.0%} right" if mine else ""
    point = _at(report.public, threshold)
    public = f"{point.share:.0%} of the public sets' questions" if point else ""
    return f"--precision {precision:g}: a threshold of {threshold:.2f} answers {public}{here}"


def _verdicts(verdicts: VerdictReport) -> Iterator[str]:
    if verdicts.moved_on:
        yield f"{verdicts.moved_on} verdicts are on an answer that is not the first any more."
    if verdicts.correction is None:
        yield f"No correction: {verdicts.why_not}."
        return
    yield (
        f"Correction from {verdicts.right + verdicts.wrong} verdicts ({verdicts.right} helpful, "
        f"{verdicts.wrong} not): the logit times {verdicts.correction.slope:.2f}, "
        f"{verdicts.correction.intercept:+.2f}."
    )
    yield (
        f"Calibration error on these answers: {verdicts.error_before:.3f} before, "
        f"{verdicts.error_after:.3f} after (each corrected by what the others say)."
    )
