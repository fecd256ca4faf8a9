"""The heat map of coverage: articles down, their sections across, drawn with matplotlib as SVG.

Colour is the state, and a mark says it again for those who see no colours; a darker edge is
demand.  Each cell is a link to the section's page.
"""

import io
import re
import threading
from collections.abc import Sequence

from markupsafe import Markup

from qa.coverage import ArticleCoverage, CoverageState, SectionCoverage
from qa.web.desk_section import STATE_WORDS, section_path

ACROSS = 16  # sections in a line; an article with more has more lines
_SIDE = 0.36  # inches, of a cell: 26 pixels, which a finger hits
_TITLE_CHARS = 46
# Told apart by everybody, and in grey (Okabe and Ito), light enough for what is written on them.
_FILL = {
    CoverageState.COVERED: "#7cc4ad",
    CoverageState.PARTLY: "#f0d58a",
    CoverageState.UNCOVERED: "#e39a7b",
}
_MARK = {CoverageState.COVERED: "", CoverageState.PARTLY: "–", CoverageState.UNCOVERED: "×"}
# Its settings belong to the whole process, and more than one editor may look at the map.
DRAWING = threading.Lock()


def heat_map(articles: Sequence[ArticleCoverage]) -> Markup:
    """Return the map of these articles, as inline SVG."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    lines: list[tuple[str, Sequence[SectionCoverage]]] = []
    for article in articles:
        for start in range(0, len(article.sections), ACROSS):
            title = "" if start else f"{article.title or article.id}"
            lines.append((title, article.sections[start : start + ACROSS]))
    across = max((len(sections) for _, sections in lines), default=1)
    most = max((one.demand for _, sections in lines for one in sections), default=0)
    height = 2.0 * len(lines)  # a line of words, and a line of cells under it
    width = max(float(across), 13.0)
    figure = Figure(figsize=(width * _SIDE, height * _SIDE))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, width)
    axes.set_ylim(height, 0.0)
    axes.set_axis_off()
    for row, (title, sections) in enumerate(lines):
        top = 2.0 * row
        axes.text(0.05, top + 0.7, _short(title), fontsize=10, parse_math=False, gid=f"title-{row}")
        for column, section in enumerate(sections):
            cell = Rectangle(
                (column + 0.05, top + 1.0),
                0.9,
                0.9,
                facecolor=_FILL[section.state],
                edgecolor="#1e2326",
                linewidth=0.3 + (2.2 * section.demand / most if most else 0.0),
            )
            cell.set_url(section_path(section.article, section.id))
            cell.set_gid(f"cell-{row}-{column}")
            axes.add_patch(cell)
            mark = _MARK[section.state]  # beside the number: colour alone tells not everybody
            words = f"{mark} {section.demand}".lstrip() if section.demand else mark
            axes.text(
                column + 0.5,
                top + 1.48,
                words,
                ha="center",
                va="center",
                fontsize=9,
                color="#1e2326",
            )
    drawn = io.StringIO()
    with (
        DRAWING,
        matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "footnote"}),
    ):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    return _inline(drawn.getvalue(), [section for _, sections in lines for section in sections])


def _inline(svg: str, sections: Sequence[SectionCoverage]) -> Markup:
    """Return the picture inline, with a name for each cell's link."""
    names = {section_path(one.article, one.id): _name(one) for one in sections}

    def named(match: re.Match[str]) -> str:
        address = Markup(match[1]).unescape()
        # Not into a new window, as matplotlib would have it.
        return f'<a xlink:href="{match[1]}"><title>{Markup.escape(names.get(address, ""))}</title>'

    return Markup(re.sub(r'<a xlink:href="([^"]*)"[^>]*>', named, inline_svg(svg)))


def inline_svg(svg: str) -> Markup:
    """Return a picture that matplotlib has written without what only a file needs."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    return Markup(svg)  # matplotlib escapes what it writes


def _name(section: SectionCoverage) -> str:
    heading = section.heading or "(the beginning)"
    asked = f", {section.demand} questions" if section.demand else ""
    state = STATE_WORDS[section.state.value]
    return f"{heading}: {state}, {section.share:.0%}{asked}"


def _short(title: str) -> str:
    return title if len(title) <= _TITLE_CHARS else f"{title[: _TITLE_CHARS - 1]}…"
