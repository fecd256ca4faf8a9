"""Markdown and MDX into blocks (CommonMark with tables, strikethrough and definition lists)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from index.readers.blocks import Block, SourceDocument
from index.readers.frontmatter import split_front_matter
from index.readers.markdown_notes import notes_in_place
from index.readers.tags import TagStream
from index.readers.templates import outside_code, without_templates

_ESM = re.compile(r"^(?:import|export)\s+(?:[\w*{$]|default\b|['\"])")
_MAX_NESTING = 40


def read_markdown(text: str, path: str) -> SourceDocument:
    """The blocks of a Markdown or MDX file.

    Line numbers are those of ``text``.  Raises ReadError where the front matter is broken.
    """
    front = split_front_matter(text, path)
    mdx = path.lower().endswith(".mdx")
    body, declared = front.text, list(front.faq)
    if mdx:
        body, exported = _without_esm(body)
        declared.extend(exported)
    body = without_templates(body, mdx=mdx)
    stream = TagStream(components=True)
    reader = _Reader(stream, mdx=mdx)
    reader.read(body)
    document = front.of(SourceDocument(stream.finish()))
    return replace(document, faq=tuple((_plain(q), _plain(a), line) for q, a, line in declared))


# --- MDX -----------------------------------------------------------------------------------------

_STRING = r"(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)"
_EXPORTED = re.compile(
    rf"(?:question|q|title)[\"']?\s*:\s*{_STRING}\s*,\s*[\"']?(?:answer|a|content|text)[\"']?\s*:\s*{_STRING}",
    re.I,
)


def _without_esm(text: str) -> tuple[str, list[tuple[str, str, int]]]:
    """``text`` without import and export statements; the FAQ pairs in exported data."""
    found: list[tuple[str, str, int]] = []

    def change(part: str) -> str:
        lines = part.split("\n")
        out: list[str] = []
        index = 0
        while index < len(lines):
            before_blank = (
                index == 0 or not lines[index - 1].strip() or not out[-1:] or out[-1] == ""
            )
            if not (_ESM.match(lines[index]) and before_blank):
                out.append(lines[index])
                index += 1
                continue
            depth = 0
            while index < len(lines):
                line = lines[index]
                bare = re.sub(_STRING, "", line)
                depth += len(re.findall(r"[{(\[]", bare)) - len(re.findall(r"[})\]]", bare))
                out.append("")
                index += 1
                if depth <= 0 and (index >= len(lines) or not _ESM_GOES_ON.match(lines[index])):
                    break
        return "\n".join(out)

    for match in _EXPORTED.finditer(text):
        question = next(g for g in match.groups()[:3] if g is not None)
        answer = next(g for g in match.groups()[3:] if g is not None)
        found.append(
            (_unescaped(question), _unescaped(answer), text.count("\n", 0, match.start()) + 1)
        )
    return outside_code(text, change), found


_ESM_GOES_ON = re.compile(r"^\s+\S|^[}\])]")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), text)


_BRACED = re.compile(rf"=\{{\s*{_STRING}\s*\}}")


def _quoted(match: re.Match[str]) -> str:
    """A property written ``={"…"}`` as ``="…"``, which an HTML parser understands."""
    value = _unescaped(next(g for g in match.groups() if g is not None))
    return f'="{escape(value)}"' + "\n" * (match.group().count("\n") - value.count("\n"))


_TAG_LINE = re.compile(
    r"[ \t]*(?:</[A-Z]\w*>)*(?:</?[A-Z][\w.]*(?:\s[^<>]*?(?:\{.*?\}[^<>]*?)*)?/?>|<>|</>)[ \t]*$",
    re.S,
)


def _component_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A component's tag on lines of its own: only the tag is HTML, what follows is Markdown
    again."""
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if not re.match(r"</?(?:[A-Z]|>)", first):
        return False
    for last in range(start, min(end, start + 60)):
        text = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[last]]
        if last > start and not state.src[state.bMarks[last] : state.eMarks[last]].strip():
            break
        if _TAG_LINE.fullmatch(text):
            if silent:
                return True
            state.line = last + 1
            token = state.push("html_block", "", 0)
            token.map = [start, last + 1]
            token.content = text
            return True
    return False


# --- reading -------------------------------------------------------------------------------------


class _Tags(HTMLParser):
    """Feeds the tags of raw HTML into the stream."""

    def __init__(self, reader: "_Reader") -> None:
        super().__init__(convert_charrefs=True)
        self.reader = reader
        self.first_line = 1
        self.pre = 0
        self.pre_text: list[str] = []
        self.pre_line = 1

    @property
    def line(self) -> int:
        return self.first_line + self.getpos()[0] - 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self.pre += 1
            if self.pre == 1:
                self.pre_text, self.pre_line = [], self.line
            return
        if self.pre:
            return
        name = _original_name(self.get_starttag_text(), tag)
        self.reader.stream.start(name, _attributes(attrs), self.line)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag != "pre":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre" and self.pre:
            self.pre -= 1
            if not self.pre:
                self.reader.stream.code("".join(self.pre_text), self.pre_line)
            return
        if not self.pre:
            self.reader.stream.end(tag, self.line)

    def handle_data(self, data: str) -> None:
        if self.pre:
            self.pre_text.append(data)
        else:
            self.reader.raw_text(data, self.line)


