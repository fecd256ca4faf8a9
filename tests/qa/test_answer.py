"""From a question to an answer, over libraries synced from real files."""

import math
import threading
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest

from index.errors import LibraryMissing, ModelError, UsageError
from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import MAX_QUESTION_CHARS, Answerer, clean
from qa.confidence import DEFAULT_THRESHOLD
from qa.conversation import CONTEXT_WEIGHT
from qa.records import Abstention, AbstentionReason, Answer, Hit, HitKind, Result, Turn
from qa.weights import LogisticWeights, RankingWeights, Weights
from tests.conftest import CONTENT
from tests.fakes import FakeEncoder
from tests.weights import weights

# Every text of the content has one of these words, and every sentence of it; a question that has
# none is like none of them.
AXES = (
    *("tea", "keep", "freez", "light", "coffee", "bean", "cup", "gram", "fridge", "food"),
    *("order", "return", "arriv", "day", "leav", "water", "postage"),
)


def build(content: Path, encoder: FakeEncoder, *, base_url: str | None = None) -> Path:
    path = library_path(content)
    with Library.open(path, create=True) as library:
        sync(content, library, encoder, base_url=base_url)
    return path


def over(library: Path | Library, encoder: FakeEncoder, **options: float | Weights) -> Answerer:
    """Return an answerer with weights of these tests' own, unless the options say otherwise."""
    return Answerer(library, encoder, **{"weights": weights(), **options})  # type: ignore[arg-type]


@pytest.fixture
def fake() -> FakeEncoder:
    return FakeEncoder(AXES)


@pytest.fixture
def answerer(content: Path, fake: FakeEncoder) -> Answerer:
    return over(build(content, fake), fake)


def answered(result: Result) -> Answer:
    assert isinstance(result, Answer)
    return result


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
    assert best.url == f"/articles/tea.md?at={best.start}-{best.end}#passage"
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


def test_confidence_never_rises_down_the_ranking(answerer: Answerer) -> None:
    confidences = [hit.confidence for hit in answerer.ask("can I keep coffee", top=100).hits]
    assert confidences == sorted(confidences, reverse=True)


def test_an_answers_confidence_is_its_best_hits(answerer: Answerer) -> None:
    answer = answered(answerer.ask("How long does tea keep?"))
    assert answer.confidence == answer.best.confidence


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


def test_equal_hits_are_ordered_by_id_whatever_the_order_of_the_files(
    tmp_path: Path, fake: FakeEncoder
) -> None:
    rankings = []
    for names in (("a.md", "b.md"), ("b.md", "a.md")):
        content = tmp_path / names[0]
        content.mkdir()
        for name in names:
            (content / name).write_text("# T\n\n## FAQ\n\n### Can I freeze tea?\n\nNo, never.\n")
            build(content, fake)
        result = over(library_path(content), fake).ask("Can I freeze tea?")
        rankings.append([(hit.id, hit.confidence) for hit in result.hits])
    assert rankings[0] == rankings[1]
    assert [id.partition("#")[0] for id, _ in rankings[0]][:2] == ["a.md", "b.md"]


def test_nothing_close_gets_an_honest_no(answerer: Answerer) -> None:
    no = answerer.ask("best pizza in Rome")
    assert isinstance(no, Abstention)
    assert no.reason is AbstentionReason.NOTHING_CLOSE
    assert no.hits
    assert no.confidence == no.hits[0].confidence
    assert no.message == "The articles here do not seem to answer that."


@pytest.mark.parametrize("likely", [-9.0, 9.0])
def test_a_no_offers_up_to_three_faq_questions_however_likely_an_answer_is(
    content: Path, fake: FakeEncoder, likely: float
) -> None:
    known = LogisticWeights(faq={"bias": likely}, section={"bias": likely})
    made = over(build(content, fake), fake, weights=weights(answerable=known))
    no = made.ask("best pizza in Rome")  # kept from an answer by its confidence, as ever
    assert isinstance(no, Abstention)
    assert len(no.nearest) == 3
    assert all(hit.question for hit in no.nearest)
    assert no.answerable == (pytest.approx(1.0, abs=0.001) if likely > 0 else 0.000123)


def test_a_question_without_a_word_that_means_something_is_too_vague(answerer: Answerer) -> None:
    assert answerer.ask("what is it?").reason is AbstentionReason.TOO_VAGUE


def test_an_empty_library_says_so(tmp_path: Path, fake: FakeEncoder) -> None:
    no = over(build(tmp_path, fake), fake).ask("Can I freeze tea?")
    assert (no.reason, no.hits, no.confidence) == (AbstentionReason.EMPTY_LIBRARY, (), 0.0)


