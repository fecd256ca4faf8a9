"""A file of questions to ask: a question a line, plain or as JSON."""

import json
import sys
from pathlib import Path

from index.errors import ReadError, UsageError


def read_questions(path: Path) -> list[tuple[str | int, str]]:
    """Return (id, text) of every question in a file, "-" for standard input; blank lines are none.

    A line that begins with a brace is JSON.  A question without an id has its line's number.
    Raises ``ReadError``, naming file and line, for the first line that cannot be asked.
    """
    from qa.answer import clean

    name = "standard input" if str(path) == "-" else str(path)
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise ReadError(name, error.strerror or str(error)) from error
    asked: list[tuple[str | int, str]] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            id, text = _question(line.decode("utf-8").strip(), number)
            asked.append((id, clean(text)))
        except UnicodeDecodeError as error:
            reason = f"not UTF-8: byte 0x{line[error.start]:02x} at position {error.start + 1}"
            raise ReadError(name, reason, line=number) from error
        except (UsageError, ValueError) as error:
            raise ReadError(name, str(error), line=number) from error
    return asked


def _question(line: str, number: int) -> tuple[str | int, str]:
    if not line.startswith("{"):
        return number, line
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON: {error.msg} at column {error.colno}") from error
    id, text = record.get("id", number), record.get("text")
    if not isinstance(text, str):
        raise ValueError('expected {"id": …, "text": "…"}; "text" is missing or no string')
    if isinstance(id, bool) or not isinstance(id, str | int):
        raise ValueError('"id" is neither a string nor a whole number')
    return id, text
