"""Collects the inline text of one block: white space, line breaks, bold runs, links, and the line
it starts on.
"""

import re
from dataclasses import dataclass, field

_SPACE = re.compile(r"\s+")
_START_CHARS = 12
# Places to break a line and marks of the encoding; readers never see them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Run:
    """One paragraph of inline text.  ``links`` are (start, end, href as written)."""

    text: str
    line: int
    bold: bool
    bold_prefix: int
    links: tuple[tuple[int, int, str], ...]


@dataclass(slots=True)
class _Line:
    """A line as it is being built: characters with spaces collapsed, and which of them are bold
    or linked.
    """

    text: str = ""
    line: int = 0
    bolds: list[tuple[int, int]] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def bold(self) -> bool:
        """Everything but punctuation and spaces is bold."""
        if not self.bolds:
            return False
        rest = self.text
        for start, end in self.bolds:
            rest = rest[:start] + " " * (end - start) + rest[end:]
        return not re.search(r"\w", rest)


class Inline:
    """Text runs come in with ``add``; ``take`` gives the paragraphs they make and starts anew.

    The caller sets ``bold`` (a depth) and ``href`` while it walks through inline elements.
    """

    def __init__(self) -> None:
        self.bold = 0
        self.href: str | None = None
        self._pieces: list[tuple[str, bool, str | None, int]] = []
        self._blank = True
        self._start = ""

    @property
    def start(self) -> str:
        """The first few characters so far, white space collapsed."""
        return " ".join(self._start.split())

    @property
    def blank(self) -> bool:
        """Nothing but white space so far."""
        return self._blank

    def add(self, value: str, line: int) -> None:
        value = _INVISIBLE.sub("", value)
        if value:
            self._pieces.append((value, self.bold > 0, self.href, line))
            if self._blank and not value.isspace():
                self._blank = False
            if len(self._start) < _START_CHARS:
                self._start += value if self._start else value.lstrip()

    def line_break(self) -> None:
        self._pieces.append(("\n", False, None, -1))

    def space(self) -> None:
        """A boundary that separates words and no more."""
        self._pieces.append((" ", self.bold > 0, None, 0))

    def raw(self) -> tuple[str, int]:
        """The text as it was written (for ``<pre>``) without blank lines at its ends, and its
        line.
        """
        text = "".join(piece[0] for piece in self._pieces)
        line = next((piece[3] for piece in self._pieces if piece[0].strip()), 0)
        self._clear()
        lines = [each.rstrip() for each in text.expandtabs(4).split("\n")]
        while lines and not lines[0]:
            lines.pop(0)
        while lines and not lines[-1]:
            lines.pop()
        return "\n".join(lines), line

    def take(self, *, breaks: bool = True) -> list[Run]:
        """The paragraphs: an empty line (two breaks) divides, and so does a change of bold
        between lines.

        ``breaks=False``: one paragraph, line breaks are spaces.
        """
        lines = self._lines(breaks)
        self._clear()
        groups: list[list[_Line]] = []
        apart = True
        for line in lines:
            if not line.text:
                apart = True
                continue
            if apart or (groups and groups[-1][-1].bold != line.bold):
                groups.append([])
            groups[-1].append(line)
            apart = False
        return [_run(group) for group in groups]

    def _clear(self) -> None:
        self._pieces = []
        self._blank = True
        self._start = ""

    def _lines(self, breaks: bool) -> list[_Line]:
        lines = [_Line()]
        for value, bold, href, at in self._pieces:
            if at == -1:
                if breaks:
                    lines.append(_Line())
                    continue
                value = " "
            line = lines[-1]
            said = _SPACE.sub(" ", value)
            if not line.text or line.text.endswith(" "):
                said = said.removeprefix(" ")
            if not said:
                continue
            if said != " " and not line.line:
                line.line = at
            start = len(line.text)
            line.text += said
            inked = (start + len(said) - len(said.lstrip()), start + len(said.rstrip()))
            if inked[0] < inked[1]:
                if bold:
                    line.bolds.append(inked)
                if href is not None:
                    if line.links and line.links[-1][2] == href and start - line.links[-1][1] <= 1:
                        line.links[-1] = (line.links[-1][0], inked[1], href)
                    else:
                        line.links.append((*inked, href))
        for line in lines:
            line.text = line.text.rstrip()
        return lines


def _run(group: list[_Line]) -> Run:
    links: list[tuple[int, int, str]] = []
    prefix = offset = 0
    leading = True
    for line in group:
        links.extend((start + offset, end + offset, href) for start, end, href in line.links)
        if leading:
            reached = _leading_bold(line)
            prefix = reached + offset if reached else prefix
            leading = reached == len(line.text)
        offset += len(line.text) + 1
    text = "\n".join(line.text for line in group)
    return Run(text, group[0].line, all(line.bold for line in group), prefix, tuple(links))


def _leading_bold(line: _Line) -> int:
    """The end of the bold run at the start of the line (punctuation between bold parts does not
    end it).
    """
    reached = 0
    for start, end in line.bolds:
        if re.search(r"\w", line.text[reached:start]):
            break
        reached = end
    rest = line.text[reached:]
    return len(line.text) if reached and not re.search(r"\w", rest) else reached
