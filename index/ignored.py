"""What a content folder leaves out by a file of its own: drafts, notes, a build's output.

``.footnoteignore`` in the folder itself has a pattern a line, as Git has them: ``drafts/``,
``*.tmp.md``, and ``!drafts/tea.md`` takes back in what a line above it left out, here also out of a
folder that is left out, which Git never looks into.
"""

import re
from collections.abc import Callable
from pathlib import Path

from index.errors import ReadError

NAME = ".footnoteignore"


def ignored(folder: Path) -> Callable[[str], bool]:
    """Return whether a path in the folder, with forward slashes, is one that is left out.

    The file is read once, now; none of it means that nothing is left out.  Raises ReadError where
    it cannot be read or a line is no pattern: what may hold drafts is then better not read at all.
    """
    place = folder / NAME
    try:
        data = place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return lambda path: False
    except OSError as error:
        raise ReadError(place, error.strerror or str(error)) from error
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise ReadError(place, "not UTF-8: save it as UTF-8", line=number) from error
    from pathspec import GitIgnoreSpec

    for number, line in enumerate(lines, start=1):
        _check(place, number, line)
    return GitIgnoreSpec.from_lines(lines).match_file


def _check(place: Path, number: int, line: str) -> None:
    from pathspec import GitIgnoreSpec

    if not line.strip() or line.startswith("#"):
        return
    try:
        (pattern,) = GitIgnoreSpec.from_lines([line]).patterns
    except (ValueError, re.error) as error:
        raise ReadError(place, f"{line!r} is no pattern of files", line=number) from error
    if pattern.include is None:  # Git passes over it in silence, and the drafts are out
        raise ReadError(place, f"{line!r} is no pattern of files", line=number)
