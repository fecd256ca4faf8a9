"""Findings that are known already, as a file in the repository: only new ones fail a check.

The file is JSON with the keys of the findings in order, a line each, with a title for whoever reads
the change.  A key does not change when lines move, so neither does the file.  The same file serves
all reports: each looks at, and writes, only its own kinds.

    {
     "footnote-baseline": 1,
     "findings": {
      "uncovered:0f3a94c1d2b5e687": "Storing tea (tea.md)"
     }
    }
"""

import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import UsageError
from qa.findings import Finding, FindingKind

FORMAT = 1
_MARK = "footnote-baseline"
# Kinds of one matter: who knows of one of them knows of those that are no worse.  A section of
# which a part is covered by now is no new problem, and a gap may want something else by now.
_GAPS = (FindingKind.NOT_FOUND, FindingKind.NO_PAIR, FindingKind.NOT_ANSWERED)
_COVERING: Mapping[FindingKind, tuple[FindingKind, ...]] = {
    FindingKind.PARTLY_COVERED: (FindingKind.UNCOVERED,),
    **{kind: tuple(other for other in _GAPS if other is not kind) for kind in _GAPS},
}


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A known finding: its key, and what it was called."""

    key: str
    title: str

    @property
    def kind(self) -> str:
        """The kind of the finding, as its key begins."""
        return self.key.partition(":")[0]


@dataclass(frozen=True)
class Baseline:
    """The known findings: titles by keys."""

    titles: Mapping[str, str] = field(default_factory=dict)

    def knows(self, finding: Finding) -> bool:
        """Tell whether a finding, or a worse one of the same matter, is known."""
        return any(key in self.titles for key in _same_matter(finding))

    def changed(
        self, findings: Iterable[Finding], kinds: Collection[FindingKind]
    ) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """Return what of ``kinds`` is fixed, and what is better than it was, each by key.

        Both can go from the file: see ``updated``.
        """
        findings = tuple(findings)
        present = {finding.key for finding in findings}
        matters = {key for finding in findings for key in _same_matter(finding)}
        gone = [entry for entry in self._of(kinds) if entry.key not in present]
        return (
            tuple(entry for entry in gone if entry.key not in matters),
            tuple(entry for entry in gone if entry.key in matters),
        )

    def updated(
        self, findings: Iterable[tuple[Finding, str]], kinds: Collection[FindingKind]
    ) -> "Baseline":
        """Return a baseline that knows exactly ``findings`` (with titles) of ``kinds``.

        What it knows of other kinds, it still knows.
        """
        own = {str(kind) for kind in kinds}
        kept = {key: title for key, title in self.titles.items() if Entry(key, "").kind not in own}
        return Baseline(
            {**kept, **{finding.key: " ".join(title.split()) for finding, title in findings}}
        )

    def text(self) -> str:
        """Return the file's text: the same for the same findings, in any order."""
        known = dict(sorted(self.titles.items()))
        stored = {_MARK: FORMAT, "findings": known}
        # Half a surrogate pair cannot be stored as UTF-8; a title is only there to be read.
        written = json.dumps(stored, ensure_ascii=False, indent=1)
        return written.encode("utf-8", "replace").decode() + "\n"

    def _of(self, kinds: Collection[FindingKind]) -> list[Entry]:
        own = {str(kind) for kind in kinds}
        entries = (Entry(key, title) for key, title in sorted(self.titles.items()))
        return [entry for entry in entries if entry.kind in own]


def load(path: Path) -> Baseline:
    """Return the baseline in a file.  ``UsageError`` where there is none, or another file."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(
            f"{path}: there is no such baseline; --update-baseline makes it of what is found now"
        ) from error
    except OSError as error:
        raise UsageError(
            f"{path}: the baseline cannot be read: {error.strerror or error}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: the baseline is no JSON: {error}") from error
    if not isinstance(stored, dict) or _MARK not in stored:
        raise UsageError(f'{path}: no baseline of Footnote: "{_MARK}" is missing')
    if stored[_MARK] != FORMAT:
        raise UsageError(
            f"{path}: a baseline of format {stored[_MARK]!r:.20}; this Footnote reads {FORMAT}"
        )
    titles = stored.get("findings")
    if not isinstance(titles, dict) or not all(isinstance(one, str) for one in titles.values()):
        raise UsageError(f'{path}: "findings" is no object of keys with their titles')
    return Baseline(titles)


def is_there(path: Path) -> bool:
    """Tell whether there is a file, so that it is read before it is written over."""
    return os.path.lexists(path)


def _same_matter(finding: Finding) -> tuple[str, ...]:
    """Return the keys by which a finding may be known: its own, and those of what covers it."""
    digest = finding.key.partition(":")[2]
    return finding.key, *(f"{kind}:{digest}" for kind in _COVERING.get(finding.kind, ()))
