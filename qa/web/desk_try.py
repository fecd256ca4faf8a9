"""The tab "Try it": ask as a reader, see what the answer rests on, compare two thresholds."""

import re
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import gradio as gr
from markupsafe import Markup

from index.errors import UsageError
from qa.answer import MAX_QUESTION_CHARS
from qa.confidence import MESSAGES
from qa.explanation import Explanation
from qa.explanation_text import readable
from qa.records import Abstention, AbstentionReason, Answer, Hit, Result
from qa.web.desk_html import Opened, area, in_context, shown, table
from qa.web.desk_state import Desk
from qa.web.messages import result_message

COMPARED_QUESTIONS = 200  # of the log, the latest
SHOWN_DIFFERENCES = 30
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def build(desk: Desk) -> list[Opened]:
    """Put the tab's components where they are wanted."""
    area(
        Markup(
            '<p class="desk-lead">Ask as a reader would. The question is not logged. The threshold '
            "is how sure an answer has to be to be shown, from 0 to 1: at a lower one more is "
            "answered, and less of it is right. A is set to what readers have.</p>"
        )
    )
    with gr.Row(elem_classes="desk-form"):
        question = gr.Textbox(
            label="A reader’s question",
            lines=1,
            max_lines=4,
            max_length=MAX_QUESTION_CHARS,
            scale=3,
        )
        first = gr.Slider(
            0.0,
            1.0,
            value=round(desk.answerer.asker.threshold, 2),
            step=0.01,
            label="Threshold A",
            scale=1,
        )
        second = gr.Slider(0.0, 1.0, value=0.5, step=0.01, label="Threshold B", scale=1)
    with gr.Row():
        tried = gr.Button("Ask", variant="primary", scale=0)
        compared = gr.Button(
            "Compare on the readers’ questions", scale=0, elem_classes="desk-one-line"
        )
    out = area()

    def ask(question: str, first: float, second: float) -> str:
        return shown(tried_message(desk, question, first, second))

    def compare(first: float, second: float) -> str:
        return shown(compared_message(desk, first, second))

    gr.on(
        [tried.click, question.submit],
        ask,
        [question, first, second],
        out,
        api_visibility="private",
    )
    compared.click(compare, [first, second], out, api_visibility="private")
    return []


def at_threshold(result: Result, threshold: float, nearest: tuple[Hit, ...] = ()) -> Result:
    """Return what a question without a conversation before it gets at another threshold.

    ``nearest`` is what is offered where it gets no answer, see ``qa.explanation``.
    What only a threshold decides changes, and nothing else: the passage is the first hit's.  The
    sentence marked in it may be another one, where it was not shown at the result's own threshold.
    """
    reason = reason_at(result, threshold)
    if reason is None:
        if isinstance(result, Answer):
            return result
        return Answer(
            result.question,
            result.hits,
            result.confidence,
            meant=result.meant,
            answerable=result.answerable,
        )
    if isinstance(result, Abstention):
        return result
    return Abstention(
        result.question,
        reason,
        MESSAGES[reason],
        nearest,
        result.hits,
        result.confidence,
        result.meant,
        result.answerable,
    )


def tried_at(result: Result, why: Explanation, threshold: float) -> Result:
    """Return what is shown at another threshold: of several questions in one what each gets."""
    each = zip(result.parts, why.parts, strict=True)
    parts = tuple(at_threshold(part, threshold, own.nearest) for part, own in each)
    if all(part.abstained for part in parts):
        parts = ()
    return replace(at_threshold(result, threshold, why.nearest), parts=parts)


def reason_at(result: Result, threshold: float) -> AbstentionReason | None:
    """Return why a question is not answered at ``threshold``; ``None``: it is."""
    if result.reason not in {None, AbstentionReason.NOTHING_CLOSE}:
        return result.reason  # at any threshold
    return None if result.confidence >= threshold else AbstentionReason.NOTHING_CLOSE


def tried_message(desk: Desk, question: str, first: float, second: float) -> Markup:
    """Return what a reader would see at both thresholds, and what it rests on."""
    try:
        result, why = desk.answerer.explain(question)
    except UsageError as error:
        return Markup('<p class="desk-problem">{}</p>').format(str(error))
    sides = Markup("").join(
        Markup("<section><h3>{}: threshold {:.2f}</h3>{}</section>").format(
            name,
            threshold,
            result_message(tried_at(result, why, threshold), desk.answerer),
        )
        for name, threshold in (("A", first), ("B", second))
    )
    explained = _STYLE.sub("", readable(result, why))
    return Markup(
        '<div class="desk-two">{}</div>'
        '<details open class="desk-why"><summary>What it rests on (readers: threshold {:.2f})'
        "</summary><pre>{}</pre></details>"
    ).format(sides, why.threshold, explained)


def compared_message(desk: Desk, first: float, second: float) -> Markup:
    """Return what becomes of the readers' latest questions at both thresholds."""
    # Where the answer before was passed over, no threshold alone decides.
    logged = (one for one in reversed(desk.questions()) if one.spent is None)
    asked = tuple(islice(dict.fromkeys(one.asked for one in logged), COMPARED_QUESTIONS))
    if not asked:
        return Markup("<p>Readers have asked nothing yet, or questions are not logged.</p>")
    results = desk.computed(
        "tried",
        (weakref.ref(desk.answerer.searcher), asked),
        lambda: tuple(desk.answerer.ask_many(asked, top=1)),
    )
    counts = [sum(reason_at(r, t) is None for r in results) for t in (first, second)]
    lead = Markup(
        "<p>Of the readers’ {} latest different questions, {} are answered at {:.2f} (A) and "
        "{} at {:.2f} (B).</p>"
    ).format(len(asked), counts[0], first, counts[1], second)
    rows = list(_differences(results, first, second))
    if not rows:
        return lead + Markup("<p>Each of them is answered at both or at neither.</p>")
    more = len(rows) - SHOWN_DIFFERENCES
    rest = Markup("<p>And {} more.</p>").format(more) if more > 0 else Markup("")
    head = ("Answered only at the lower threshold", "Sure", "With")
    return lead + table(head, rows[:SHOWN_DIFFERENCES]) + rest


def _differences(
    results: Sequence[Result], first: float, second: float
) -> Iterator[tuple[Markup, str, str]]:
    """Yield what only one of the thresholds answers, the surest first."""
    low, high = min(first, second), max(first, second)
    for result in sorted(results, key=lambda one: (-one.confidence, one.question)):
        if reason_at(result, low) is None and reason_at(result, high) is not None:
            hit = result.hits[0]
            place = hit.question or hit.section or hit.article_title
            shown = in_context(result.question, result.context)
            yield shown, f"{result.confidence:.0%}", place
