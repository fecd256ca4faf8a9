"""The curves of ``footnote calibrate`` as a picture."""

from pathlib import Path

from index.errors import UsageError
from qa.calibration_report import CalibrationReport

# Okabe and Ito's blue and orange: told apart by everybody, and in grey.
_PUBLIC, _OWN = "#0072b2", "#d55e00"


def plot(report: CalibrationReport, path: Path) -> None:
    """Write share answered against precision to a PNG file.

    Raises UsageError for a file that cannot be written.
    """
    # Not pyplot: it keeps figures and looks for a screen.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 5.0), dpi=144, layout="constrained")
    axes = figure.add_subplot()
    curves = (
        (report.public, "public question sets", _PUBLIC, "o-"),
        (report.own, f"the library's own questions ({report.questions})", _OWN, "s--"),
    )
    for points, label, color, style in curves:
        if points:
            shares, precisions = [p.share for p in points], [p.precision for p in points]
            axes.plot(shares, precisions, style, label=label, color=color, markersize=3)
    axes.set_xlabel("share of questions answered")
    axes.set_ylabel("share of answers that are right")
    axes.set_xlim(0.0, 1.02)
    axes.set_ylim(0.0, 1.02)
    axes.grid(visible=True, alpha=0.3)
    if axes.has_data():
        axes.legend(loc="lower left")
    try:
        figure.savefig(path, format="png")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
