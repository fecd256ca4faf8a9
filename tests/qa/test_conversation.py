"""Follow-up questions: what cannot stand alone leans on what came before, nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import MAX_QUESTION_CHARS
from qa.conversation import (
    MAX_CONTEXT_CHARS,
    MAX_FOLLOW_UP_WORDS,
    MAX_RESOLVED_CHARS,
    context_of,
    fitting,
    leans,
    may_lean,
    near,
    own_words,
    resolve,
    searched,
    shares_a_word,
    spent,
)
from qa.records import Hit, HitKind, Turn

FIRST = [Turn("Who is Jane Smith?")]


def hit(
    text: str = "Black tea keeps for two years.",
    *,
    question: str | None = "How long does tea keep?",
    section: str = "FAQ",
) -> Hit:
    """An FAQ hit, or a section's where there is no question, that shows and quotes ``text``."""
    return Hit(
        rank=1,
        kind=HitKind.SECTION if question is None else HitKind.FAQ,
        id="tea.md#keep",
        article="tea.md",
        article_title="All about tea",
        section=section,
        question=question,
        text=text,
        quote=text,
        start=0,
        end=len(text),
        quote_start=0,
        quote_end=len(text),
        line=1,
        url="/articles/tea.md",
        public_url=None,
        similarity=0.9,
        confidence=0.9,
    )


@pytest.mark.parametrize(
    "question",
    [
        "What did he lead?",
        "And in Germany?",
        "what about her salary?",
        "what would that be a month",
    ],
)
def test_a_question_that_cannot_stand_alone_leans_on_the_last_one(question: str) -> None:
    assert resolve(question, FIRST) == f"Who is Jane Smith? {question}"


@pytest.mark.parametrize(
    "question",
    [
        # a person, or several
        "Where was she born?", "When did his book come out?", "Do they bite?", "How much are they?",
        # a thing, as subject and as object
        "How heavy is it?", "Is it free?", "Does it run on Linux?", "Who paid for it?",
        "How do I turn it off?", "Are seals covered by it?", "Where are its plates?",
        # this and that
        "Is that included?", "Who pays for that?", "How do I do this?", "Can I do that online?",
        # what is pointed at
        "Can I park there?", "The second one?", "Which one is louder?", "And the other way round?",
        "What is the difference between them?",
        # no word that means anything by itself
        "Why?", "why not?", "since when", "For how long?", "up to how much?", "Can I get more?",
        "and then?", "What does it cost?",
        # fragments
        "and the Team plan?", "For adults too?", "on all plans?", "In Safari?", "From what age?",
        "Even in the children's pool?", "How much disk space?", "and which Python version?",
        "Why not with vinegar?", "what colours?",
    ],
)  # fmt: skip
def test_what_only_an_earlier_question_can_explain_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "und in Deutschland?", "Und im Winter?", "und ein Elektrorad?", "Warum?", "Was kostet das?",
        "Wie hoch ist sie?", "Was ist mit Kindern?", "Gilt das auch für Kinder?",
        "et pour les enfants ?", "Et quand ?", "pourquoi ?", "combien ça coûte ?",
        "quand est-elle née ?",
        "¿y en España?", "¿Y los niños?", "¿por qué?", "¿Cuánto cuesta?", "¿dónde vive ella?",
    ],
)  # fmt: skip
def test_german_french_and_spanish_follow_ups_lean_too(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "How long does it take to brew tea?",
        "Is there a refund?",
        "Does Peter like his job?",
        "How do customers return their orders when they have lost the receipt?",
        "Andorra: is it open?",
        "How much is the delivery?",
    ],
)
def test_a_question_that_stands_alone_is_never_changed(question: str) -> None:
    assert resolve(question, FIRST) == question


@pytest.mark.parametrize(
    "question",
    [
        # it and that which stand for nothing, or for what the question itself names
        "Is it possible to pay by card?", "What time is it?", "Is it true that the shop closed?",
        "How do I know that a quote is genuine?", "How do customers return their orders?",
        "If my parcel is lost, who pays for it?", "What do people say about their visit?",
        "Does Tobias Lund like dogs, and does he have any?", "Can I open the box and keep it?",
        "Does Kestrel read files or skip them?",
        # whole questions that begin like a fragment
        "And is the sauna included in the ticket?", "But does Footnote use cookies?",
        "and what is BM25", "Or can I pay by card?", "So how do I cancel my order?",
        "And who invented BM25?", "Und wie lange dauert eine Lieferung?",
        "In which colours are machines sold?", "after 1945, what happened in Oslo?",
        # short ones
        "Is there a limit?", "Are there lockers?", "Why is my upload slow?", "What is left out?",
        # keywords and statements
        "privacy", "privacy?", "export csv", "opening hours?", "error 404", "I can't log in",
        "how to descale", "bought them yesterday",
        # courtesies, and questions to the program
        "thanks!", "ok thanks", "no", "Who are you?", "What can you do?",
        # other languages
        "Was kostet ein Rad?", "Wie erreiche ich Sie?", "Gibt es einen Parkplatz?",
        "Faut-il réserver ?", "Y a-t-il un parking ?", "La livraison est-elle gratuite ?",
        "¿Hay aparcamiento?", "¿Cuál es su horario?",
    ],
)  # fmt: skip
def test_what_merely_looks_like_a_follow_up_stands_alone(question: str) -> None:
    assert not leans(question)


