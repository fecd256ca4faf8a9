from dataclasses import replace
from typing import cast

import pytest
from lxml import html
from markupsafe import Markup

from index.errors import UsageError
from index.records import Article, ElementKind
from qa.answer import Answerer
from qa.records import Abstention, AbstentionReason, Answer, Hit, HitKind
from qa.web.markup import for_chatbot
from qa.web.messages import place, question_link, question_message, result_message
from tests.web.articles import article
from tests.web.payloads import PAYLOADS

K = ElementKind

TEA = article(
    (K.HEADING, "FAQ", 2),
    (K.QUESTION, "How long?"),
    (K.PARAGRAPH, "Two years. Then it fades."),
    id="tea.md",
    title="All about tea",
    language="en",
)


class Shelf:
    """As much of an answerer as a message needs."""

    def __init__(self, *articles: Article) -> None:
        self._articles = {one.id: one for one in articles}

    def article(self, id: str) -> Article:
        try:
            return self._articles[id]
        except KeyError:
            raise UsageError(id) from None

    def starters(self, n: int) -> tuple[str, ...]:
        return tuple(pair.question for one in self._articles.values() for pair in one.faq)[:n]


def hit(**changes: object) -> Hit:
    start = TEA.text.index("Two years.")
    values = Hit(
        rank=1,
        kind=HitKind.FAQ,
        id="tea.md#q1",
        article="tea.md",
        article_title="All about tea",
        section="FAQ",
        question="How long?",
        text="Two years. Then it fades.",
        quote="Two years.",
        start=start,
        end=start + 25,
        quote_start=start,
        quote_end=start + 10,
        line=3,
        url=f"/articles/tea.md?at={start}-{start + 25}#passage",
        public_url=None,
        similarity=0.9,
        confidence=0.92,
    )
    return replace(values, **changes)  # type: ignore[arg-type]  # the names are Hit's own


def shown(
    result: Answer | Abstention, *articles: Article, id: str | None = "a1"
) -> html.HtmlElement:
    answerer = cast(Answerer, Shelf(*(articles or (TEA,))))
    return html.fragment_fromstring(str(result_message(result, answerer, feedback_ids=[id])))


def words(element: html.HtmlElement, path: str) -> list[str]:
    return [found.text_content() for found in element.xpath(path)]


def test_an_answer_shows_passage_mark_source_and_confidence() -> None:
    message = shown(Answer("how long", (hit(),), 0.92))
    assert words(message, ".//blockquote") == ["Two years. Then it fades."]
    assert words(message, ".//mark") == ["Two years."]
    (source,) = message.xpath(".//a[@class='fn-place']")
    assert source.text == "All about tea › FAQ"
    assert source.get("href") == "/articles/tea.md?at=16-41#passage"
    assert words(message, ".//*[@class='fn-number']") == ["1"]
    assert words(message, ".//p[contains(@class, 'fn-confidence')]") == [
        "This answers your question (92 % sure)"
    ]
    assert words(message, ".//p[@class='fn-pair']") == ["How long?"]
    assert message.xpath(".//blockquote/@lang") == ["en"]


def test_further_answers_are_folded_and_numbered_on() -> None:
    others = (hit(rank=2, section=""), hit(rank=4))
    message = shown(Answer("how long", (hit(), *others), 0.92, others))
    (folded,) = message.xpath(".//details[@class='fn-further']")
    assert folded.get("open") is None
    assert words(folded, "./summary") == ["2 more passages"]
    assert words(folded, ".//*[@class='fn-number']") == ["2", "3"]
    assert words(folded, ".//a[@class='fn-place']") == ["All about tea", "All about tea › FAQ"]


def test_an_answers_public_address_is_offered_too() -> None:
    public = "https://www.tea.example/x#:~:text=Two%20years."
    message = shown(Answer("how long", (hit(public_url=public),), 0.92))
    (link,) = message.xpath(".//a[@class='fn-public']")
    assert (link.get("href"), link.text) == (public, "on tea.example")
    assert not shown(Answer("?", (hit(public_url="javascript:alert(1)"),), 0.9)).xpath(
        ".//a[@class='fn-public']"
    )


