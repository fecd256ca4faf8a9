"""The tab "Questions": groups of readers' questions without an answer, and what each asks for."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

import gradio as gr
from markupsafe import Markup

from qa.gap_verdicts import GapVerdict
from qa.gaps import Gap
from qa.links import page_url
from qa.web.desk_export_links import export_links
from qa.web.desk_html import Opened, area, in_context, shown, waits
from qa.web.desk_state import Desk
from qa.wordings import Wording

ON_A_PAGE = 20
PREVIEWED = 5  # wordings on a card
UNREAD = (
    "The question log cannot be read right now; the server’s log says why. "
    "Readers are answered all the same, and what is listed here may be old or missing."
)
_EXCERPT_CHARS = 320
VERDICT_WORDS = {
    GapVerdict.NOT_FOUND: "A pair answers it, and was not found",
    GapVerdict.NO_PAIR: "A section answers it, and no pair does",
    GapVerdict.NOT_ANSWERED: "Nothing surely answers it",
    GapVerdict.OFF_TOPIC: "Off-topic",
}
_BUTTONS = {
    GapVerdict.NOT_FOUND: "Add the wording",
    GapVerdict.NO_PAIR: "Write the pair",
    GapVerdict.NOT_ANSWERED: "See the questions",
    GapVerdict.OFF_TOPIC: "See the questions",
}
_TO_DO = (GapVerdict.NOT_FOUND, GapVerdict.NO_PAIR, GapVerdict.NOT_ANSWERED)
_ALL = "To do"
_CHOICES = (
    (_ALL, "all"),
    ("Not found", GapVerdict.NOT_FOUND.value),
    ("No pair", GapVerdict.NO_PAIR.value),
    ("No sure answer", GapVerdict.NOT_ANSWERED.value),
    ("Off-topic", GapVerdict.OFF_TOPIC.value),
)


def group_path(key: str, *, use: tuple[str, str] | None = None) -> str:
    """Return the address of a group's page, its forms begun with ``use`` (article id, own id)."""
    if use is None:
        return "/desk/group?" + urlencode({"key": key})
    return f"/desk/group?{urlencode({'key': key, 'article': use[0], 'use': use[1]})}#forms"


def build(desk: Desk) -> list[Opened]:
    """Put the tab's components where they are wanted."""
    with gr.Row(elem_classes="desk-form"):
        kind = gr.Radio(list(_CHOICES), value="all", label="Show", scale=3)
        page = gr.Number(value=1, precision=0, minimum=1, label="Page", scale=0, min_width=100)
    out = area()

    def of_page(kind: str | None, number: float | None) -> str:
        return shown(questions_message(desk, kind or "all", int(number or 1)))

    kind.change(lambda kind: (1, of_page(kind, 1)), kind, [page, out], api_visibility="private")
    page.submit(of_page, [kind, page], out, api_visibility="private")
    return [(out, lambda: of_page("all", 1))]


def questions_message(desk: Desk, kind: str, page: int) -> Markup:
    """Return one page of the groups of a kind, those that are asked most and surest first."""
    if desk.log is None:
        return Markup("<p>Questions are not logged here.</p>")
    found = desk.gaps.latest()
    if found is None:
        return waits("The questions without an answer are being looked for.")
    gaps = desk.gaps.shown(found)
    # The reason names a file or an address: it is for the server's log.
    unread = '<p class="desk-lead desk-problem" role="alert">{}</p>'
    broken = Markup(unread).format(UNREAD) if desk.log_problem else Markup("")
    wanted = _TO_DO if kind == "all" else (GapVerdict(kind),)
    chosen = [gap for gap in gaps if gap.verdict in wanted]
    pages = max(1, -(-len(chosen) // ON_A_PAGE))
    page = max(1, min(page, pages))
    report = found.value
    lead = Markup(
        '<p class="desk-lead">{} logged; {} found no answer or a wrong one, of which {} would be '
        "answered by a pair now.{}</p>"
    ).format(
        counted(report.asked, "question"),
        report.failed,
        report.answered_now,
        "" if found.newest else " There are newer ones; reload the page in a moment.",
    )
    links = Markup(
        '<p class="desk-links"><a href="/desk/questions">All questions, to judge what readers got'
        '</a> · {} · <a href="/desk/actions">What editors did</a></p>'
    )
    head = broken + lead + links.format(export_links("questions"))
    if not chosen:
        return head + Markup("<p>No such group.</p>")
    groups = chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    foot = Markup("<p>{}, page {} of {}.</p>").format(counted(len(chosen), "group"), page, pages)
    return head + cards(groups) + foot


def cards(gaps: Iterable[Gap]) -> Markup:
    """Return groups as cards, in their order."""
    items = Markup("").join(_card(gap) for gap in gaps)
    return Markup('<ol class="desk-list">{}</ol>').format(items)


def _card(gap: Gap) -> Markup:
    return Markup(
        '<li class="desk-finding"><p class="desk-kind">{} · {}</p><h3 dir="auto">{}</h3>{}{}'
        '<a class="desk-button" href="{}">{}</a></li>'
    ).format(
        VERDICT_WORDS[gap.verdict],
        figures(gap),
        in_context(gap.name, gap.context),
        _others([one for one in gap.wordings if one.shown != gap.title]),
        _evidence(gap),
        group_path(gap.key),
        _BUTTONS[gap.verdict],
    )


def figures(gap: Gap) -> str:
    """Return how often a group was asked, when, and how sure its verdict is."""
    first, last = gap.first.date().isoformat(), gap.last.date().isoformat()
    when = first if first == last else f"{first} to {last}"
    failed = f"{gap.failed} without a right answer"
    return f"{counted(gap.count, 'question')} ({failed}), {when}, {gap.sure:.0%} sure"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}{'s'[: count != 1]}"


def _others(others: Sequence[Wording]) -> Markup:
    if not others:
        return Markup("")
    more = f", and {len(others) - PREVIEWED} more" if len(others) > PREVIEWED else ""
    quoted = Markup(", ").join(
        in_context(one.text, one.context, quoted=True) for one in others[:PREVIEWED]
    )
    return Markup('<p dir="auto">Also: {}{}</p>').format(quoted, more)


def _evidence(gap: Gap) -> Markup:
    if gap.place is None or not gap.passage:
        return Markup("")
    text = gap.passage
    if len(text) > _EXCERPT_CHARS:
        text = text[:_EXCERPT_CHARS].rsplit(None, 1)[0] + " …"
    place = gap.place
    return Markup(
        '<blockquote dir="auto">{}</blockquote><p><a href="{}">Open {} at this passage</a></p>'
    ).format(text, page_url(place.article, place.start, place.end), place.label)
