"""Figures of a gap report, held against what is known of its log."""

import statistics
from collections import Counter
from collections.abc import Sequence

from benchmarks.gaps.replay import Replay, Truth
from qa.gap_verdicts import GapVerdict
from qa.gaps import Gap, GapReport

# What a verdict should be where the questions are these.  A bank of pairs has no sections.
EXPECTED = {
    Truth.HELD: GapVerdict.NOT_FOUND,
    Truth.MISSING: GapVerdict.NOT_ANSWERED,
    Truth.NEVER: GapVerdict.NOT_ANSWERED,
    Truth.OFF: GapVerdict.OFF_TOPIC,
}
FIRST = 30


def figures(report: GapReport, replayed: Replay) -> dict[str, float]:
    """Return the figures of one report.

    ``purity`` and ``adjusted_rand`` are over all listed wordings that have an intent.  A missing
    intent is found where it is more than half of a group of at least two wordings; ``found`` is the
    share, ``in_first`` the share found among the first ``FIRST`` gaps, ``median_rank`` that of the
    best group of each (one past the end where it is not found), ``told`` the share of those found
    that are called not answered.  ``verdict_<kind>`` is the share of questions of a kind of truth,
    of those listed, whose verdict is as it should be; ``not_found_right`` the share of gaps called
    not found whose pair does have the intent of most of their questions (left out where none is
    called so), ``claims`` how many they are, ``wrong_claims`` how many of them name another pair.
    ``pair_shown``: of the gaps most of whose questions have one intent that the bank has, the share
    that show a pair with this intent, as the answer or among those that come closest.
    """
    known = [
        (number, replayed.intents[wording.key])
        for number, gap in enumerate(report.gaps)
        for wording in gap.wordings
        if replayed.truth[wording.key] is not Truth.OFF
    ]
    groups, intents = [number for number, _ in known], [intent for _, intent in known]
    best: dict[str, tuple[int, Gap]] = {}
    for number, gap in enumerate(report.gaps, 1):
        intent = _most(gap, replayed)
        if intent in replayed.missing and len(gap.wordings) > 1:
            best.setdefault(intent, (number, gap))
    ranks = [best[one][0] if one in best else len(report.gaps) + 1 for one in replayed.missing]
    told = [gap.verdict is GapVerdict.NOT_ANSWERED for _, gap in best.values()]
    measured = {
        "gaps": float(len(report.gaps)),
        "purity": purity(groups, intents),
        "adjusted_rand": adjusted_rand(groups, intents),
        "found": len(best) / len(replayed.missing),
        "in_first": sum(rank <= FIRST for rank, _ in best.values()) / len(ranks),
        "median_rank": float(statistics.median(ranks)),
        "told": sum(told) / len(told) if told else 0.0,
    }
    right: Counter[Truth] = Counter()
    listed: Counter[Truth] = Counter()
    for gap in report.gaps:
        for wording in gap.wordings:
            truth = replayed.truth[wording.key]
            listed[truth] += 1
            right[truth] += gap.verdict is EXPECTED[truth]
    for truth in Truth:
        if listed[truth]:
            measured[f"verdict_{truth}"] = right[truth] / listed[truth]
    claimed = [(gap, gap.answer[1]) for gap in report.gaps if gap.answer is not None]
    good = [_most(gap, replayed) == replayed.answers[pair] for gap, pair in claimed]
    measured["claims"] = float(len(claimed))
    measured["wrong_claims"] = float(good.count(False))
    if good:
        measured["not_found_right"] = sum(good) / len(good)
    held = set(replayed.answers.values()) - set(replayed.missing)
    shown = [
        _shows(gap, _most(gap, replayed), replayed)
        for gap in report.gaps
        if _most(gap, replayed) in held
    ]
    if shown:
        measured["pair_shown"] = sum(shown) / len(shown)
    return {name: round(value, 4) for name, value in measured.items()}


def pooled(prefix: str, each: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each figure over the seeds; of claims that are right, over all claims."""
    found = {}
    for figure in dict.fromkeys(figure for own in each for figure in own):
        values = [own[figure] for own in each if figure in own]
        found[figure] = sum(values) / len(values)
    claims = sum(own["claims"] for own in each)
    if claims:
        found["not_found_right"] = 1.0 - sum(own["wrong_claims"] for own in each) / claims
    return {f"{prefix}{figure}": round(value, 4) for figure, value in found.items()}


def _shows(gap: Gap, intent: str, replayed: Replay) -> bool:
    pairs = [place.owner for place in gap.perhaps]
    pairs += [] if gap.answer is None else [gap.answer[1]]
    return intent in {replayed.answers[pair] for pair in pairs}


def _most(gap: Gap, replayed: Replay) -> str:
    """Return the intent that more than half of a gap's wordings have, "" for none."""
    counts = Counter(replayed.intents[wording.key] for wording in gap.wordings)
    intent, count = counts.most_common(1)[0]
    return intent if 2 * count > len(gap.wordings) else ""


def purity(groups: Sequence[int], intents: Sequence[str]) -> float:
    """Return the share of questions that have the commonest intent of their group."""
    counts: dict[int, Counter[str]] = {}
    for number, intent in zip(groups, intents, strict=True):
        counts.setdefault(number, Counter())[intent] += 1
    most = sum(max(own.values()) for own in counts.values())
    return most / len(groups) if groups else 0.0


def adjusted_rand(groups: Sequence[int], intents: Sequence[str]) -> float:
    """Return the adjusted Rand index (Hubert and Arabie, 1985), as scikit-learn has it."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(intents, groups))
