"""Bytes to text without loss: the encoding is known, declared, or guessed and recorded as a guess.

Nothing is ever replaced.  What cannot be decoded is a ReadError that names the byte offset.
"""

import codecs
import re
from dataclasses import dataclass

from index.errors import ReadError
from index.readers.encodings import guess, utf16_without_mark

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"SQLite format 3", "an SQLite file"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "an RTF file"),
)
_DECLARED = (
    re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I),
    re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.I),
    # Emacs and Vim, in the first two lines
    re.compile(rb"^[^\n]{0,80}coding[:=][ \t]*([\w.-]+)", re.I),
    re.compile(rb"^[^\n]*\n[^\n]{0,80}coding[:=][ \t]*([\w.-]+)", re.I),
    re.compile(rb"@charset\s+[\"']([\w.:-]+)", re.I),
)
# What browsers take these names for (WHATWG Encoding Standard): the larger set that is meant.
_ALIASES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
_LOSSLESS = {
    "cp1252": "latin-1",
    "cp950": "big5hkscs",
    "cp932": "shift_jis_2004",
    "cp1254": "iso8859-9",
}
_TYPOGRAPHIC = frozenset("€‚„…‘’“”•–—™ ©®«»°·£§±²³¼½¾×÷")
_MAX_STRAY = 20


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text with ``\\n`` line ends; ``guessed`` tells that nothing declared the
    encoding."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes, path: str) -> Decoded:
    """The text of a file's bytes.

    A byte order mark decides; then valid UTF-8; then what the file declares (HTML meta, XML, a
    coding line); then a guess, recorded.  A file that is UTF-8 but for a few stray bytes is read
    only where each of them is evidently Windows-1252 (a letter between letters, a typographic
    sign), as a recorded guess; otherwise the error names the first one's offset.

    Raises ReadError for an empty or binary file and for bytes that cannot be decoded.
    """
    if not data.strip():
        raise ReadError(path, "the file is empty")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _done(
                _strict(data[len(mark) :], encoding, path, len(mark)), encoding, False, path
            )
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise ReadError(path, f"not text: it looks like {name}")
    if b"\x00" in data or not _is_utf8(data):
        wide = utf16_without_mark(data)
        if wide is not None:
            return _done(*wide, True, path)
    if b"\x00" in data:
        raise ReadError(path, f"not text: a zero byte at offset {data.index(0)}")
    controls = sum(
        data.count(bytes([c])) for c in range(32) if c not in (9, 10, 11, 12, 13, 26, 27)
    )
    if controls * 100 > len(data):
        raise ReadError(path, "not text: too many control characters")
    declared = _declared(data)
    if declared == "iso2022_jp" or re.search(rb"\x1b\$[@B]", data):
        return _done(_strict(data, "iso2022_jp", path, 0), "iso2022_jp", declared is None, path)
    try:
        return _done(data.decode("utf-8"), "utf-8", False, path)
    except UnicodeDecodeError as error:
        first = error
    if declared is not None and declared != "utf-8":
        for encoding in filter(None, (declared, _LOSSLESS.get(declared))):
            try:
                return _done(data.decode(encoding), encoding, False, path)
            except UnicodeDecodeError as error:
                first = error
        raise _undecodable(path, data, first, declared) from first
    stray = _stray_bytes(data)
    if stray is not None:
        text = _with_stray_bytes(data, stray)
        if text is None:
            raise _undecodable(path, data, first, "utf-8") from first
        return _done(text, "utf-8", True, path)
    guessed = guess(data)
    if guessed is None:
        raise _undecodable(path, data, first, "utf-8") from first
    return _done(data.decode(guessed), guessed, True, path)


def _done(text: str, encoding: str, guessed: bool, path: str) -> Decoded:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\ufeff \t\n\f\v"):
        raise ReadError(path, "the file is empty")
    return Decoded(text, encoding, guessed)


def _undecodable(path: str, data: bytes, error: UnicodeDecodeError, encoding: str) -> ReadError:
    offset = error.start
    line = data.count(b"\n", 0, offset) + 1
    return ReadError(
        path,
        f"byte 0x{data[offset]:02x} at offset {offset} is not {encoding}; save the file as UTF-8",
        line=line,
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _strict(data: bytes, encoding: str, path: str, skipped: int) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"not {encoding} at byte offset {error.start + skipped}: {error.reason}"
        raise ReadError(path, reason) from error


def _declared(data: bytes) -> str | None:
    """The codec that the file names in its head, or None where it names none that Python knows."""
    head = data[:4096]
    for pattern in _DECLARED:
        match = pattern.search(head)
        if not match:
            continue
        written = match.group(1).decode("ascii", "ignore").lower()
        # Emacs says latin-2 and utf-8-unix
        written = re.sub(r"-(unix|dos|mac)$", "", re.sub(r"^latin-(\d+)$", r"latin\1", written))
        try:
            name = codecs.lookup(written).name
        except LookupError:
            continue
        if name.startswith("utf-16"):
            continue  # a page that can be read as ASCII up to here is not UTF-16 (WHATWG, too)
        return _ALIASES.get(name, name)
    return None


def _stray_bytes(data: bytes) -> list[int] | None:
    """Offsets of the bytes that are not UTF-8, where the file is UTF-8 otherwise; None where it is
    not.

    It is where there are few of them, fewer than sequences of several bytes that are valid.
    """
    stray: list[int] = []
    valid = 0
    position = 0
    while position < len(data):
        try:
            text = data[position:].decode("utf-8")
            valid += sum(ord(c) > 127 for c in text)
            break
        except UnicodeDecodeError as error:
            valid += sum(
                c > 0x7F and c & 0xC0 == 0xC0 for c in data[position : position + error.start]
            )
            stray.extend(range(position + error.start, position + error.end))
            position += error.end
            if len(stray) > _MAX_STRAY:
                return None
    return stray if valid > len(stray) else None


def _with_stray_bytes(data: bytes, stray: list[int]) -> str | None:
    """The text with each stray byte read as Windows-1252, or None where one is not evidently
    that."""
    pieces: list[str] = []
    position = 0
    for offset in stray:
        pieces.append(data[position:offset].decode("utf-8"))
        try:
            char = data[offset : offset + 1].decode("cp1252")
        except UnicodeDecodeError:
            return None
        neighbours = data[max(0, offset - 1) : offset] + data[offset + 1 : offset + 2]
        lonely = not any(other in stray for other in (offset - 1, offset + 1))
        between = char.isalpha() and any(chr(n).isalpha() and n < 128 for n in neighbours)
        if not lonely or not (between or char in _TYPOGRAPHIC):
            return None
        pieces.append(char)
        position = offset + 1
    pieces.append(data[position:].decode("utf-8"))
    return "".join(pieces)