def test_a_threshold_of_one_answers_nothing_and_of_zero_everything(
    content: Path, fake: FakeEncoder
) -> None:
    path = build(content, fake)
    assert over(path, fake, threshold=1.0).ask("Can I freeze tea?").abstained
    assert not over(path, fake, threshold=0.0).ask("best pizza in Rome").abstained


def test_asking_many_is_asking_one_by_one(answerer: Answerer) -> None:
    questions = ["How long does tea keep?", "pizza", "what is it?", "coffee in the fridge"] * 20
    assert list(answerer.ask_many(questions)) == [answerer.ask(one) for one in questions]


def test_many_questions_are_taken_as_they_are_needed(answerer: Answerer) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield "Can I freeze tea?"

    assert next(answerer.ask_many(endless())).question == "Can I freeze tea?"


def test_the_same_question_gets_the_same_result(answerer: Answerer) -> None:
    assert answerer.ask("keep tea in a cup") == answerer.ask("keep tea in a cup")


def test_a_follow_up_leans_on_the_question_before(answerer: Answerer) -> None:
    history = [Turn("Can I store coffee in the fridge?")]
    assert answerer.ask("And why is that?").reason is AbstentionReason.TOO_VAGUE
    result = answered(answerer.ask("And why is that?", history))
    assert result.question == result.meant == "And why is that?"
    assert result.best.question == "Can I store coffee in the fridge?"


def test_what_leans_on_something_counts_itself_and_what_it_leans_on(answerer: Answerer) -> None:
    history = [Turn("Can I store coffee in the fridge?")]
    hits = answerer.ask("And tea?", history, top=100).hits
    (hit,) = (hit for hit in hits if hit.question == "Can I store coffee in the fridge?")
    # Tea by itself, and some of tea, coffee and fridge together; the pair asks for the last two.
    some = CONTEXT_WEIGHT / math.sqrt(3)
    length = math.sqrt((1 + some) ** 2 + 2 * some**2)
    assert hit.similarity == pytest.approx(2 * some / math.sqrt(2) / length, abs=1e-6)


def test_the_answer_just_had_is_no_answer_to_what_it_leaves_open(answerer: Answerer) -> None:
    first = answered(answerer.ask("When will my order arrive?"))
    history = [Turn("When will my order arrive?", first.best)]
    result, why = answerer.explain("And to Japan?", history, top=100)
    assert result.reason is AbstentionReason.NOTHING_CLOSE
    assert result.hits[-1].id == first.best.id == "ship"
    # It would be the best by far; what is behind it is weighed without it.
    assert why.hits[-1].score == max(hit.score for hit in why.hits)
    assert why.hits[0].evidence["agreement"] > why.hits[-1].evidence["agreement"]


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


def test_refresh_takes_up_a_change_and_only_a_change(
    content: Path, fake: FakeEncoder, answerer: Answerer
) -> None:
    assert not answerer.refresh()
    before = answerer.generation
    path = content / "tea.md"
    path.write_text(path.read_text().replace("No. Freezing breaks", "Yes. Nothing harms"))
    build(content, fake)
    assert answered(answerer.ask("Can I freeze tea?")).best.text.startswith("No.")
    assert answerer.refresh()
    assert answerer.generation > before
    assert answered(answerer.ask("Can I freeze tea?")).best.text == "Yes. Nothing harms the leaves."


def test_a_library_of_many_passages_is_answered_from_its_index_through_refreshes(
    content: Path, fake: FakeEncoder
) -> None:
    path = build(content, fake)
    exact, large = over(path, fake), over(path, fake, large_from=10)
    files = list(path.parent.glob("library.sqlite-vectors-*"))
    assert len(files) == 1
    assert len(large.searcher.vectors) == len(large.searcher.passages) >= 10
    tea = content / "tea.md"
    asked = ("Can I freeze tea?", "What does light do to tea?", "When does coffee arrive?")
    for _ in range(2):
        for question in asked:
            assert large.ask(question) == exact.ask(question)
        tea.write_text(tea.read_text().replace("No. Freezing breaks", "Yes. Nothing harms"))
        build(content, fake)
        assert large.refresh() == exact.refresh()
    assert answered(large.ask("Can I freeze tea?")).best.text == "Yes. Nothing harms the leaves."
    assert large.ask(asked[1]) == over(path, fake, large_from=10).ask(asked[1])


def test_a_failed_refresh_leaves_the_old_answers(
    content: Path, fake: FakeEncoder, answerer: Answerer
) -> None:
    library_path(content).unlink()
    with pytest.raises(LibraryMissing):
        answerer.refresh()
    assert answered(answerer.ask("Can I freeze tea?")).best.text.startswith("No.")


