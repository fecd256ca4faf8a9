"""HTML on the desk: what shows it in Gradio, and tables, in which everything is escaped.

``gr.HTML`` makes programs of strings, which the desk's policy forbids (no ``'unsafe-eval'``): HTML
is shown by ``gr.Markdown``, written so that Markdown finds nothing in it.  Gradio's sanitising is
off, for it would take the heat map away: what is shown is ``Markup``, made by escaping.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import gradio as gr
from markupsafe import Markup

from qa.web.markup import for_chatbot
from qa.web.pages import TEMPLATES
from qa.wordings import after

# A component, and what makes its value whenever the desk is opened.
Opened: TypeAlias = tuple[Any, Callable[[], str]]


def area(message: Markup | None = None) -> Any:
    """Return a component that shows what ``shown`` returns."""
    return gr.Markdown(
        shown(message) if message else "",
        sanitize_html=False,
        latex_delimiters=[],
        container=False,
        elem_classes="desk-area",
    )


def shown(message: Markup) -> str:
    """Return the value of an ``area`` that shows exactly ``message``."""
    return for_chatbot(Markup("<div>{}</div>").format(message))


def waits(what: str) -> Markup:
    """Return what stands where something is still worked out; the desk looks again by itself."""
    return Markup('<p class="desk-lead desk-waits" role="status">{} {}</p>').format(
        what, "It is looked at again by itself in a moment."
    )


def waits_page(words: str, *, site: str) -> str:
    """Return the page that stands where something is still worked out; it opens by itself."""
    return TEMPLATES.get_template("desk_waits.html").render(site=site, words=words)


def outdated(newest: bool) -> Markup:
    """Return what is said of something that was made before the last change."""
    if newest:
        return Markup("")
    return Markup('<p class="desk-lead" role="status">{}</p>').format(
        "The articles or questions have changed since; this is being worked out anew. "
        "Reload the page in a moment."
    )


def in_context(text: str, context: str, *, quoted: bool = False) -> Markup:
    """Return a reader's question, a follow-up with what it leans on, in smaller print."""
    own = Markup("<q>{}</q>" if quoted else "{}").format(text)
    if not context:
        return own
    return Markup('{} <small class="desk-after">{}</small>').format(own, after(context))


def table(head: Sequence[str], rows: Iterable[Sequence[str | Markup]]) -> Markup:
    """Return a table; cells that are no ``Markup`` are escaped."""
    cells = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<td data-name="{}">{}</td>').format(name, cell)
                for name, cell in zip(head, row, strict=True)
            )
        )
        for row in rows
    )
    return Markup(
        '<div class="desk-table"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(cells, body)
