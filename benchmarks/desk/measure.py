"""Whether each gap is what the labels of its questions say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.desk.play import Kind, Label, Played, answered
from qa.gap_verdicts import GapVerdict
from qa.gaps import Gap
from qa.wordings import key_of

EXPECTED = {
    Kind.PAIR: GapVerdict.NOT_FOUND,
    Kind.SECTION: GapVerdict.NO_PAIR,
    Kind.NONE: GapVerdict.NOT_ANSWERED,
    Kind.OFF_TOPIC: GapVerdict.OFF_TOPIC,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A gap held against the labels of its questions.

    ``labels`` are its questions', ``kinds`` the commonest of them (several, where equally common),
    ``named`` what it names: the pair's question or the section's heading.  It is right where the
    verdict is that of one of ``kinds`` and what is named is a target of these questions.
    """

    gap: Gap
    labels: tuple[Label, ...]
    kinds: tuple[Kind, ...]
    named: str
    right: bool


def verdicts(played: Played, asked: Sequence[Label]) -> tuple[Verdict, ...]:
    """Return the verdict on each gap, in the report's order."""
    labels = {key_of(label.text): label for label in asked}
    article = played.article
    names = {section.id: section.heading for section in article.sections}
    names |= {pair.id: pair.question for pair in article.faq}
    found = []
    for gap in played.report.gaps:
        own = tuple(labels[one.key] for one in gap.wordings for _ in range(one.count))
        kinds = commonest([label.kind for label in own])
        named = "" if gap.answer is None else names[gap.answer[1]]
        right = any(
            gap.verdict is EXPECTED[kind]
            and (not named or named in {label.target for label in own if label.kind is kind})
            for kind in kinds
        )
        found.append(Verdict(gap, own, kinds, named, right))
    return tuple(found)


def commonest(kinds: Sequence[Kind]) -> tuple[Kind, ...]:
    """Return the commonest kinds, in the order of ``Kind``."""
    counts = Counter(kinds)
    most = max(counts.values())
    return tuple(kind for kind in Kind if counts[kind] == most)


def figures(played: Played, asked: Sequence[Label], found: Sequence[Verdict]) -> dict[str, float]:
    """Return the figures.

    ``right`` is the share of gaps that are right; ``right_<verdict>`` of those with a verdict.
    ``questions_right`` is the share of listed questions whose verdict is that of their own kind.
    ``purity`` is the share of listed questions that have the commonest topic of their gap.
    ``listed_<kind>`` is the share of questions listed, of those of a kind that should be: all that
    no pair answered rightly.
    """
    measured = {"gaps": float(len(found)), "right": _share([one.right for one in found])}
    for verdict in GapVerdict:
        own = [one.right for one in found if one.gap.verdict is verdict]
        if own:
            measured[f"right_{verdict}"] = _share(own)
    listed = [(one, label) for one in found for label in one.labels]
    measured["questions_right"] = _share(
        [one.gap.verdict is EXPECTED[label.kind] for one, label in listed]
    )
    tops = [Counter(label.topic for label in one.labels).most_common(1)[0][1] for one in found]
    measured["purity"] = sum(tops) / len(listed) if listed else 0.0
    shown = {key_of(label.text) for _, label in listed}
    for kind in Kind:
        wanted = [
            key_of(label.text) in shown
            for label, result in zip(asked, played.results, strict=True)
            if label.kind is kind and not (kind is Kind.PAIR and answered(result, label))
        ]
        if wanted:
            measured[f"listed_{kind}"] = _share(wanted)
    return {name: round(value, 4) for name, value in measured.items()}


def topics(one: Verdict) -> str:
    """Return what a gap's questions are, the commonest first: "section: Sonic 4, none: … 1"."""
    counts = Counter(f"{label.kind}: {label.topic}" for label in one.labels)
    return ", ".join(f"{topic} {count}" for topic, count in counts.most_common())


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right)