def test_no_question_fails_or_mixes_generations_while_the_library_changes(
    content: Path, fake: FakeEncoder, answerer: Answerer
) -> None:
    errors: list[BaseException] = []
    seen: set[str] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                answer = answered(answerer.ask("Can I freeze tea?"))
                seen.add(answer.best.text)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test must see it
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    path, texts = content / "tea.md", set()
    original = path.read_text()
    for number in range(5):
        answer = f"No. Not in {number} freezers."
        texts.add(answer)
        path.write_text(
            # The answer moves: offsets of one generation are wrong in every other.
            original.replace("# All", "#" + " very" * number + " All").replace(
                "No. Freezing breaks the leaves.", answer
            )
        )
        build(content, fake)
        answerer.refresh()
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert seen <= {"No. Freezing breaks the leaves."} | texts


def test_a_library_of_another_model_is_refused(content: Path, fake: FakeEncoder) -> None:
    path = build(content, fake)
    other = FakeEncoder(AXES, name="other")
    with pytest.raises(ModelError, match=r"was embedded with fake .*, not with other"):
        Answerer(path, other)


def test_a_missing_library_is_an_error(tmp_path: Path, fake: FakeEncoder) -> None:
    with pytest.raises(LibraryMissing):
        Answerer(tmp_path / "library.sqlite", fake)


def test_an_open_library_can_be_used_and_stays_open(content: Path, fake: FakeEncoder) -> None:
    with Library.open(build(content, fake)) as library:
        answerer = over(library, fake)
        assert not answerer.refresh()
        assert not answerer.ask("Can I freeze tea?").abstained
        assert library.article_ids()


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


def test_confidence_is_that_of_the_evidence_and_never_rises(
    content: Path, fake: FakeEncoder
) -> None:
    # Ranked by words, and sure by meaning: 10 of the similarity, less 5.
    words = RankingWeights(faq={"overlap": 1.0}, section={"overlap": 1.0}, temperature=0.1)
    answerer = over(build(content, fake), fake, weights=weights(ranking=words))
    hits = answerer.ask("How do leaves keep their taste, as tea does?", top=10).hits
    own = [round(1 / (1 + math.exp(5 - 10 * hit.similarity)), 6) for hit in hits]
    assert own != sorted(own, reverse=True)
    assert [hit.confidence for hit in hits] == list(accumulate(own, min))


def test_other_weights_give_another_ranking_and_another_confidence(
    content: Path, fake: FakeEncoder
) -> None:
    path = build(content, fake)
    sections = RankingWeights(faq={}, section={"section": 1.0, "bias": 1.0}, temperature=0.1)
    never = LogisticWeights(faq={"bias": -9.0}, section={"bias": -9.0})
    question = "How long does tea keep?"
    best = answered(over(path, fake, weights=weights(ranking=sections)).ask(question)).best
    assert best.kind is HitKind.SECTION
    unsure = over(path, fake, weights=weights(confidence=never)).ask(question)
    assert unsure.reason is AbstentionReason.NOTHING_CLOSE
    assert unsure.confidence == round(1 / (1 + math.exp(9)), 6)


def test_a_precision_takes_its_threshold_from_the_curve(content: Path, fake: FakeEncoder) -> None:
    path = build(content, fake)
    for precision, threshold in [(0.7, 0.3), (0.8, 0.6)]:
        _, why = over(path, fake, precision=precision).explain("How long does tea keep?")
        assert why.threshold == threshold
    with pytest.raises(UsageError, match=r"0\.95 is never kept; the most is 0\.90"):
        over(path, fake, precision=0.95)


def test_a_precision_is_promised_with_the_model_it_was_learned_with_only(
    content: Path, fake: FakeEncoder
) -> None:
    path = build(content, fake)
    learned = weights(model="mini", revision="7")
    with pytest.raises(UsageError, match=r"no precision can be promised with fake: .* with mini"):
        over(path, fake, weights=learned, precision=0.7)
    assert over(path, fake, weights=learned, threshold=0.0).ask("Can I freeze tea?").hits


def test_a_threshold_and_a_precision_together_are_an_error(
    content: Path, fake: FakeEncoder
) -> None:
    with pytest.raises(UsageError, match="give one of them"):
        over(build(content, fake), fake, threshold=0.2, precision=0.7)


