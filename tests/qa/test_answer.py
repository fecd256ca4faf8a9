"""From a question to an answer, over libraries synced from real files."""

from pathlib import Path

import pytest

from index.errors import UsageError
from qa.answer import MAX_QUESTION_CHARS, Answerer, clean
from qa.records import Abstention, AbstentionReason, Hit, HitKind
from qa.weights import LogisticWeights
from tests.fakes import FakeEncoder
from tests.qa.answering import AXES, answered, build, over
from tests.weights import weights


def verbatim(answerer: Answerer, hit: Hit) -> bool:
    text = answerer.article(hit.article).text
    inside = hit.start <= hit.quote_start < hit.quote_end <= hit.end
    return (
        inside
        and hit.text == text[hit.start : hit.end]
        and hit.quote == text[hit.quote_start : hit.quote_end]
    )


def test_an_faq_question_gets_its_own_answer(answerer: Answerer) -> None:
    best = answered(answerer.ask("How long does tea keep?")).best
    assert (best.kind, best.question) == (HitKind.FAQ, "How long does tea keep?")
    assert best.text == "Black tea keeps for two years. Green tea keeps for one year."
    assert (best.article, best.article_title, best.section) == ("tea.md", "All about tea", "FAQ")
    assert (best.rank, best.similarity, best.line) == (1, 1.0, 11)


def test_a_section_answers_what_no_faq_asks(answerer: Answerer) -> None:
    best = answered(answerer.ask("What does light do to tea?")).best
    assert (best.kind, best.section, best.question) == (HitKind.SECTION, "Storing tea", None)
    assert best.text == "Keep tea in a closed tin. Light and air take its taste away."
    assert best.quote == "Light and air take its taste away."
    assert best.line == 7


def test_a_pairs_own_id_is_the_hits(answerer: Answerer) -> None:
    best = answered(answerer.ask("When will my order arrive?")).best
    assert best.id == "ship"


def test_the_link_opens_the_article_at_the_shown_text(answerer: Answerer) -> None:
    best = answered(answerer.ask("How long does tea keep?")).best
    part = f"{best.quote_start}-{best.quote_end}"
    assert part != f"{best.start}-{best.end}"
    assert best.url == f"/articles/tea.md?at={best.start}-{best.end}&quote={part}#passage"
    assert best.public_url is None


def test_a_published_article_is_linked_at_the_quote(content: Path, fake: FakeEncoder) -> None:
    answerer = over(build(content, fake, base_url="https://x.org/help/"), fake)
    best = answered(answerer.ask("How long does tea keep?")).best
    # Both sentences are as close as can be; the first is quoted.
    assert best.public_url == (
        "https://x.org/help/tea#:~:text=Black%20tea%20keeps%20for%20two%20years."
    )


def test_every_pair_and_section_is_one_hit(answerer: Answerer) -> None:
    hits = answerer.ask("tea", top=100).hits
    places = [(hit.article, hit.kind, hit.id) for hit in hits]
    assert len(set(places)) == len(places)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_every_hit_is_verbatim(answerer: Answerer) -> None:
    for question in ("tea", "coffee in a cup", "return my order", "does light harm", "zzz"):
        for hit in answerer.ask(question, top=100).hits:
            assert verbatim(answerer, hit)


def test_top_limits_the_hits_and_changes_nothing_else(answerer: Answerer) -> None:
    many = answered(answerer.ask("How do I keep tea?", top=10))
    one = answered(answerer.ask("How do I keep tea?", top=1))
    assert one.hits == many.hits[:1]
    assert (one.confidence, one.further) == (many.confidence, many.further)


def test_further_hits_say_something_else(content: Path, fake: FakeEncoder) -> None:
    (content / "copy.md").write_text(
        "# Copy\n\n## FAQ\n\n### How long does tea keep?\n\n"
        "Black tea keeps for two years. Green tea keeps for one year.\n"
    )
    answer = answered(over(build(content, fake), fake).ask("How long does tea keep?"))
    # Both copies are in the ranking, and only one is shown.
    assert [hit.article for hit in answer.hits[:2]] == ["copy.md", "tea.md"]
    shown = [answer.best, *answer.further]
    assert [hit.text for hit in shown].count(answer.best.text) == 1
    assert 0 < len(answer.further) <= 2
    assert [hit.rank for hit in answer.further] == sorted(hit.rank for hit in answer.further)