def test_a_question_of_many_words_stands_alone() -> None:
    assert leans("and he " + "x " * (MAX_FOLLOW_UP_WORDS - 1))
    assert not leans("and he " + "x " * MAX_FOLLOW_UP_WORDS)


@pytest.mark.parametrize("question", ["", " ", "?", "and", "¿"])
def test_what_has_no_words_stands_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize("question", ["What did he lead?", "and in Germany?"])
def test_without_an_earlier_question_nothing_is_changed(question: str) -> None:
    assert resolve(question, ()) == question


def test_only_the_last_question_counts() -> None:
    history = [Turn("How do I brew tea?"), Turn("Who is Jane Smith?")]
    assert resolve("Where is she?", history) == "Who is Jane Smith? Where is she?"


def test_a_third_question_leans_on_all_that_the_second_one_leaned_on() -> None:
    history = [
        Turn("Who was Ines Okafor?", hit("She led it.", question=None)),
        Turn("Where was she born?", hit("In Lagos.", question=None)),
    ]
    resolved = resolve("And when?", history)
    assert resolved == "Who was Ines Okafor? Where was she born? And when?"


def test_a_follow_up_that_found_an_faq_question_is_known_by_that_question() -> None:
    history = [
        Turn("How much is a parcel to Germany?", hit(question="How much is a parcel to Germany?")),
        Turn("and to France?", hit(question="How much is a parcel to France?")),
    ]
    assert resolve("how long?", history) == "How much is a parcel to France? how long?"


def test_a_follow_up_without_an_answer_is_passed_over() -> None:
    history = [Turn("What does a parcel to Spain cost?", hit()), Turn("and to Brazil?")]
    assert resolve("And to Italy?", history) == "What does a parcel to Spain cost? And to Italy?"


def test_a_first_question_without_an_answer_is_still_the_subject() -> None:
    history = [Turn("How do I brew tea?", hit()), Turn("Where is the moon base?")]
    assert resolve("How big is it?", history) == "Where is the moon base? How big is it?"


def test_a_follow_up_with_nothing_but_follow_ups_before_it_is_not_changed() -> None:
    assert resolve("and now?", [Turn("and why?"), Turn("and he?")]) == "and now?"


def test_he_is_named_by_the_last_answer() -> None:
    history = [Turn("Who is the director?", hit("The director is Tobias Lund, since 2015."))]
    resolved = resolve("What did he lead?", history)
    assert resolved == "Who is the director? Tobias Lund What did he lead?"
    assert resolve("Since when?", history) == "Who is the director? Since when?"


def test_only_names_of_several_words_are_taken_from_an_answer() -> None:
    history = [Turn("Who is the director?", hit("Nobody. The post is free in Oslo."))]
    assert resolve("Is he nice?", history) == "Who is the director? Is he nice?"


def test_a_resolved_text_is_no_longer_than_a_question_may_be() -> None:
    assert MAX_RESOLVED_CHARS == MAX_QUESTION_CHARS
    history = [Turn("tea " * 500)]
    resolved = resolve("and cups?", history)
    # 400 characters of "tea tea …", less the first word, which may be cut.
    assert resolved == "tea " * 99 + "tea and cups?"
    assert len(resolved) <= MAX_CONTEXT_CHARS + len(" and cups?")


def test_what_a_question_leans_on_and_the_question_are_what_is_searched_for() -> None:
    history = [Turn("How much is a dog's vaccination?")]
    context = context_of("and rabbits?", history)
    assert context == "How much is a dog's vaccination?"
    assert searched(context, "and rabbits?") == resolve("and rabbits?", history)
    assert context_of("Do you treat rabbits?", history) == ""
    assert searched("", "Do you treat rabbits?") == "Do you treat rabbits?"


def test_more_is_known_of_what_comes_before_than_is_searched_for() -> None:
    history = [Turn("tea " * 500)]
    context = context_of("and cups?", history)
    assert len(context) > MAX_CONTEXT_CHARS
    assert fitting(context, "and cups?") == ("tea " * 99 + "tea")
    assert searched(fitting(context, "and cups?"), "and cups?") == resolve("and cups?", history)
    assert len(context_of("and cups?", [Turn("tea " * 5000)])) <= MAX_RESOLVED_CHARS


def test_a_follow_up_of_full_length_is_left_as_it_is() -> None:
    question = "and " + "x" * (MAX_QUESTION_CHARS - 4)
    assert resolve(question, FIRST) == question
    one_less = question[:-1]
    assert resolve(one_less, FIRST) == one_less