QUESTIONS = (
    "How long does tea keep?",
    "tea",
    "can i frezee teea",
    "pizza in Rome",
    "what is it?",
    "coffee in the fridge or in a cup, with 10 grams of “beans” in 2019?",
)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("top", [None, 1, 100])
def test_explaining_asking_and_asking_many_give_one_result(
    answerer: Answerer, question: str, top: int | None
) -> None:
    result = answerer.ask(question, top=top)
    explained, why = answerer.explain(question, top=top)
    assert explained == result
    assert next(answerer.ask_many([question, "tea"], top=top)) == result
    assert [(hit.article, hit.id) for hit in why.hits] == [
        (hit.article, hit.id) for hit in result.hits
    ]


def test_a_follow_up_is_explained_by_what_was_searched_for(answerer: Answerer) -> None:
    history = [Turn("Can I store coffee in the fridge?")]
    result, why = answerer.explain("And why is that?", history)
    assert result == answerer.ask("And why is that?", history)
    assert why.searched == "Can I store coffee in the fridge? And why is that?"
    assert why.threshold == DEFAULT_THRESHOLD
    assert why.changes == ()


def test_the_explained_score_is_that_of_the_features(answerer: Answerer) -> None:
    _, why = answerer.explain("How long does tea keep?")
    best = why.hits[0]
    # The pair's own question: all words, the mean of 1 and what is like question and answer.
    assert best.parts["question"] == 0.5
    assert best.parts["overlap"] == 0.2
    assert sum(best.parts.values()) == pytest.approx(best.score, abs=2e-4)
    assert dict(best.speaks) == {"similarity": 10.0, "bias": -5.0}


def test_typing_errors_are_mended_and_told(answerer: Answerer) -> None:
    right = answered(answerer.ask("Can I store coffee in the fridge?"))
    mended = answered(answerer.ask("Can I store cofee in the fridgee?"))
    assert mended.question == "Can I store cofee in the fridgee?"
    assert mended.meant == right.meant == "Can I store coffee in the fridge?"
    assert (mended.hits, mended.confidence) == (right.hits, right.confidence)
    _, why = answerer.explain("Can I store cofee in the fridgee?")
    assert [(one.typed, one.meant) for one in why.changes] == [
        ("cofee", "coffee"),
        ("fridgee", "fridge"),
    ]


def test_what_an_abstention_was_asked_is_mended_too(
    content: Path, fake: FakeEncoder, answerer: Answerer
) -> None:
    never = over(build(content, fake), fake, threshold=1.0)
    no = never.ask("Can I send back cofee in the gramms?")
    assert no.abstained
    assert no.meant == "Can I send back coffee in the grams?"
    assert answerer.ask("what is it?").meant == "what is it?"


def test_a_follow_ups_typing_errors_are_mended(answerer: Answerer) -> None:
    history = [Turn("How long does tea keep?")]
    assert answerer.ask("And cofee?", history).meant == "And coffee?"


def test_asking_many_gets_as_far_as_the_first_that_cannot_be_asked(answerer: Answerer) -> None:
    results = answerer.ask_many(["Can I freeze tea?", "tea", "", "coffee"])
    assert [next(results).question, next(results).question] == ["Can I freeze tea?", "tea"]
    with pytest.raises(UsageError, match="the question is empty"):
        next(results)


def test_asking_many_nothing_gives_nothing(answerer: Answerer) -> None:
    assert list(answerer.ask_many([])) == []


def test_a_restart_and_another_order_of_the_files_change_no_result(
    tmp_path: Path, fake: FakeEncoder
) -> None:
    results = []
    for order in (list(CONTENT), list(reversed(CONTENT))):
        folder = tmp_path / order[0].replace("/", "-")
        for name in order:  # one after the other: the library grows in this order
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(CONTENT[name], encoding="utf-8")
            library = build(folder, fake)
        for _ in range(2):
            answerer = over(library, FakeEncoder(AXES))
            results.append([answerer.explain(question, top=100) for question in QUESTIONS])
    assert results[1] == results[0]
    assert results[2] == results[0]
    assert results[3] == results[0]


def test_the_number_of_hits_asked_for_changes_no_confidence(
    tmp_path: Path, fake: FakeEncoder
) -> None:
    # Seventy copies far behind: the best's share of the ranking is with all of them or without.
    pairs = "".join(f"### What of tea {number}?\n\nTea it is.\n\n" for number in range(70))
    (tmp_path / "tea.md").write_text(
        f"# Tea\n\n## FAQ\n\n### Can I freeze tea?\n\nTea it is.\n\n{pairs}"
    )
    agreeing = {"agreement": 1.0}
    own = weights(confidence=LogisticWeights(faq=agreeing, section=agreeing))
    answerer = over(build(tmp_path, fake), fake, weights=own, threshold=0.0)
    confidences = {answerer.ask("freeze", top=top).confidence for top in (1, 10, 30, 60, 100)}
    assert len(confidences) == 1
