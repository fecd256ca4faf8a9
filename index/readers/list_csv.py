"""FAQ lists in CSV, with any of the usual delimiters."""

import csv
import io
from pathlib import PurePosixPath

from index.errors import ReadError
from index.readers.list_entries import SYNONYMS, EntryList, entry_of
from index.readers.wording import fold

csv.field_size_limit(16 * 1024 * 1024)


def read_csv(text: str, path: str) -> EntryList:
    suffix = PurePosixPath(path).suffix.lower()
    delimiter = "\t" if suffix == ".tsv" else _delimiter(text)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    found = EntryList()
    header: list[str] | None = None
    line = 1
    try:
        for row in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if header is None:
                header = [cell.strip().lstrip("\ufeff") for cell in row]
                known = {SYNONYMS.get(fold(name)) for name in header}
                if not known & {"question", "answer"}:
                    if len(row) == 2 and not known - {None}:
                        header = ["question", "answer"]  # a headerless list of two columns
                    else:
                        names = ", ".join(header[:8])
                        raise ReadError(
                            path,
                            f"no column is called question or answer; the columns are {names}",
                            line=start,
                        )
                else:
                    continue
            if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
                raise ReadError(
                    path,
                    f"{len(row)} cells where the header has {len(header)}: is a cell not quoted?",
                    line=start,
                )
            fields = dict(zip(header, row, strict=False))
            found.entries.append(entry_of(fields, start))
    except csv.Error as error:
        raise ReadError(path, f"not valid CSV: {error}", line=reader.line_num or 1) from error
    return found


def _delimiter(text: str) -> str:
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
        known = sum(fold(cell.lstrip("\ufeff")) in SYNONYMS for cell in cells)
        score = (known, len(cells))
        if score > best_score:
            best, best_score = delimiter, score
    return best
