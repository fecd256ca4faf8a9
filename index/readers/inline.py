"""Collects the running text of one block: white space squeezed, links and bold remembered."""

import re
from dataclasses import dataclass, field

from index.readers.blocks import BlockLink

_SPACE = re.compile(r"[ \t\n\r\f\v\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class InlineText:
    """Readable text of a block; ``bold`` and ``bold_prefix`` as in ``Block``."""

    text: str
    links: tuple[BlockLink, ...]
    bold: bool
    bold_prefix: int


@dataclass
class InlineBuilder:
    """Takes pieces of text in order; ``done`` gives the block's text."""

    line: int = 0
    _out: list[str] = field(default_factory=list)
    _length: int = 0
    _bold: list[tuple[int, int]] = field(default_factory=list)
    _links: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, text: str, *, bold: bool = False, url: str | None = None) -> None:
        squeezed = _SPACE.sub(" ", text)
        if self._ends_in_space():
            squeezed = squeezed.lstrip(" ")
        if not squeezed:
            return
        start = self._length
        self._out.append(squeezed)
        self._length += len(squeezed)
        if bold:
            self._bold.append((start, self._length))
        if url:
            if self._links and self._links[-1][2] == url and self._links[-1][1] == start:
                start = self._links.pop()[0]
            self._links.append((start, self._length, url))

    def line_break(self) -> None:
        """A break that the source means: kept as a newline."""
        while self._out and self._out[-1].endswith(" "):
            stripped = self._out.pop().rstrip(" ")
            if stripped:
                self._out.append(stripped)
            self._length = sum(map(len, self._out))
        if self._out and not self._out[-1].endswith("\n"):
            self._out.append("\n")
            self._length += 1

    def _ends_in_space(self) -> bool:
        return not self._out or self._out[-1][-1] in " \n"

    @property
    def empty(self) -> bool:
        return not "".join(self._out).strip()

    def done(self) -> InlineText:
        text = "".join(self._out).rstrip()
        bold = [False] * len(text)
        for start, end in self._bold:
            for index in range(start, min(end, len(text))):
                bold[index] = True
        plain = [i for i, char in enumerate(text) if not bold[i] and _is_word(char)]
        strong = [i for i, char in enumerate(text) if bold[i] and _is_word(char)]
        all_bold = bool(strong) and not plain
        prefix = 0
        if strong and plain and strong[0] < plain[0]:
            first_plain = plain[0]
            prefix = max(i for i in range(first_plain) if bold[i]) + 1
            # a full stop, colon or question mark just after the bold words belongs to them
            while prefix < len(text) and text[prefix] in "?？:：.!":
                prefix += 1
        links = tuple(
            BlockLink(start, min(end, len(text)), url)
            for start, end, url in self._links
            if start < min(end, len(text))
        )
        return InlineText(text, links, all_bold, 0 if all_bold else prefix)


def _is_word(char: str) -> bool:
    return char.isalnum()
