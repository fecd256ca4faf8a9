"""The tab "Today": what to write next, one list over everything that was found."""

from collections.abc import Iterable

import gradio as gr
from markupsafe import Markup

from qa.findings import Finding, FindingKind
from qa.gap_verdicts import GapVerdict
from qa.links import page_url
from qa.web.desk_export_links import export_links
from qa.web.desk_files import unread_message
from qa.web.desk_finding import finding_path, is_health
from qa.web.desk_html import Opened, area, outdated, shown, waits
from qa.web.desk_questions import group_path
from qa.web.desk_section import section_path
from qa.web.desk_state import Desk
from qa.web.desk_syncing import syncing

LISTED = 30
_KINDS = {
    FindingKind.UNCOVERED: ("No pair about it", "See the section"),
    FindingKind.PARTLY_COVERED: ("Partly covered", "See what is missing"),
    FindingKind.NOT_FOUND: ("Not found", "Add the wording"),
    FindingKind.NO_PAIR: ("Answered by an article only", "Write the pair"),
    FindingKind.NOT_ANSWERED: ("Nothing surely answers it", "See the questions"),
    FindingKind.OFF_TOPIC: ("Off-topic", "See the questions"),
    FindingKind.DUPLICATE: ("Said twice", "See the pairs"),
    FindingKind.CONFLICT: ("Contradiction", "See the pairs"),
    FindingKind.UNSUPPORTED: ("Unsupported", "See the answer"),
    FindingKind.STALE: ("Out of date", "See the answer"),
}

_ASKED = frozenset(FindingKind(verdict) for verdict in GapVerdict)


def build(desk: Desk) -> list[Opened]:
    """Put the tab's components where they are wanted."""
    out = area()
    page = gr.Number(value=1, precision=0, minimum=1, label="Page of the list", scale=0)

    def of_page(number: float | None) -> str:
        return shown(today_message(desk, int(number or 1)))

    page.submit(of_page, page, out, api_visibility="private")
    return [(out, lambda: of_page(1))]


def today_message(desk: Desk, page: int = 1) -> Markup:
    """Return one page of the list, the weightiest first."""
    now = desk.findings_now()
    head = syncing(desk.under_way()) + unread_message(desk) + outdated(now.newest)
    if now.waits:
        head += waits("A part of what there is to do is still being worked out.")
    findings = now.findings
    if not findings:
        nothing = Markup('<p class="desk-lead">Nothing to do: nothing was found.</p>')
        return head if now.waits else head + nothing
    pages = -(-len(findings) // LISTED)
    page = max(1, min(page, pages))
    many = f"{len(findings)} things to look at" if len(findings) > 1 else "One thing to look at"
    lead = f"{many}, what matters most first"
    lead += f": page {page} of {pages}; the page is chosen below the list." if pages > 1 else "."
    return head + Markup('<p class="desk-lead">{}</p><p class="desk-links">{}</p>{}').format(
        lead, export_links("today"), listed(findings[(page - 1) * LISTED : page * LISTED])
    )


def listed(findings: Iterable[Finding]) -> Markup:
    """Return findings as cards, in their order, each with its reason and a way to its place."""
    items = Markup("").join(_item(one) for one in findings)
    return Markup('<ol class="desk-list">{}</ol>').format(items)


def _item(finding: Finding) -> Markup:
    kind, button = _KINDS[finding.kind]
    action = Markup("")
    if address := address_of(finding):
        action = Markup('<a class="desk-button" href="{}">{}</a>').format(address, button)
    asked = "not asked about yet"
    if finding.demand:
        asked = f"{finding.demand} question{'s'[: finding.demand > 1]} of readers"
    return Markup(
        '<li class="desk-finding"><p class="desk-kind">{} · {}</p><h3 dir="auto">{}</h3>'
        '<p dir="auto">{}</p>{}</li>'
    ).format(kind, asked, finding.title, finding.reason, action)


def kind_words(finding: Finding) -> str:
    """Return what kind of finding it is."""
    return _KINDS[finding.kind][0]


def address_of(finding: Finding) -> str | None:
    """Return the address of the page that a finding is dealt with on."""
    if finding.kind in _ASKED:
        return group_path(finding.key)
    if is_health(finding):
        return finding_path(finding.key)
    if not finding.places:
        return None
    place = finding.places[0]
    if finding.kind in {FindingKind.UNCOVERED, FindingKind.PARTLY_COVERED}:
        return section_path(place.article, place.owner)
    return page_url(place.article, place.start, place.end)
