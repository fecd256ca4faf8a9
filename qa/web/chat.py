"""The readers' chat, in Gradio."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import gradio as gr
from gradio.events import api
from pydantic import ValidationError

from index.errors import UsageError
from qa.answer import FURTHER, clean
from qa.records import Turn, turns
from qa.web.api import MAX_TOP, TurnModel, reply_json
from qa.web.gradio_queue import lighten
from qa.web.kept import KeptQuestion, kept_questions
from qa.web.markup import for_chatbot
from qa.web.messages import failure_message, question_message, result_message, working_message
from qa.web.service import BusyError, Service

logger = logging.getLogger("footnote")

SHOWN_TURNS = 50  # of one conversation; the oldest go
REMEMBERED_S = 6 * 3600  # a conversation in which nothing was asked for so long begins anew
REMEMBERED_SESSIONS = 2000

Message: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """One exchange as the reader sees it, and as the next question's history."""

    question: str
    answer: str
    turns: tuple[Turn, ...]  # none: it could not be asked; one for each question in it


def build_chat(service: Service, *, title: str) -> gr.Blocks:
    """Return the chat.  Its public endpoint is ``/ask``; everything else is the page's own."""

    async def answered(
        question: str, history: Sequence[Turn], before: KeptQuestion | None = None
    ) -> tuple[str, tuple[Turn, ...]]:
        """The chat's message for a question, whatever happens.

        ``before`` is what is known of it where it is asked once more, see ``qa.web.kept``.
        """
        again = before is not None and not before.failed
        try:
            reply = await service.ask(question, history, top=1 + FURTHER, log=not again)
        except (UsageError, BusyError) as error:
            return for_chatbot(failure_message(_sentence(str(error)))), ()
        except Exception:
            logger.exception("a question could not be answered")
            return for_chatbot(failure_message(_BROKEN)), ()
        result = reply.result
        ids = before.ids_of(result) if before is not None and again else reply.ids
        message = result_message(result, service.answerer, feedback_ids=ids)
        return for_chatbot(message), turns(result)

    async def restored(kept: str) -> AsyncIterator[list[Shown]]:
        """The conversation that a tab kept: that it is on its way, then whole."""
        questions = kept_questions(kept, most=SHOWN_TURNS)
        asked = [for_chatbot(question_message(one.question)) for one in questions]
        yield [Shown(one, _WORKING, ()) for one in asked]
        shown: list[Shown] = []
        for message, one in zip(asked, questions, strict=True):
            shown.append(Shown(message, *await answered(one.question, _history(shown), one)))
        yield shown

    # Both are coroutines: what waits for its turn holds none of Gradio's threads.
    async def send(
        question: str | None, kept: str | None, shown: list[Shown]
    ) -> AsyncIterator[tuple[Any, Any, Any, Any]]:
        if kept:  # from chat.js; what is being typed meanwhile is left alone
            if not shown:
                async for shown in restored(kept):
                    yield _messages(shown), gr.skip(), gr.skip(), _NOTHING
            yield gr.skip(), shown, gr.skip(), _NOTHING
            return
        question = (question or "").strip()
        if not question:
            yield gr.skip(), gr.skip(), gr.skip(), _NOTHING
            return
        try:
            clean(question)
        except UsageError as error:  # it stays in its box; chat.js has mostly said so before
            raise gr.Error(_sentence(str(error)), print_exception=False) from error
        asked = for_chatbot(question_message(question))
        pending = Shown(asked, _WORKING, ())
        yield _messages([*shown, pending]), gr.skip(), "", _NOTHING
        answer, told = await answered(question, _history(shown))
        shown = [*shown, Shown(asked, answer, told)][-SHOWN_TURNS:]
        yield _messages(shown), shown, gr.skip(), _NOTHING

    async def ask(
        question: str,
        history: list[dict[str, Any]] | None = None,
        top: int = 10,
        explain: bool = False,
    ) -> dict[str, Any]:
        """Answer from the articles, word for word, or say that there is no answer.

        Takes and returns what ``POST /api/v1/ask`` does.
        """
        try:
            turns = [TurnModel.model_validate(turn) for turn in history or []]
            earlier = [Turn(turn.question, turn.hit.hit() if turn.hit else None) for turn in turns]
            if not 1 <= top <= MAX_TOP:
                raise UsageError(f"top is {top}; expected 1 to {MAX_TOP}")
            reply = await service.ask(question, earlier, top=top, explain=explain)
            return reply_json(reply)
        except (UsageError, BusyError, ValidationError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            logger.exception("a question could not be answered")
            raise gr.Error(_BROKEN, print_exception=False) from error

    blocks: gr.Blocks
    with gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as blocks:
        state = gr.State([], time_to_live=REMEMBERED_S)
        chatbot = gr.Chatbot(
            elem_id="conversation",
            label="Questions and answers",
            show_label=False,
            container=False,
            height=None,
            layout="panel",
            autoscroll=False,
            buttons=[],
            latex_delimiters=[],
            sanitize_html=True,
            allow_tags=False,
            feedback_options=None,
            group_consecutive_messages=False,
        )
        with gr.Row(elem_id="composer"):
            question = gr.Textbox(
                elem_id="question",
                label="Your question",
                placeholder="Ask a question …",
                lines=1,
                max_lines=6,
                scale=1,
                min_width=0,
                autofocus=False,
                container=False,
                html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
            )
            ask_button = gr.Button("Ask", elem_id="ask", variant="primary", scale=0, min_width=0)
        # chat.js puts here what the tab has kept of a conversation.
        kept = gr.Textbox(elem_id="kept", container=False, visible="hidden")
        inputs, outputs = [question, kept, state], [chatbot, state, question, kept]
        # One event for everything, so that a second question waits for the first one's answer: in
        # Gradio 6.31 an event that joins while the stream of another one ends is never heard of
        # again.  That is why chat.js, and no load event, asks the question of a link and brings
        # a conversation back.
        gr.on(
            [question.submit, ask_button.click, kept.submit],
            send,
            inputs,
            outputs,
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="once",
            concurrency_limit=None,  # whose turn it is, and who is sent away, the service knows
        )
        api(ask, api_name="ask", concurrency_limit=None)
    # On Spaces Gradio would add Hugging Face's header to the page, with what it loads from there.
    blocks.space_id = None
    blocks.state_session_capacity = REMEMBERED_SESSIONS
    # Gradio begins with all that come in: see ``Entrance``, which lets in no more than that.
    blocks.max_threads = service.admission.places
    blocks.queue(max_size=service.admission.places, api_open=False)
    lighten(blocks)
    return blocks


def theme() -> gr.themes.Base:
    """Return Gradio's plainest theme with the reader's own fonts; ui/chat.css does the rest."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


_BROKEN = "Something went wrong on our side: your question could not be answered. Please try again."

_WORKING = for_chatbot(working_message())
# What the box of ``kept`` is left with.  To leave it as it is, Gradio would make the box anew.
_NOTHING = ""


def _history(shown: Sequence[Shown]) -> list[Turn]:
    return [turn for one in shown for turn in one.turns]


def _messages(shown: Sequence[Shown]) -> list[Message]:
    messages: list[Message] = []
    for one in shown:
        messages.append({"role": "user", "content": one.question})
        messages.append({"role": "assistant", "content": one.answer})
    return messages


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}".rstrip(".") + "."
