"""Gradio's queue, by what it keeps of sessions that have come and gone."""

import json

import gradio as gr
import httpx
import pytest

from qa.web import gradio_queue
from qa.web.gradio_queue import lighten
from tests.web.conftest import Site
from tests.web.serving import in_a_loop


def queued() -> gr.Blocks:
    """Blocks with a queue; outside of an event loop Gradio makes several and closes none."""

    async def made() -> gr.Blocks:
        with gr.Blocks(analytics_enabled=False) as blocks:
            blocks.queue()
        return blocks

    return in_a_loop(made())


def test_gradio_still_has_what_is_made_lighter() -> None:
    queue = queued()._queue
    assert queue.pending_event_ids_session == {}
    assert {
        "sleep_when_free",
        "progress_update_sleep_when_free",
        "ANALYTICS_MAX_EVENTS",
        "ANAYLTICS_CACHE_FREQUENCY",
    } <= set(vars(queue))


def test_a_session_without_events_is_forgotten_and_one_with_events_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gradio_queue, "MOST_SESSIONS", 3)
    blocks = queued()
    lighten(blocks)
    pending = blocks._queue.pending_event_ids_session
    pending["waits"] = {"event"}
    for number in range(10):
        pending[f"idle {number}"] = set()
        assert len(pending) <= 3
        assert pending["waits"] == {"event"}
        assert pending[f"idle {number}"] == set()


def test_a_question_of_the_chat_leaves_no_statistics(site: Site) -> None:
    asked = {"fn_index": _sends(site.url), "data": ["Can I freeze tea?", "", None]}
    for number in range(3):
        joined = httpx.post(
            f"{site.url}/gradio_api/queue/join",
            json={**asked, "session_hash": f"session{number}"},
        )
        assert joined.status_code == 200
        data = httpx.get(
            f"{site.url}/gradio_api/queue/data",
            params={"session_hash": f"session{number}"},
            timeout=30,
        )
        assert "fn-answer" in data.text
    queue = _blocks(site)._queue
    assert queue.cached_event_analytics_summary == {"functions": {}}
    assert len(queue.event_analytics) <= 1
    assert queue.event_ids_to_events == {}


def _sends(url: str) -> int:
    """Return the number of the event that sends a question."""
    dependencies = json.loads(httpx.get(f"{url}/config").text)["dependencies"]
    return next(
        one["id"] for one in dependencies if "click" in [event for _, event in one["targets"]]
    )


def _blocks(site: Site) -> gr.Blocks:
    apps = (getattr(route, "app", None) for route in site.app.routes)
    blocks: gr.Blocks = next(app for app in apps if hasattr(app, "get_blocks")).get_blocks()
    return blocks
