"""The tab "FAQ health": duplicates, contradictions, unsupported and stale answers."""

from markupsafe import Markup

from qa.findings import FindingKind
from qa.web.desk_export_links import export_links
from qa.web.desk_files import unread_message
from qa.web.desk_html import Opened, area, outdated, shown, waits
from qa.web.desk_state import Desk
from qa.web.desk_syncing import syncing
from qa.web.desk_today import listed

LISTED = 30  # of a kind
_TITLES = {
    FindingKind.CONFLICT: "Pairs that contradict one another",
    FindingKind.UNSUPPORTED: "Answers that say what their article does not",
    FindingKind.STALE: "Answers whose section has changed",
    FindingKind.DUPLICATE: "Pairs that say the same",
}


def build(desk: Desk) -> list[Opened]:
    """Put the tab's components where they are wanted."""
    return [(area(), lambda: shown(health_message(desk)))]


def health_message(desk: Desk) -> Markup:
    """Return what is the matter with the pairs, by kind, the weightiest first."""
    now = desk.checks_now()
    above = syncing(desk.under_way()) + unread_message(desk)
    if now is None:
        comparing = "The pairs are being compared with one another and with the articles."
        return above + waits(comparing)
    findings = now.value.findings()
    parts = [
        above,
        outdated(now.newest),
        Markup(
            '<p class="desk-links">{} · <a href="/desk/import">Import pairs</a> · {}</p>'
        ).format(export_links("health"), export_links("pairs", "All pairs as")),
    ]
    for kind, title in _TITLES.items():
        own = [one for one in findings if one.kind is kind]
        found = listed(own[:LISTED]) if own else Markup("<p>None.</p>")
        parts.append(Markup("<h2>{} ({})</h2>{}").format(title, len(own), found))
    return Markup("").join(parts)
