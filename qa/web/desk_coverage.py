"""The tab "Coverage": which sections the FAQ covers, as a map and as a list."""

import gradio as gr
from markupsafe import Markup

from qa.coverage import CoverageReport, CoverageState
from qa.web.desk_export_links import export_links
from qa.web.desk_heat_map import heat_map
from qa.web.desk_html import Opened, area, outdated, shown, table, waits
from qa.web.desk_section import STATE_WORDS, section_path
from qa.web.desk_state import Desk

ON_A_PAGE = 25  # articles
LISTED = 50  # sections


def build(desk: Desk) -> list[Opened]:
    """Put the tab's components where they are wanted."""
    page = gr.Number(value=1, precision=0, minimum=1, label="Page of articles", scale=0)
    out = area()

    def of_page(number: float | None) -> str:
        return shown(coverage_message(desk, int(number or 1)))

    page.submit(of_page, page, out, api_visibility="private")
    return [(out, lambda: of_page(1))]


def coverage_message(desk: Desk, page: int) -> Markup:
    """Return the map of one page of articles, those asked about most first, and what to do."""
    now = desk.coverage_now()
    if now is None:
        return waits("How well the FAQ covers the sections is being worked out.")
    report = now.value
    if not report.articles:
        return Markup("<p>There is no section that an FAQ pair could cover yet.</p>")
    articles = sorted(
        report.articles,
        key=lambda one: (-sum(part.demand for part in one.sections), one.share, one.id),
    )
    pages = -(-len(articles) // ON_A_PAGE)
    page = max(1, min(page, pages))
    shown = articles[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    drawn = desk.drawn("map", (report, page), lambda: heat_map(shown))
    figure = '{}{}<figure class="desk-map">{}<figcaption>{}</figcaption></figure>{}'
    return Markup(figure).format(
        outdated(now.newest),
        _summary(report),
        waits("The map is being drawn.") if drawn is None else drawn,
        f"Articles, page {page} of {pages}. A number is how many readers’ questions led there; "
        "× is uncovered, – partly covered. Open a cell to see the section beside its pairs.",
        _listed(report),
    )


def _summary(report: CoverageReport) -> Markup:
    counts = report.counts
    return Markup(
        '<p class="desk-lead"><strong>{:.0%}</strong> of all sentences are covered. '
        "Sections: {} covered, {} partly, {} uncovered.</p>"
    ).format(
        report.share,
        counts[CoverageState.COVERED],
        counts[CoverageState.PARTLY],
        counts[CoverageState.UNCOVERED],
    )


def _listed(report: CoverageReport) -> Markup:
    sections = report.sections(CoverageState.UNCOVERED, CoverageState.PARTLY)
    rows = [
        (
            Markup('<a href="{}">{}</a>').format(
                section_path(one.article, one.id), one.heading or "(the beginning)"
            ),
            report.article(one.article).title or one.article,
            STATE_WORDS[one.state.value],
            f"{one.share:.0%}",
            str(one.demand),
        )
        for one in sections[:LISTED]
    ]
    more = len(sections) - len(rows)
    rest = Markup("<p>And {} more.</p>").format(more) if more else Markup("")
    links = Markup('<p class="desk-links">{}</p>').format(export_links("coverage"))
    return (
        links
        + table(("Section", "Article", "State", "Said by pairs", "Readers’ questions"), rows)
        + rest
    )