WORDS = ["and", "he", "it", "what", "is", "tea", "?", "und", "¿", "y", "Jane", "that", "one", "for"]
TEXTS = st.text(max_size=MAX_QUESTION_CHARS) | st.lists(st.sampled_from(WORDS)).map(" ".join)
TURNS = st.builds(Turn, TEXTS, st.none() | st.builds(hit, TEXTS, question=st.none() | TEXTS))


@given(TEXTS, st.lists(TURNS, max_size=4))
def test_a_resolved_text_ends_in_the_question_and_is_bounded(
    question: str, history: list[Turn]
) -> None:
    resolved = resolve(question, history)
    assert resolved.endswith(question)
    assert len(resolved) <= MAX_RESOLVED_CHARS
    assert resolved == question or (history and leans(question))
    assert resolve(question, ()) == question
    assert spent(question, ()) is None


def test_own_words_are_those_that_mean_something() -> None:
    assert own_words("And how heavy is it in Germany?") == {"heavy", "germany"}
    assert own_words("Why?") == own_words("What does it cost?") == frozenset()


@pytest.mark.parametrize(
    ("words", "text", "shared"),
    [
        ({"lesson"}, "Lessons are held daily.", True),
        ({"lessons"}, "One lesson a day.", True),
        ({"japan"}, "How much is a parcel to Germany?", False),
        ({"an"}, "Answers", False),  # two letters are no stem
        (set(), "Anything", False),
    ],
)
def test_words_are_shared_with_their_endings_aside(
    words: set[str], text: str, shared: bool
) -> None:
    assert shares_a_word(words, text) is shared


def test_an_faq_answer_is_spent_on_a_follow_up_whose_words_it_lacks() -> None:
    last = hit("€11.90 up to five kilograms.", question="How much is a parcel to Germany?")
    history = [Turn("parcel to Germany", last)]
    assert spent("and to Japan?", history) == last
    assert spent("and ten kilograms?", history) is None  # it says something of that
    assert spent("Why?", history) is None  # no words of its own
    assert spent("How do I cook rice?", history) is None  # stands alone
    assert spent("and to Japan?", [Turn("parcel to Germany")]) is None  # nothing was answered


def test_an_answer_stays_spent_while_follow_ups_find_none() -> None:
    last = hit("€11.90 up to five kilograms.", question="How much is a parcel to Germany?")
    first = Turn("parcel to Germany", last)
    assert spent("and to Peru?", [first, Turn("and to Japan?")]) == last
    # Another subject has come up since.
    assert spent("and to Peru?", [first, Turn("How do I cook rice?")]) is None


def test_a_reader_is_near_the_article_of_the_last_answer() -> None:
    last = hit("€11.90 up to five kilograms.", question="How much is a parcel to Germany?")
    first = Turn("parcel to Germany", last)
    assert near(()) == ""
    assert near([first]) == near([first, Turn("and to Japan?")]) == last.article
    assert near([first, Turn("How do I cook rice?")]) == ""  # another subject, and none found


def test_a_section_is_never_spent() -> None:
    history = [Turn("How wide is the Corvo?", hit("It weighs nine kilograms.", question=None))]
    assert spent("How heavy is it?", history) is None


def test_small_talk_leans_on_nothing_and_nothing_leans_on_it() -> None:
    asked = Turn("How long does tea keep?", hit())
    for said in ("Thanks!", "ok danke", "ok obrigado", "hi?"):
        assert not leans(said)
        history = [asked, Turn(said)]
        assert context_of("And coffee?", history) == context_of("And coffee?", [asked]) != ""
        assert near(history) == "tea.md"
        assert spent("And to Japan?", history) == spent("And to Japan?", [asked]) == hit()
    # What is called so and was answered is a question.
    assert context_of("And coffee?", [asked, Turn("Hello", hit())]) == "Hello"


@pytest.mark.parametrize(
    "question", ["how long does the link work", "can I pay cash", "any discount for pensioners"]
)
def test_what_is_short_and_names_little_may_lean(question: str) -> None:
    assert not leans(question)
    assert may_lean(question)
    assert context_of(question, FIRST) == ""
    assert context_of(question, FIRST, leaning=True) == "Who is Jane Smith?"


@pytest.mark.parametrize(
    "question",
    [
        "And in Germany?",  # leans anyway
        "thanks!",
        "please tell me more",  # addressed to us
        "what is it?",
        "who won the football cup",  # three words of its own
        "could you maybe say how often they then do come so often here again and pay",
    ],
)
def test_what_leans_anyway_asks_nothing_or_names_its_subject_may_not(question: str) -> None:
    assert not may_lean(question)


def test_a_question_that_is_said_to_lean_may_have_spent_the_last_answer() -> None:
    history = [Turn("How long does tea keep?", hit())]
    assert spent("can I pay cash", history) is None
    assert spent("can I pay cash", history, leaning=True) == hit()
    assert spent("does black tea keep", history, leaning=True) is None