def _original_name(source: str | None, tag: str) -> str:
    """The tag as written: a component's name is told by its capitals."""
    match = re.match(r"<\s*([\w.:-]+)", source or "")
    return match.group(1) if match and match.group(1).lower() == tag else tag


def _attributes(attrs: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    values = {}
    for name, value in attrs:
        text = value or ""
        match = re.fullmatch(rf"\{{\s*{_STRING}\s*\}}", text, re.S)
        if match:
            text = _unescaped(next(g for g in match.groups() if g is not None))
        elif text.startswith("{"):
            text = ""
        values[name.lower()] = text
    return values


class _Reader:
    def __init__(
        self, stream: TagStream, *, mdx: bool, breaks: bool = False, html: bool = True
    ) -> None:
        self.stream = stream
        self.mdx = mdx
        self.breaks = breaks
        self.md = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING, "html": html})
        self.md.enable(["table", "strikethrough"])
        self.md.use(deflist_plugin).use(footnote_plugin)
        if html:
            self.md.block.ruler.before(
                "html_block", "component", _component_rule, {"alt": ["paragraph"]}
            )
        if mdx:
            self.md.disable(["code"])  # MDX has no indented code: components are indented
        self.tags = _Tags(self)

    def read(self, text: str) -> None:
        for token in notes_in_place(self.md.parse(text)):
            self._token(token)
        self.tags.close()

    def raw_text(self, text: str, line: int) -> None:
        """Text between raw HTML tags; in MDX it is Markdown itself."""
        if self.mdx and re.search(r"[*_`\[]", text) and text.strip():
            for token in self.md.parseInline(text):
                for child in token.children or []:
                    self._inline(child, line)
            return
        self.stream.text(text, line)

    def _token(self, token: Token) -> None:
        line = token.map[0] + 1 if token.map else 0
        kind = token.type
        if kind == "inline":
            self._line = line
            for child in token.children or []:
                self._inline(child, self._line)
        elif kind in ("fence", "code_block"):
            self.stream.code(token.content, line)
        elif kind == "hr":
            self.stream.rule(line)
        elif kind == "html_block":
            self._html(token.content, line)
        elif token.nesting == 1:
            if kind == "paragraph_open" and token.hidden:
                self.stream.soft_flush()
                return
            attributes = {k: str(v) for k, v in token.attrs.items()}
            self.stream.start(token.tag, attributes, line)
        elif token.nesting == -1:
            if kind == "paragraph_close" and token.hidden:
                self.stream.soft_flush()
                return
            self.stream.end(token.tag)

    def _inline(self, token: Token, line: int) -> None:
        kind = token.type
        if kind == "text" or kind == "code_inline":
            self.stream.text(token.content, line)
        elif kind == "softbreak" and not self.breaks:
            self._line = line + 1
            self.stream.soft_break(self._line)
        elif kind in ("softbreak", "hardbreak"):
            self._line = line + 1
            self.stream.line_break(self._line)
        elif kind == "html_inline":
            self._html(token.content, line)
        elif kind == "image":
            return
        elif kind == "text_special":
            self.stream.text(token.content, line)
        elif token.nesting == 1:
            self.stream.start(token.tag, {k: str(v) for k, v in token.attrs.items()}, line)
        elif token.nesting == -1:
            self.stream.end(token.tag, line)

    _line = 0

    def _html(self, source: str, line: int) -> None:
        source = _BRACED.sub(_quoted, source)
        offset = self.tags.getpos()[0]
        self.tags.first_line = line - offset + 1
        self.tags.feed(source)


def _plain(text: str) -> str:
    """Markdown of a front matter value as readable text, paragraphs apart."""
    stream = TagStream(components=True)
    _Reader(stream, mdx=False).read(text)
    return "\n\n".join(block.text for block in stream.finish() if block.text) or unescape(text)


def markdown_text(text: str) -> str:
    """A short Markdown text (a list's question) as readable text."""
    return _plain(text)


def blocks_of_markdown(text: str, line: int) -> tuple[Block, ...]:
    """The blocks of a Markdown value inside another file; all lines are ``line``."""
    stream = TagStream(components=True)
    _Reader(stream, mdx=False).read(without_templates(text, mdx=False))
    return _on_line(stream, line)


def blocks_of_export(text: str, line: int, *, html: bool) -> tuple[Block, ...]:
    """As ``blocks_of_markdown``, of a value that no one wrote for a site's generator.

    A line break within a paragraph is one; template tags, and without ``html`` what looks like a
    tag ("<url>"), are text.
    """
    stream = TagStream(components=True)
    _Reader(stream, mdx=False, breaks=True, html=html).read(text)
    return _on_line(stream, line)


def blocks_of_html(text: str, line: int) -> tuple[Block, ...]:
    """The blocks of a value in HTML inside another file; empty lines part paragraphs, too."""
    stream = TagStream(components=True)
    reader = _Reader(stream, mdx=False)
    reader.tags.feed(re.sub(r"\n[ \t]*\n", "<p>", text))
    reader.tags.close()
    return _on_line(stream, line)


def _on_line(stream: TagStream, line: int) -> tuple[Block, ...]:
    return tuple(replace(block, line=line) for block in stream.finish())
