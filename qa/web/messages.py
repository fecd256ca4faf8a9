"""What the chat shows for a question: the answer with its sources, or an honest no, as HTML.

Gradio's Chatbot sanitises this once more in the browser, which drops ``data-`` and ``aria-``
attributes: buttons carry their question or answer in ``value``, and ui/chat.js adds the rest.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from index.errors import UsageError
from qa.answer import Answerer
from qa.confidence import sureness
from qa.questions import Verdict
from qa.records import Abstention, AbstentionReason, Answer, Hit, HitKind, Result, asked_of, mended
from qa.web.markup import Renderer, host_of, http_url

STARTERS = 4  # questions to begin with
# From here on a question is folded: more than five lines of a phone.
LONG_CHARS = 200
LONG_LINES = 5

_VERDICTS = (
    (Verdict.WRONG, "It is wrong"),
    (Verdict.OUTDATED, "It is out of date"),
    (Verdict.NOT_MY_QUESTION, "It is not what I asked"),
)


def question_link(question: str) -> str:
    """Return the address that asks ``question`` when it is opened."""
    return "/?" + urlencode({"q": question})


def question_message(question: str) -> Markup:
    """The reader's question, exactly as it was typed; of a long one only the beginning is seen,
    until it is unfolded (ui/chat.js), so that its answer is in view."""
    if len(question) <= LONG_CHARS and question.count("\n") < LONG_LINES:
        return Markup('<div class="fn-asked">{}</div>').format(question)
    return Markup(
        '<div class="fn-asked fn-folded">{}</div>'
        '<button type="button" class="fn-unfold">Show the whole question</button>'
    ).format(question)


def working_message() -> Markup:
    return Markup('<div class="fn-working">Looking through the articles …</div>')


def failure_message(message: str) -> Markup:
    return Markup('<div class="fn-failure">{}</div>').format(message)


def result_message(
    result: Result, answerer: Answerer, *, feedback_ids: Sequence[str | None] = ()
) -> Markup:
    """The message for an answer or an abstention; of several questions in one, for each of them.

    ``feedback_ids`` are those of what is shown (``asked_of``), none: nothing can be judged.
    """
    ids = feedback_ids or (None,) * len(asked_of(result))
    shown = [
        _answer(one, answerer, id, asked=result.question)
        if isinstance(one, Answer)
        else _abstention(one, answerer)
        for one, id in zip(asked_of(result), ids, strict=True)
    ]
    if not result.parts:
        return shown[0]
    parts = Markup("").join(
        Markup('<p class="fn-part" dir="auto">{}</p>{}').format(part.question, message)
        for part, message in zip(result.parts, shown, strict=True)
    )
    return Markup('<div class="fn-several">{}</div>').format(parts)


def _answer(answer: Answer, answerer: Answerer, feedback_id: str | None, *, asked: str) -> Markup:
    sure = sureness(answer.confidence)
    return Markup(
        '<div class="fn-answer">{meant}{passage}'
        '<p class="fn-confidence fn-{style}">{words} <span>({percent} % sure)</span></p>'
        "{further}{actions}</div>"
    ).format(
        meant=_meant(answer),
        passage=_passage(answer.best, answerer, 1),
        style=sure,
        words=sure.sentence,
        percent=round(100 * answer.confidence),
        further=_further(answer, answerer),
        actions=_actions(asked, feedback_id),
    )


def _meant(result: Result) -> Markup:
    """Tell what was searched for, where it is not what was typed."""
    if not mended(result):
        return Markup("")
    return Markup('<p class="fn-meant">Searched for: <strong dir="auto">{}</strong></p>').format(
        result.meant
    )


def _passage(hit: Hit, answerer: Answerer, number: int) -> Markup:
    """A hit's passage word for word, the answering sentence marked, the source under it."""
    language, body = _body(hit, answerer)
    asked = (
        Markup('<p class="fn-pair">{}</p>').format(hit.question)
        if hit.kind is HitKind.FAQ and hit.question
        else Markup("")
    )
    spoken = Markup(' lang="{}"').format(language) if language else Markup("")
    return Markup(
        '{asked}<blockquote class="fn-quote" dir="auto"{spoken}>{body}</blockquote>{source}'
    ).format(asked=asked, spoken=spoken, body=body, source=_source(hit, number))


