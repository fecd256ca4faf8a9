"""What is counted: how well uncovered sections are told from others, and what authors linked."""

from collections.abc import Iterable, Mapping

import numpy as np

from benchmarks.quality.metrics import auroc
from qa.coverage import CoverageReport, CoverageState

FIRST_EVIDENCES = 3


def uncovered(report: CoverageReport, labels: Mapping[str, bool]) -> dict[str, float]:
    """Return the figures of "uncovered" over the labelled sections of a report.

    ``auroc`` is how often a covered section has a higher score than an uncovered one; ``f1``,
    ``precision`` and ``recall`` are those of the state that the report gives by itself.  ``labels``
    say by section id whether it is uncovered; one that the report does not have counts as called
    covered.
    """
    sections = {one.id: one for one in report.sections()}
    wrong = np.array([labels[id] for id in labels], dtype=bool)
    scores = np.array([sections[id].score if id in sections else 1.0 for id in labels])
    called = np.array(
        [id in sections and sections[id].state is CoverageState.UNCOVERED for id in labels],
        dtype=bool,
    )
    right = int((called & wrong).sum())
    return {
        "auroc": auroc(~wrong, scores) or 0.0,
        "f1": 2 * right / max(1, int(called.sum()) + int(wrong.sum())),
        "precision": right / max(1, int(called.sum())),
        "recall": right / max(1, int(wrong.sum())),
    }


def linked(report: CoverageReport, links: Iterable[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Return each link's pair, section and the rank of the section in the pair's evidences.

    From 1; 0 where it is not among them.
    """
    homes = {place.owner: place.article for place in report.pairs}
    found = []
    for pair, section in links:
        own = [one.section for one in report.pair(homes[pair], pair)] if pair in homes else []
        found.append((pair, section, own.index(section) + 1 if section in own else 0))
    return found