def test_at_most_two_further_hits_are_shown(tmp_path: Path) -> None:
    pairs = "".join(
        f"### Can I freeze tea {where}?\n\nOnly if {reason} is what you want.\n\n"
        for where, reason in [
            ("at home", "cold"),
            ("outside", "ice"),
            ("in tins", "rust"),
            ("", "x"),
        ]
    )
    (tmp_path / "tea.md").write_text(f"# Tea\n\n## FAQ\n\n{pairs}")
    fake = FakeEncoder((*AXES, "cold", "ice", "rust"))
    answer = answered(over(build(tmp_path, fake), fake).ask("Can I freeze tea?"))
    assert [hit.rank for hit in answer.further] == [2, 3]
    assert len(answer.hits) >= 4


def test_nothing_close_gets_an_honest_no(answerer: Answerer) -> None:
    no = answerer.ask("best pizza in Rome")
    assert isinstance(no, Abstention)
    assert no.reason is AbstentionReason.NOTHING_CLOSE
    assert no.hits
    assert no.confidence == no.hits[0].confidence
    assert no.message == "The articles here do not seem to answer that."


@pytest.mark.parametrize("likely", [-9.0, 9.0])
def test_a_no_offers_the_questions_that_come_close_however_likely_an_answer_is(
    content: Path, fake: FakeEncoder, likely: float
) -> None:
    known = LogisticWeights(faq={"bias": likely}, section={"bias": likely})
    made = over(build(content, fake), fake, weights=weights(answerable=known), threshold=0.999)
    no = made.ask("How long does tea keep?")  # kept from an answer by its confidence, as ever
    assert isinstance(no, Abstention)
    assert no.nearest[0].question == "How long does tea keep?"
    assert 1 <= len(no.nearest) <= 3
    assert all(hit.question for hit in no.nearest)
    assert no.answerable == (pytest.approx(1.0, abs=0.001) if likely > 0 else 0.000123)


def test_a_no_to_what_nothing_here_has_to_do_with_offers_nothing(answerer: Answerer) -> None:
    no = answerer.ask("best pizza in Rome")
    assert isinstance(no, Abstention)
    assert no.nearest == ()


def test_what_would_be_offered_is_told_of_an_answer_too(content: Path, fake: FakeEncoder) -> None:
    library = build(content, fake)
    _, why = over(library, fake).explain("How long does tea keep?")
    no = over(library, fake, threshold=0.999).ask("How long does tea keep?")
    assert isinstance(no, Abstention)
    assert why.nearest == no.nearest


def test_a_no_offers_a_question_of_several_articles_once(tmp_path: Path, fake: FakeEncoder) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("tea", "coffee"):
        (folder / f"{name}.md").write_text(
            f"# About {name}\n\n## FAQ\n\n### Does food freeze?\n\nFood freezes with {name}.\n\n"
            f"### How long does {name} keep?\n\nA year in a fridge.\n"
        )
    no = over(build(folder, fake), fake, threshold=0.999).ask("Does food freeze?")
    assert isinstance(no, Abstention)
    assert [hit.question for hit in no.nearest].count("Does food freeze?") == 1


def test_a_question_without_a_word_that_means_something_is_too_vague(answerer: Answerer) -> None:
    assert answerer.ask("what is it?").reason is AbstentionReason.TOO_VAGUE


@pytest.mark.parametrize("said", ["hi", "thanks!!", "ok", "Vielen Dank", "¡Hola!"])
def test_what_asks_nothing_is_told_what_can_be_asked(answerer: Answerer, said: str) -> None:
    no = answerer.ask(said)
    assert isinstance(no, Abstention)
    assert no.reason is AbstentionReason.SMALL_TALK
    assert no.message == "You are welcome to ask anything that the articles here may answer."
    assert (no.nearest, no.meant) == ((), said)


def test_a_greeting_before_a_question_does_not_matter(answerer: Answerer) -> None:
    best = answered(answerer.ask("Hello, how long does tea keep? Thanks!")).best
    assert best.question == "How long does tea keep?"


def test_what_is_called_like_a_greeting_is_found(tmp_path: Path, fake: FakeEncoder) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "hello.md").write_text("# Hello\n\nHello is a tea with mint.\n")
    (folder / "morning.md").write_text("# Morning tea\n\nServed with a good biscuit.\n")
    library = build(folder, fake)
    best = answered(over(library, fake).ask("hello")).best
    assert best.article == "hello.md"
    # Of two words both have to be its name.
    assert over(library, fake).ask("good morning").reason is AbstentionReason.SMALL_TALK


