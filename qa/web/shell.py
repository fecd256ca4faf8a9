"""The chat's page: Gradio's scripts in a page of our own.

Gradio's own page names other hosts in its head, has no landmarks, and shows nothing before its
scripts have run.  This one has the heading, starter questions and a way to the articles at once.
"""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from starlette.types import ASGIApp, Message, Scope

from qa.answer import MAX_QUESTION_CHARS
from qa.web.messages import question_link
from qa.web.pages import TEMPLATES

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLES = re.compile(r'<link rel="(?:stylesheet|modulepreload)"[^>]*>', re.IGNORECASE)


async def gradio_html(gradio: ASGIApp, scope: Scope) -> str:
    """Return the page that Gradio itself would serve for the request."""
    # Compressing it and reading it again would be work for nothing.
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    chunks: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        chunks.append(message.get("body", b""))

    await gradio({**scope, "method": "GET", "headers": headers}, receive, send)
    return b"".join(chunks).decode()


def chat_page(
    gradio_page: str, *, site: str, articles: int, starters: Sequence[str], theme: str | None
) -> tuple[str, list[str]]:
    """Return the chat's page and the inline scripts in it, which its policy has to allow.

    ``theme`` is "light" or "dark" where the address asks for one, as Hugging Face Spaces does.
    """
    return gradio_page_of(
        "chat.html",
        gradio_page,
        site=site,
        articles=articles,
        starters=[(question, question_link(question)) for question in starters],
        most_chars=MAX_QUESTION_CHARS,
        theme=theme if theme in {"light", "dark"} else None,
    )


def gradio_page_of(template: str, gradio_page: str, **values: Any) -> tuple[str, list[str]]:
    """Return the page of a template with Gradio's scripts in it, and the inline ones of them."""
    scripts = [
        (attributes, body)
        for attributes, body in _SCRIPT.findall(gradio_page)
        # One of them only undoes a padding that our page does not have.
        if "gradio-app" not in body
    ]
    page = TEMPLATES.get_template(template).render(
        **values,
        # Gradio's own, as it wrote them: it escapes the configuration inside.
        scripts=[Markup(f"<script{attributes}>{body}</script>") for attributes, body in scripts],
        styles=[Markup(link) for link in _STYLES.findall(gradio_page)],
    )
    return page, [body for _, body in scripts if body]
