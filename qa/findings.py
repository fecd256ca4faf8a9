"""What an editor has to look at: the one shape of everything that the desk, files and CI list.

Coverage, gaps and checks each compute records of their own; what they have in common, so that they
can stand in one list, be counted by CI and kept in a baseline, is a finding.  Pure.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What is the matter."""

    UNCOVERED = "uncovered"  # a section that no FAQ pair covers
    PARTLY_COVERED = "partly_covered"  # a section of which FAQ pairs cover a part
    NOT_FOUND = "not_found"  # a pair answers readers' questions, and they did not find it
    NO_PAIR = "no_pair"  # a section answers readers' questions, and no pair does
    NOT_ANSWERED = "not_answered"  # nothing answers readers' questions
    OFF_TOPIC = "off_topic"  # readers' questions that are none of the articles' business
    DUPLICATE = "duplicate"  # two pairs ask and answer the same
    CONFLICT = "conflict"  # two pairs ask the same and answer differently
    UNSUPPORTED = "unsupported"  # an answer says what its article does not
    STALE = "stale"  # a section changed since the pair that it supports was touched


@dataclass(frozen=True, slots=True)
class Place:
    """A passage to open: characters ``[start:end]`` of an article's text.

    ``owner`` is the id of the FAQ pair or section that it belongs to; ``line`` is the 1-based line
    of the source file; ``label`` says what an editor sees there ("the section", "its answer").
    """

    article: str
    owner: str
    start: int
    end: int
    line: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at, provable by opening ``places`` side by side.

    ``title`` names it in a line, ``reason`` says in a sentence or two why it was found.
    ``severity`` in [0, 1] is how much it matters by itself and ``sure`` in [0, 1] how sure it is;
    ``demand`` is how many questions of readers it concerns.  ``key`` stays the same while the
    matter stays the same, wherever in the file it stands: baselines are made of keys.
    """

    kind: FindingKind
    key: str
    title: str
    reason: str
    places: tuple[Place, ...] = ()
    severity: float = 0.5
    sure: float = 1.0
    demand: int = 0

    @property
    def weight(self) -> float:
        """What it is listed by: severity times how sure it is times demand, none counting one."""
        return self.severity * self.sure * (1 + self.demand)


def finding_key(kind: FindingKind, *parts: str) -> str:
    """Return the key of what concerns ``parts`` (ids, texts): the kind and 16 hex digits."""
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind}:{digest[:16]}"


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings, the weightiest first; of equal ones by their keys."""
    return tuple(sorted(findings, key=lambda finding: (-finding.weight, finding.key)))
