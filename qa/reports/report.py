"""The one shape of the reports: figures, findings with their passages, and, for coverage, a map."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from qa.baseline import Entry
from qa.findings import Finding, FindingKind
from qa.sheets import Column


class ReportKind(StrEnum):
    """Which command makes it."""

    COVERAGE = "coverage"
    GAPS = "gaps"
    CHECK = "check"


# What each report finds, the kinds in the order in which they are counted.
KINDS: Mapping[ReportKind, tuple[FindingKind, ...]] = {
    ReportKind.COVERAGE: (FindingKind.UNCOVERED, FindingKind.PARTLY_COVERED),
    ReportKind.GAPS: (
        FindingKind.NO_PAIR,
        FindingKind.NOT_FOUND,
        FindingKind.NOT_ANSWERED,
        FindingKind.OFF_TOPIC,
    ),
    ReportKind.CHECK: (
        FindingKind.CONFLICT,
        FindingKind.UNSUPPORTED,
        FindingKind.STALE,
        FindingKind.DUPLICATE,
    ),
}
# Nobody has to do anything about these: they are listed, and never fail.
HARMLESS = frozenset({FindingKind.OFF_TOPIC})

KIND_NAMES: Mapping[FindingKind, str] = {
    FindingKind.UNCOVERED: "uncovered",
    FindingKind.PARTLY_COVERED: "partly covered",
    FindingKind.NOT_FOUND: "a pair was not found",
    FindingKind.NO_PAIR: "no pair",
    FindingKind.NOT_ANSWERED: "not answered",
    FindingKind.OFF_TOPIC: "off-topic",
    FindingKind.DUPLICATE: "duplicate",
    FindingKind.CONFLICT: "conflict",
    FindingKind.UNSUPPORTED: "unsupported",
    FindingKind.STALE: "out of date",
}


class Tone(StrEnum):
    """How a stretch of a passage is marked."""

    MET = "met"  # a sentence that an FAQ pair says
    PARTLY = "partly"  # a sentence that an FAQ pair says in part
    MISSED = "missed"  # a sentence that no FAQ pair says
    MARKED = "marked"  # what a finding points at
    ASKED = "asked"  # the question of a pair


class Standing(StrEnum):
    """How a finding stands to the baseline."""

    NEW = "new"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a passage; ``pairs`` are the numbers of the pairs beside it that meet it."""

    text: str
    tone: Tone | None = None
    pairs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the passages of a finding that are to be read side by side.

    ``label`` says what it is, ``heading`` is a section's or a pair's question, ``note`` what is to
    be seen in it.  The stretches put together are the article's text, word for word.  ``number`` is
    what stretches refer to a pair by; 0: none.
    """

    label: str
    heading: str
    path: str
    line: int
    stretches: tuple[Stretch, ...]
    note: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A total: ``name`` in JSON, ``label`` for a person ("sections", "uncovered")."""

    name: str
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Square:
    """A section on the map; ``key`` is that of its finding, "" where it has none.

    ``state`` is a ``CoverageState``; ``met`` of its ``sentences`` are said by some pair.
    """

    heading: str
    state: str
    share: float
    sentences: int
    met: int
    demand: int
    line: int
    key: str


