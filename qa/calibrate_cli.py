"""``footnote calibrate``: how far the confidence can be trusted."""

import json
from pathlib import Path

import click

from qa.cli_library import current, tell_calibration
from qa.cli_options import (
    base_url_option,
    chosen_encoder,
    content_argument,
    content_folder,
    library_option,
    log_option,
    model_option,
    options,
    precision_mode_option,
)


@click.command()
@content_argument
@click.option("--json", "as_json", is_flag=True, help="The whole report as one JSON object.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw the curves as PNG.",
)
@click.option("--save", is_flag=True, help="Correct confidences by the verdicts from now on.")
@options(model_option, precision_mode_option, library_option, base_url_option, log_option)
def calibrate(
    content: Path | None,
    as_json: bool,
    plot: Path | None,
    save: bool,
    model: str | None,
    precision_mode: str,
    library: Path | None,
    base_url: str | None,
    log: str | None,
) -> None:
    """Show how many questions are answered, and how many of the answers are right, by threshold.

    On public question sets, and on questions that the library asks itself.  The verdicts of editors
    and readers in the question log correct the confidence, once there are enough of them.
    """
    from qa import calibration
    from qa.calibration_report import calibration_file, examine, to_json
    from qa.calibration_text import readable

    folder, encoder = content_folder(content), chosen_encoder(model, precision_mode)
    path = current(folder, library, encoder, base_url)
    report = examine(path, encoder, log=log)
    click.echo(json.dumps(to_json(report), ensure_ascii=False) if as_json else readable(report))
    if plot is not None:
        from qa.calibration_plot import plot as draw

        draw(report, plot)
    if save:
        file = calibration_file(path)
        calibration.save(report.calibration(), file)
        click.echo(f"saved: {file}; a running server takes it up when it starts again", err=True)
    else:
        tell_calibration(path, encoder)
