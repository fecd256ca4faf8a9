"""The editors' desk at ``/desk``: a Gradio app of its own behind the login, and its pages."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import cast

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.routing import Mount

from qa.users import Users
from qa.web import (
    desk_coverage,
    desk_health,
    desk_questions,
    desk_today,
    desk_trend,
    desk_try,
)
from qa.web.chat import theme
from qa.web.desk_access import DeskGate, DeskOff
from qa.web.desk_asked_routes import asked_routes
from qa.web.desk_html import Opened
from qa.web.desk_routes import build_routes
from qa.web.desk_sessions import Session
from qa.web.desk_state import Desk
from qa.web.desk_switch import DeskSwitch
from qa.web.security import chat_policy
from qa.web.shell import gradio_html, gradio_page_of

# Of what editors have the desk work out, so much is done at once, and so much may wait.
MAX_AT_ONCE = 4
MAX_WAITING = 64

# A tab is a module of its own: its function ``build`` puts its components where it is called, and
# returns those that get their value when the desk is opened.
TABS: Sequence[tuple[str, Callable[[Desk], list[Opened]]]] = (
    ("Today", desk_today.build),
    ("Coverage", desk_coverage.build),
    ("Questions", desk_questions.build),
    ("FAQ health", desk_health.build),
    ("Try it", desk_try.build),
    ("Trend", desk_trend.build),
)


def build_desk(
    desk: Desk | None,
    users: Users | None,
    *,
    site: str,
    on_spaces: bool,
    opened: Callable[[], object] | None = None,
) -> DeskSwitch | DeskOff:
    """Return what is mounted at ``/desk``: the desk while it has users, else how to turn it on.

    It has to be made while an event loop runs, and ``desk_lifespan`` is to be entered with the
    app's.  ``opened`` is told when the first user comes while the app runs.
    """
    if desk is None or users is None:
        return DeskOff(site=site)
    return DeskSwitch(
        users,
        lambda: _behind_its_gate(desk, users, site=site, on_spaces=on_spaces),
        site=site,
        opened=opened,
    )


def _behind_its_gate(desk: Desk, users: Users, *, site: str, on_spaces: bool) -> DeskGate:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/")
    async def page(request: Request) -> HTMLResponse:
        session: Session = request.state.desk
        html, inline_scripts = gradio_page_of(
            "desk.html",
            await gradio_html(gradio, request.scope),
            site=site,
            user=session.user,
            token=session.form_token,
        )
        policy = chat_policy(inline_scripts, on_spaces=on_spaces)
        return HTMLResponse(html, headers={"content-security-policy": policy})

    app.include_router(build_routes(desk))
    app.include_router(asked_routes(desk, on_spaces=on_spaces))
    gr.mount_gradio_app(
        app,
        build_blocks(desk),
        "/",
        allowed_paths=[],
        show_error=False,
        max_file_size=0,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        run_history=False,
        footer_links=[],
        theme=theme(),
    )
    gradio = cast(Mount, app.routes[-1]).app  # what the call above added
    return DeskGate(app, users, site=site)


def build_blocks(desk: Desk) -> gr.Blocks:
    """Return the desk's Gradio app.  None of its functions has a name to be called by."""
    blocks: gr.Blocks
    opened: list[Opened] = []
    with (
        gr.Blocks(title=f"Desk · {desk.site}", analytics_enabled=False, fill_width=True) as blocks,
        gr.Tabs(elem_id="desk-tabs", overflow_behavior="wrap"),
    ):
        for name, build in TABS:
            with gr.Tab(name):
                opened.extend(build(desk))
        components = [component for component, _ in opened]
        # One event for all: in Gradio 6.31 one that joins while another one's stream ends is lost.
        blocks.load(
            lambda: [make() for _, make in opened],
            None,
            components,
            api_visibility="private",
            show_progress="hidden",
        )
    blocks.space_id = None  # on Spaces Gradio would load Hugging Face's header from there
    blocks.queue(max_size=MAX_WAITING, api_open=False, default_concurrency_limit=MAX_AT_ONCE)
    return blocks


@contextlib.asynccontextmanager
async def desk_lifespan(desk: DeskSwitch | DeskOff) -> AsyncIterator[None]:
    """Start and stop what ``build_desk`` returned: a mounted app is told of neither."""
    if isinstance(desk, DeskSwitch):
        async with desk.lifespan():
            yield
    else:
        yield