def test_an_abstention_offers_the_nearest_questions_once_each_and_no_source() -> None:
    nearest = (hit(), hit(question="Can I <freeze> it?"), hit())
    message = shown(
        Abstention(
            "x", AbstentionReason.NOTHING_CLOSE, "There is no answer.", nearest, nearest, 0.1
        )
    )
    assert words(message, ".//p[@class='fn-no']") == ["There is no answer."]
    buttons = message.xpath(".//button[@class='fn-ask']")
    assert [button.get("value") for button in buttons] == ["How long?", "Can I <freeze> it?"]
    assert [button.text for button in buttons] == ["How long?", "Can I <freeze> it?"]
    assert message.xpath(".//a | .//blockquote | .//mark") == []


@pytest.mark.parametrize(
    ("nearest", "said"),
    [
        ((hit(), hit()), "This question comes close, and has an answer:"),
        ((hit(), hit(question="Why?")), "These questions come close, and have an answer:"),
    ],
)
def test_offers_are_announced_by_how_many_there_are(nearest: tuple[Hit, ...], said: str) -> None:
    no = Abstention("x", AbstentionReason.NOTHING_CLOSE, "No.", nearest, nearest, 0.1)
    assert words(shown(no), ".//p") == ["No.", said]


def test_an_abstention_without_offers_says_what_else_the_reader_can_do() -> None:
    no = Abstention("x", AbstentionReason.NOTHING_CLOSE, "There is no answer.", (), (hit(),), 0.1)
    message = shown(no)
    assert words(message, ".//p") == [
        "There is no answer.",
        "You could ask in other words, or look at what the articles are about.",
    ]
    assert [link.get("href") for link in message.xpath(".//a")] == ["/articles"]
    assert message.xpath(".//button | .//ul | .//blockquote") == []


def test_what_asks_nothing_gets_questions_to_begin_with() -> None:
    no = Abstention("hi", AbstentionReason.SMALL_TALK, "You are welcome.", (), (hit(),), 0.1)
    message = shown(no)
    assert words(message, ".//p") == ["You are welcome.", "For example:"]
    assert message.xpath(".//button[@class='fn-ask']/@value") == ["How long?"]
    assert message.xpath(".//blockquote | .//a") == []
    bare = shown(no, article((K.PARAGRAPH, "Nothing is asked here.")))
    assert words(bare, ".//p") == ["You are welcome."]


@pytest.mark.parametrize("reason", [AbstentionReason.TOO_VAGUE, AbstentionReason.EMPTY_LIBRARY])
def test_an_abstention_that_says_what_to_do_gives_no_other_advice(
    reason: AbstentionReason,
) -> None:
    message = shown(Abstention("x", reason, "Say more.", (), (), 0.0))
    assert words(message, ".//p") == ["Say more."]


def test_feedback_can_be_given_only_on_what_was_logged() -> None:
    answer = Answer("how long", (hit(),), 0.92)
    buttons = shown(answer).xpath(".//button[contains(@class, 'fn-verdict')]")
    assert [(button.get("name"), button.get("value")) for button in buttons] == [
        ("helpful", "a1"),
        ("wrong", "a1"),
        ("outdated", "a1"),
        ("not_my_question", "a1"),
    ]
    assert shown(answer, id=None).xpath(".//button[contains(@class, 'fn-verdict')]") == []


def test_a_hit_whose_article_has_changed_since_is_shown_as_it_was_found() -> None:
    changed = article((K.PARAGRAPH, "Something else altogether, and long enough."), id="tea.md")
    for now in (changed, article((K.PARAGRAPH, "x"), id="other.md")):
        message = shown(Answer("how long", (hit(),), 0.92), now)
        assert words(message, ".//blockquote") == ["Two years. Then it fades."]
        assert words(message, ".//mark") == ["Two years."]


