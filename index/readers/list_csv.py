"""FAQ lists in CSV, with any of the usual delimiters."""

import csv
import io
import re
from pathlib import PurePosixPath

from index.errors import ReadError
from index.readers.list_entries import EntryList, asks, entries_of, field_of
from index.readers.list_status import is_withheld

csv.field_size_limit(16 * 1024 * 1024)
# Excel's own first line, which names the delimiter and which it shows to nobody.
_SAID = re.compile(r"\ufeff?sep=(.)[ \t]*\r?\n", re.IGNORECASE)
# A line break that a tab-separated list spells out, for its rows are lines; but no "C:\new".
_SPELLED_BREAK = re.compile(r"(?<![\w:\\])\\n|\\n(?=\\n|\s|[A-Z*•-])")


def read_csv(text: str, path: str) -> EntryList:
    """The entries of a table, and a problem for each row with too many cells or with no pair.

    Raises ReadError with the line where the file is no CSV, or no column is one of answers.
    """
    suffix = PurePosixPath(path).suffix.lower()
    above = 0
    if said := _SAID.match(text):
        delimiter, text, above = said[1], text[said.end() :], 1
    else:
        delimiter = "\t" if suffix == ".tsv" else delimiter_of(text)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []  # with the line on which each begins
    line = above + 1
    try:
        for row in reader:
            start, line = line, above + reader.line_num + 1
            if any(cell.strip() for cell in row):
                rows.append((start, row))
    except csv.Error as error:
        line = above + (reader.line_num or 1)
        raise ReadError(path, f"not valid CSV: {error}", line=line) from error
    found = EntryList()
    if not rows:
        return found
    header = [cell.strip().lstrip("\ufeff") for cell in rows[0][1]]
    known = {field_of(name) for name in header}
    if "answer" in known:
        del rows[0]
    elif len(header) == 2 and not known - {None} and _asking(rows):
        header = ["question", "answer"]
    else:
        names = ", ".join(f"{name:.40}" for name in header[:8])
        if "question" in known:
            reason = f"no column is called answer; the columns are {names}"
        else:
            reason = (
                f"no column is called question or answer; the columns are {names} "
                "(a list without a header is read where it has two columns, questions first)"
            )
        raise ReadError(path, reason, line=rows[0][0])
    for start, row in rows:
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            reason = f"{len(row)} cells where the header has {len(header)}: is a cell not quoted?"
            found.problems.append(ReadError(path, reason, line=start))
            continue
        if delimiter == "\t":
            row = [_SPELLED_BREAK.sub("\n", cell) for cell in row]
        fields = dict(zip(header, row, strict=False))
        if is_withheld(fields):
            found.withheld += 1
            continue
        entries = [e for e in entries_of(fields, start) if e.get("question") or e.get("answer")]
        found.entries.extend(entries)
        if not entries:
            cells = ", ".join(f"{cell.strip():.40}" for cell in row if cell.strip())
            reason = f"a row without question and answer ({cells}): write both, or delete the row"
            found.problems.append(ReadError(path, reason, line=start))
    return found


def _asking(rows: list[tuple[int, list[str]]]) -> bool:
    """Whether most rows begin with a question: then the first is one too, and no header."""
    return 2 * sum(asks(row[0]) for _, row in rows) > len(rows)


def delimiter_of(text: str) -> str:
    """The delimiter that splits the header into most columns with known names, else most
    columns."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    best = ","
    best_score = (-1, -1)
    for delimiter in (",", ";", "\t", "|"):
        try:
            cells = next(csv.reader([first], delimiter=delimiter))
        except (csv.Error, StopIteration):
            continue
        known = sum(field_of(cell.lstrip("\ufeff")) is not None for cell in cells)
        score = (known, len(cells))
        if score > best_score:
            best, best_score = delimiter, score
    return best