LANGUAGES = [
    (
        ("en",),
        "Wie lange ist die Garantie?",
        " They are in English: it may help to ask in English.",
    ),
    (("de",), "How long is the warranty?", " They are in German: it may help to ask in German."),
    (
        ("en", "de", "fr"),
        "¿Cuánto cuesta la garantía?",
        " They are in English, French and German: it may help to ask in one of these.",
    ),
    (("en", "de"), "Wie lange ist die Garantie?", ""),
    (("en",), "How long is the warranty?", ""),
    (("en",), "Garantie", ""),  # nobody can tell
    (("en", None), "Wie lange ist die Garantie?", ""),  # one may be in it
    (("en", "tlh"), "Wie lange ist die Garantie?", ""),  # has no name here
]


@pytest.mark.parametrize(("languages", "question", "told"), LANGUAGES)
def test_a_no_names_the_articles_languages_where_the_questions_is_another(
    tmp_path: Path,
    fake: FakeEncoder,
    languages: tuple[str | None, ...],
    question: str,
    told: str,
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, language in enumerate(languages):
        head = f"---\nlanguage: {language}\n---\n\n" if language else ""
        (folder / f"{number}.md").write_text(f"{head}# A{number}\n\n{number} {number}\n")
    no = over(build(folder, fake), fake, threshold=1.0).ask(question)
    assert isinstance(no, Abstention)
    assert no.message == f"The articles here do not seem to answer that.{told}"


def test_an_empty_library_says_so(tmp_path: Path, fake: FakeEncoder) -> None:
    no = over(build(tmp_path, fake), fake).ask("Can I freeze tea?")
    assert (no.reason, no.hits, no.confidence) == (AbstentionReason.EMPTY_LIBRARY, (), 0.0)


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x07"])
def test_an_empty_question_is_an_error(answerer: Answerer, question: str) -> None:
    with pytest.raises(UsageError, match="the question is empty"):
        answerer.ask(question)


def test_a_question_past_the_limit_is_an_error(answerer: Answerer) -> None:
    assert answerer.ask("x" * MAX_QUESTION_CHARS).abstained
    with pytest.raises(UsageError, match=r"has 2001 characters; at most 2000 can be asked"):
        answerer.ask("x" * (MAX_QUESTION_CHARS + 1))


def test_control_characters_and_half_characters_are_dropped() -> None:
    assert clean("  What\x00 is\n te\ud800a\x1b? ") == "What is  tea?"


@pytest.mark.parametrize(
    "question", ["お茶は冷凍できますか？", "هل يمكن تجميد الشاي؟", "👩‍🍳?", "n̈o"]
)
def test_any_script_can_be_asked(answerer: Answerer, question: str) -> None:
    assert answerer.ask(question).question == question


def test_asking_for_no_hits_is_an_error(answerer: Answerer) -> None:
    with pytest.raises(UsageError, match="top is 0"):
        answerer.ask("tea", top=0)


def test_articles_are_listed_by_id_and_found_by_it(answerer: Answerer) -> None:
    assert [one.id for one in answerer.articles()] == [
        "coffee.txt",
        "orders/questions.csv",
        "tea.md",
    ]
    assert answerer.article("tea.md").title == "All about tea"
    with pytest.raises(UsageError, match=r"there is no article 'tea\.txt'"):
        answerer.article("tea.txt")


def test_starters_are_spread_over_the_articles(answerer: Answerer) -> None:
    assert answerer.starters(4) == (
        "How much coffee do I need for a cup?",
        "When will my order arrive?",
        "How long does tea keep?",
        "Can I store coffee in the fridge?",
    )


def test_a_pairs_first_sentence_is_quoted_where_another_is_hardly_ahead(
    tmp_path: Path, fake: FakeEncoder
) -> None:
    # Cosines with "tea": 4 / sqrt(17) = .970 and 1; as many of its words.  The lead is .03.
    said = "Tea, tea, tea, tea: a cup. Tea is tea."
    for name, source, quote in [
        ("a.csv", f'question,answer\nTea?,"{said}"\n', "Tea, tea, tea, tea: a cup."),
        ("b.md", f"# Tea\n\n{said}\n", "Tea is tea."),  # a section has no such order
    ]:
        folder = tmp_path / name[0]
        folder.mkdir()
        (folder / name).write_text(source)
        result = over(build(folder, fake), fake, threshold=0.0).ask("tea")
        assert answered(result).best.quote == quote