def _body(hit: Hit, answerer: Answerer) -> tuple[str | None, Markup]:
    """The passage as its article has it (lists, code, links), and the article's language.

    The library may have moved on since the hit was found; then the hit's own words are shown.
    """
    try:
        article = answerer.article(hit.article)
    except UsageError:
        article = None
    if article is not None and article.text[hit.start : hit.end] == hit.text:
        mark = (hit.quote_start, hit.quote_end)
        return article.language, Renderer(article, mark=mark).render(hit.start, hit.end)
    left, right = hit.quote_start - hit.start, hit.quote_end - hit.start
    plain = Markup("<p>{}<mark>{}</mark>{}</p>").format(
        hit.text[:left], hit.text[left:right], hit.text[right:]
    )
    return None, plain


def _source(hit: Hit, number: int) -> Markup:
    public = http_url(hit.public_url)
    elsewhere = (
        Markup(' <a class="fn-public" href="{}">on {}</a>').format(public, host_of(public))
        if public
        else Markup("")
    )
    return Markup(
        '<p class="fn-source"><span class="fn-number">{}</span> '
        '<span><a class="fn-place" href="{}">{}</a>{}</span></p>'
    ).format(number, hit.url, place(hit), elsewhere)


def place(hit: Hit) -> str:
    """Say where a hit stands: "Article › Section"."""
    return " › ".join(part for part in (hit.article_title or hit.article, hit.section) if part)


def _further(answer: Answer, answerer: Answerer) -> Markup:
    if not answer.further:
        return Markup("")
    count = len(answer.further)
    label = "One more passage" if count == 1 else f"{count} more passages"
    passages = Markup("").join(
        _passage(hit, answerer, number) for number, hit in enumerate(answer.further, start=2)
    )
    return Markup('<details class="fn-further"><summary>{}</summary>{}</details>').format(
        label, passages
    )


def _actions(question: str, feedback_id: str | None) -> Markup:
    feedback = Markup("")
    if feedback_id is not None:
        reasons = Markup("").join(
            Markup(
                '<button type="button" class="fn-verdict" name="{}" value="{}">{}</button>'
            ).format(verdict, feedback_id, words)
            for verdict, words in _VERDICTS
        )
        feedback = Markup(
            '<button type="button" class="fn-verdict fn-up" name="{helpful}" value="{id}" '
            'title="This helped">Helpful</button>'
            '<details class="fn-down"><summary title="This did not help">Not helpful</summary>'
            '<div class="fn-reasons"><p>What is wrong with it?</p>{reasons}</div></details>'
        ).format(helpful=Verdict.HELPFUL, id=feedback_id, reasons=reasons)
    return Markup(
        '<div class="fn-actions">{feedback}'
        '<button type="button" class="fn-copy" title="Copy the answer and its source">Copy</button>'
        '<a class="fn-share" href="{link}" title="A link that asks this question">Link</a>'
        "</div>"
    ).format(feedback=feedback, link=question_link(question))


def _abstention(abstention: Abstention, answerer: Answerer) -> Markup:
    offered = Markup("")
    questions = tuple(dict.fromkeys(hit.question for hit in abstention.nearest if hit.question))
    if questions:
        one = "This question comes close, and has an answer:"
        more = "These questions come close, and have an answer:"
        offered = _offers(one if len(questions) == 1 else more, questions)
    elif abstention.reason is AbstentionReason.SMALL_TALK:
        starters = answerer.starters(STARTERS)
        offered = _offers("For example:", starters) if starters else offered
    elif abstention.reason is AbstentionReason.NOTHING_CLOSE:
        offered = Markup(
            '<p>You could ask in other words, or look at <a class="fn-place" href="/articles">what '
            "the articles are about</a>.</p>"
        )
    return Markup('<div class="fn-abstention">{}<p class="fn-no">{}</p>{}</div>').format(
        _meant(abstention), abstention.message, offered
    )


def _offers(announced: str, questions: Sequence[str]) -> Markup:
    buttons = Markup("").join(
        Markup('<li><button type="button" class="fn-ask" value="{0}">{0}</button></li>').format(
            question
        )
        for question in questions
    )
    return Markup('<p>{}</p><ul class="fn-offers">{}</ul>').format(announced, buttons)