def test_a_question_is_shown_as_it_was_typed() -> None:
    typed = "**x** $y$ <b>z</b> & `c`\n\n# d"
    assert html.fragment_fromstring(str(question_message(typed))).text == typed


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("x" * 200, False),
        ("x" * 201, True),
        ("1\n2\n3\n4\n5", False),
        ("1\n2\n3\n4\n5\n6", True),
    ],
)
def test_a_long_question_is_folded_and_whole(typed: str, folded: bool) -> None:
    message = html.fragments_fromstring(str(question_message(typed)))
    assert message[0].text == typed
    assert ("fn-folded" in message[0].get("class")) is folded
    assert [one.text for one in message[1:]] == (["Show the whole question"] if folded else [])


def test_the_link_to_a_question_holds_all_of_it() -> None:
    assert question_link("a&b=c #1 ü?") == "/?q=a%26b%3Dc+%231+%C3%BC%3F"


def test_a_place_is_article_and_section() -> None:
    assert place(hit(section="")) == "All about tea"
    assert place(hit(article_title="", section="")) == "tea.md"


def test_messages_are_safe_html_whatever_they_hold() -> None:
    evil = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
    found = hit(article_title=evil, section=evil, question=evil, text=evil, quote=evil, url=evil)
    found = replace(found, end=found.start + len(evil), quote_end=found.start + len(evil))
    message = shown(Answer(evil, (found,), 0.5, (found,)))
    assert message.xpath(".//script | .//img") == []
    assert isinstance(question_message(evil), Markup)
    assert html.fragment_fromstring(str(question_message(evil))).text == evil


def test_what_was_searched_for_is_told_where_typing_errors_were_mended() -> None:
    mended = Answer("how lnog", (hit(),), 0.92, meant="how long")
    no = Abstention(
        "how lnog", AbstentionReason.NOTHING_CLOSE, "No answer.", (), (), 0.1, meant="how long"
    )
    for result in (mended, no):
        message = shown(result)
        assert words(message, "./p[1]") == ["Searched for: how long"]
        assert message.xpath("./p[1]/@class") == ["fn-meant"]
        assert message.xpath("./p[1]/strong/@dir") == ["auto"]
    for plain in (Answer("how long", (hit(),), 0.92, meant="how long"), replace(mended, meant="")):
        assert shown(plain).xpath(".//*[@class='fn-meant']") == []


def test_what_is_shared_as_a_link_is_what_was_typed() -> None:
    (link,) = shown(Answer("how lnog", (hit(),), 0.92, meant="how long")).xpath(
        ".//a[@class='fn-share']"
    )
    assert link.get("href") == "/?q=how+lnog"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_was_searched_for_is_never_markup(payload: str) -> None:
    for result in (
        Answer("how lnog", (hit(),), 0.92, meant=payload),
        Abstention("x", AbstentionReason.NOTHING_CLOSE, "No.", (), (), 0.1, meant=payload),
    ):
        answerer = cast(Answerer, Shelf(TEA))
        message = for_chatbot(result_message(result, answerer, feedback_ids=["a1"]))
        (meant,) = html.fragment_fromstring(message).xpath(".//p[@class='fn-meant']")
        assert [one.tag for one in meant.iter()] == ["p", "strong"]
        assert meant.text_content() == f"Searched for: {payload}"


def test_of_several_questions_each_stands_above_what_it_gets() -> None:
    no = Abstention("and <b>?", AbstentionReason.NOTHING_CLOSE, "No.", (), (), 0.1)
    part = Answer("how long", (hit(),), 0.92)
    whole = Answer("how long and <b>?", (hit(),), 0.92, parts=(part, no))
    answerer = cast(Answerer, Shelf(TEA))
    message = html.fragment_fromstring(
        str(result_message(whole, answerer, feedback_ids=["a1", None]))
    )
    assert message.get("class") == "fn-several"
    assert [one.get("class") for one in message] == [
        *("fn-part", "fn-answer"),
        *("fn-part", "fn-abstention"),
    ]
    assert words(message, "./p[@class='fn-part']") == ["how long", "and <b>?"]
    assert len(message.xpath(".//blockquote")) == 1
    assert set(message.xpath(".//button[contains(@class, 'fn-verdict')]/@value")) == {"a1"}
    # A part may lean on the one before: the link asks the whole.
    assert message.xpath(".//a[@class='fn-share']/@href") == [question_link(whole.question)]
