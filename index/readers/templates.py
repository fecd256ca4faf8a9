"""What site generators write into Markdown beside it: Liquid's and Jinja's tags, Hugo's shortcodes,
kramdown's attributes, ``:::`` containers.  Lines keep their numbers."""

import re
from collections.abc import Callable

from index.readers import mkdocs

_TEMPLATE = re.compile(
    r"\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}"
    r"|\{%-?.*?-?%\}|\{\{[<%].*?[>%]\}\}|\{\{[^{}\n]*\}\}|\{#.*?#\}",
    re.S,
)  # Liquid, Hugo shortcodes, Jinja
_KRAMDOWN = re.compile(r"^[ ]{0,3}\{:[^}\n]*\}[ \t]*$|\{:\s?[.#][^}\n]*\}", re.M)
_KRAMDOWN_TOC = re.compile(
    r"^[ ]{0,3}(?:[-*+]|\d+[.)])[ \t]+[^\n]*\n[ ]{0,3}\{:\s*[^}\n]*\btoc\b[^}\n]*\}[ \t]*$", re.M
)
_HEADING_ID = re.compile(
    r"\s*\{#[\w:.-]+[^}\n]*\}\s*$|(?<=\S)[ \t]+\{[ \t]*[#.][A-Za-z][^}\n]*\}[ \t]*$", re.M
)
_TOC_MARK = re.compile(r"^[ ]{0,3}(\[\[?_?toc_?\]?\]|\[TOC\]|<!-- ?toc.*?-->)[ \t]*$", re.I | re.M)
_ADMONITION = re.compile(r"^[ ]{0,3}:{3,}[ \t]*([\w-]*)[^\n]*$", re.M)
_ALERT = re.compile(r"^(\s{0,3}>\s*)\[![\w-]+\][+-]?[ \t]*([^\n]*)$", re.M)
_WIKI_LINK = re.compile(r"(!?)\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\](?![(\[:])")
_FENCE = re.compile(r"[ \t>]*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})")
# Code between tags of Liquid (Jekyll, Octopress, Hexo) or a shortcode of Hugo, each alone on a line
_CODE_TAG = re.compile(
    r"([ \t>]*)(?:\{%-?\s*(?:highlight|codeblock)\b[^\n]*%\}"
    r"|\{\{[<%]\s*highlight\b[^\n]*[>%]\}\})[ \t]*"
)
_CODE_TAG_END = re.compile(
    r"[ \t>]*(?:\{%-?\s*end(?:highlight|codeblock)\s*-?%\}"
    r"|\{\{[<%]\s*/\s*highlight\s*[>%]\}\})[ \t]*"
)
_RAW_TAG = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")


def _blank(match: re.Match[str]) -> str:
    """As many line breaks as the match had: line numbers stay right."""
    return "\n" * match.group().count("\n")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """``text`` with ``change`` applied outside fenced code; it has to keep the number of lines."""
    out: list[str] = []
    pending: list[str] = []
    fence = ""
    for line in text.split("\n"):
        before, fence = fence, _fence_after(line, fence)
        if before or fence:
            if pending:
                out.extend(change("\n".join(pending)).split("\n"))
                pending = []
            out.append(line)
        else:
            pending.append(line)
    if pending:
        out.extend(change("\n".join(pending)).split("\n"))
    return "\n".join(out)


def _fence_after(line: str, fence: str) -> str:
    """The fence of code that is open after ``line``, where ``fence`` was before it; "" for none."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    rest = line[match.end() :]
    if fence:
        return "" if match.group(1).startswith(fence) and not rest.strip() else fence
    return "" if match.group(1)[0] == "`" and "`" in rest else match.group(1)


def _with_fences(text: str) -> str:
    """``text`` with fences, on the same lines, for the tags of Liquid and Hugo around code.

    Without them a shell's comment in the code is a heading.
    """
    lines = text.split("\n")
    ends = [i for i, line in enumerate(lines) if _CODE_TAG_END.fullmatch(line)]
    if not ends:
        return text
    tildes = "~" * max(len(run) + 1 for run in ["~~", *re.findall("~{3,}", text)])
    ends.reverse()
    fence = ""
    index = 0
    while index < len(lines):
        opening = None if fence else _CODE_TAG.fullmatch(lines[index])
        if opening is None:
            fence = _fence_after(lines[index], fence)
            index += 1
            continue
        while ends and ends[-1] <= index:
            ends.pop()
        if not ends:
            break
        end, margin = ends[-1], opening.group(1)
        lines[index] = lines[end] = margin + tildes
        for number in range(index + 1, end):
            line = _RAW_TAG.sub("", lines[number])
            # code further out than its tag would end the list, and the fence, that it stands in
            lines[number] = line if line.startswith(margin) else margin + line
        index = end + 1
    return "\n".join(lines)


def without_templates(text: str, *, mdx: bool) -> str:
    """``text`` as its readers see it, where the site's generator has done its work; line for line.

    Code stays as it is.  ``mdx``: its comments, too, are gone.
    """

    def change(part: str) -> str:
        part = _KRAMDOWN_TOC.sub(_blank, part)
        part = _KRAMDOWN.sub(_blank, part)
        part = _TOC_MARK.sub(_blank, part)
        part = _HEADING_ID.sub(_blank, part)
        part = _outside_spans(part, _TEMPLATE, _said)
        part = _ALERT.sub(_alert, part)
        part = _outside_spans(part, _WIKI_LINK, _linked)
        part = _ADMONITION.sub(_admonition, part)
        part = mkdocs.without_marks(_outside_spans(part, mkdocs.ATTRIBUTES, _blank))
        if mdx:
            part = re.sub(r"\{/\*.*?\*/\}", _blank, part, flags=re.S)
        return part

    return outside_code(mkdocs.without_boxes(_with_fences(text)), change)


def _said(match: re.Match[str]) -> str:
    """What a template's tag says, as many lines: what is raw as it is, of others nothing."""
    return _blank(match) if match.group("raw") is None else match.group("raw")


def _outside_spans(
    text: str, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]
) -> str:
    """``pattern`` replaced where it does not stand inside a code span on one line."""
    spans = [m.span() for m in re.finditer(r"(`+)[^`\n][^\n]*?\1(?!`)", text)]

    def replace(match: re.Match[str]) -> str:
        inside = any(s <= match.start() and match.end() <= e for s, e in spans)
        return match.group() if inside else change(match)

    return pattern.sub(replace, text)


def _alert(match: re.Match[str]) -> str:
    """``> [!faq]- Title`` becomes its title as a bold line of the quote; GitHub's have none."""
    title = match[2].strip()
    return f"{match[1]}**{title}**  " if title else match[1]


def _linked(match: re.Match[str]) -> str:
    """``[[Page|what is shown]]`` of wikis is what is shown; ``![[a.png]]`` shows something else."""
    return "" if match[1] else (match[3] or match[2]).strip()


def _admonition(match: re.Match[str]) -> str:
    """``:::tip Title`` becomes its title as a bold line; the closing ``:::`` goes."""
    title = re.sub(r"^[ ]{0,3}:{3,}[ \t]*[\w-]*[ \t]*", "", match.group()).strip(" []{}")
    # two spaces: a line break, should text follow directly
    return f"**{title}**  " if title and "=" not in title else ""
