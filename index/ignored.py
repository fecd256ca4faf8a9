"""What a content folder leaves out by a file of its own: drafts, notes, a build's output.

``.footnoteignore`` in the folder itself has a pattern a line, as Git has them: ``drafts/``,
``*.tmp.md``, and ``!tea.tmp.md`` takes back in what a line above it left out, but nothing out of a
folder that is left out.
"""

import posixpath
import re
import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path
from unicodedata import normalize

from index.errors import ReadError

NAME = ".footnoteignore"
# In Git a class of characters, "[[:alpha:]]", or a plain set; the library that reads patterns knows
# no classes, and Python means to read such sets another way.
_UNCLEAR_SET = re.compile(r"\[[^\]]*?(?:\[|--|&&|~~|\|\|)")


def ignored(folder: Path) -> Callable[[str], bool]:
    """Return whether a path in the folder, with forward slashes, is one that is left out.

    A folder's path ends in a slash.  The file is read once, now; none of it means that nothing is
    left out.  Raises ReadError where it cannot be read or a line is no pattern: what may hold
    drafts is then better not read at all.
    """
    data = _read(folder / NAME)
    if data is None:
        return lambda path: False
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise ReadError(NAME, "not UTF-8: save it as UTF-8", line=number) from error
    # Names of files may come decomposed, as macOS has them; and a letter is a letter.
    lines = [normalize("NFC", line.removesuffix("\r")) for line in text.split("\n")]
    from pathspec import GitIgnoreSpec, PathSpec

    for number, line in enumerate(lines, start=1):
        _check(number, line)
    patterns = GitIgnoreSpec.from_lines(lines)
    # For the library a line such as "!*/" says nothing of the folder itself, for Git it does.
    last_counts = PathSpec(patterns.patterns)

    @cache  # many files share their folders
    def is_folder_out(path: str) -> bool:
        above, own = posixpath.dirname(path), f"{path}/"
        if above and is_folder_out(above):
            return True
        return patterns.match_file(own) and last_counts.match_file(own)

    def is_out(path: str) -> bool:
        path = normalize("NFC", path)
        if path.endswith("/"):
            return is_folder_out(path.rstrip("/"))
        above = posixpath.dirname(path)
        return bool(above and is_folder_out(above)) or patterns.match_file(path)

    return is_out


def _read(place: Path) -> bytes | None:
    """Return the bytes of the file; None where there is none."""
    try:
        if not stat.S_ISREG(place.stat().st_mode):  # reading a pipe would never end
            raise ReadError(NAME, "no regular file: move it away")
        return place.read_bytes()
    except FileNotFoundError as error:
        if place.is_symlink():  # to what is not there, so what is to be left out is not known
            raise ReadError(NAME, "a link to a file that is not there") from error
        return None
    except OSError as error:
        raise ReadError(NAME, error.strerror or str(error)) from error


def _check(number: int, line: str) -> None:
    from pathspec import GitIgnoreSpec

    if not line.strip() or line.startswith("#"):
        return
    if _UNCLEAR_SET.search(line):
        reason = "name each character of the set, and no class of characters"
        raise ReadError(NAME, f"{line!r}: {reason}", line=number)
    try:
        (pattern,) = GitIgnoreSpec.from_lines([line]).patterns
    except (ValueError, re.error) as error:
        raise ReadError(NAME, f"{line!r} is no pattern of files", line=number) from error
    if pattern.include is None:  # Git passes over it in silence, and the drafts are out
        raise ReadError(NAME, f"{line!r} is no pattern of files", line=number)