@dataclass(frozen=True, slots=True)
class Strip:
    """An article on the map, with its sections in text order."""

    id: str
    path: str
    title: str
    share: float
    squares: tuple[Square, ...]

    @property
    def demand(self) -> int:
        """How many questions of readers came to one of its sections first."""
        return sum(square.demand for square in self.squares)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a report stands to the limit and to the baseline.

    ``limit`` is in percent; ``baseline`` the file's name.  ``standing`` is by key, of all findings
    that can fail, where there is a baseline; ``failing`` are the keys of those that fail now.
    ``fixed`` are the entries of the baseline that are no findings any more, ``better`` those that
    are not as bad as they were.  ``why`` says in a sentence what failed; "" where nothing did.
    """

    limit: float | None = None
    baseline: str | None = None
    standing: Mapping[str, Standing] = field(default_factory=dict)
    failing: frozenset[str] = frozenset()
    fixed: tuple[Entry, ...] = ()
    better: tuple[Entry, ...] = ()
    why: str = ""

    @property
    def failed(self) -> bool:
        """Whether the exit status is 1."""
        return bool(self.why)

    @property
    def new(self) -> int:
        """How many findings are not in the baseline."""
        return sum(one is Standing.NEW for one in self.standing.values())


@dataclass(frozen=True, slots=True)
class Unread:
    """A file of the content folder that could not be read, or an entry of one.

    ``path`` is as articles' paths are; ``line`` is ``None`` where the whole file is meant.
    """

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True)
class Report:
    """A report, whatever it is written as.

    ``content`` is the content folder as it goes before an article's path, "" or ending in a slash.
    ``share`` is what a limit is held against, ``None`` where there was nothing to measure, and
    ``measured`` says of what it is the share.  ``findings`` are the weightiest first.  ``opened``
    gives the passages of one, side by side.  ``rows`` and ``columns`` are its table.  ``details``
    goes into the JSON format as it is.  ``unread`` is what the report does not rest on, ``notes``
    are sentences on what else it does not tell, and ``unchecked`` the kinds that were not looked
    for: of these nothing is known to be fixed.  ``dismissed`` are the keys of findings that an
    editor calls no mistake: not listed, and not fixed either.
    """

    kind: ReportKind
    title: str
    content: str
    share: float | None
    measured: str
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]
    paths: Mapping[str, str]  # of the articles, by their ids
    columns: tuple[Column, ...]
    rows: tuple[Any, ...]
    opened: Callable[[Finding], tuple[Side, ...]] = lambda finding: ()
    strips: tuple[Strip, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    outcome: Outcome = Outcome()
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    unchecked: frozenset[FindingKind] = frozenset()
    dismissed: frozenset[str] = frozenset()

    def place(self, finding: Finding) -> tuple[str, int] | None:
        """Return file and line of a finding, the file as seen from where the content is named."""
        if not finding.places:
            return None
        first = finding.places[0]
        return self.content + self.paths[first.article], first.line

    def standing(self, finding: Finding) -> Standing | None:
        """Return how a finding stands to the baseline; ``None`` without one."""
        return self.outcome.standing.get(finding.key)

    @property
    def checked(self) -> tuple[FindingKind, ...]:
        """The kinds that were looked for."""
        return tuple(kind for kind in KINDS[self.kind] if kind not in self.unchecked)

    def unread_place(self, unread: Unread) -> str:
        """Return file and line of what could not be read."""
        line = "" if unread.line is None else f":{unread.line}"
        return f"{self.content}{unread.path}{line}"

    @property
    def headline(self) -> str:
        """The share in a sentence."""
        if self.share is None:
            return f"There is nothing to measure: {self.measured}."
        return f"{percent(self.share)} {self.measured}."


def percent(share: float) -> str:
    """Return a share as a percentage, never more than it is: 0.79999 is 79.9%, not 80%.

    >>> percent(0.79999), percent(0.5), percent(1.0)
    ('79.9%', '50%', '100%')
    """
    tenths = math.floor(share * 1000 + 1e-6)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    >>> counted(1, "question"), counted(2, "question")
    ('1 question', '2 questions')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def one_line(text: str) -> str:
    """Return a text in one line, without characters that steer a terminal."""
    plain = "".join("\ufffd" if _steers(letter) else letter for letter in text)
    return " ".join(plain.split())


def _steers(letter: str) -> bool:
    # C0 and C1 but white space, and what turns the direction of all that follows.
    code = ord(letter)
    return (
        (code < 0x20 and letter not in "\t\n\r\f\v")
        or (0x7F <= code < 0xA0 and code != 0x85)
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
        or 0xD800 <= code <= 0xDFFF
    )
