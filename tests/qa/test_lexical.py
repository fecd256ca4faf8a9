"""Word scores worked out by hand.

With N owners, a word that n of them have is worth ln(1 + (N - n + ½) / (n + ½)); N is small below.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.lexical import Lexicon, Source, WordScores

# Two owners: a word that both have, one has, none has.
BOTH, ONE, NONE = math.log(1.2), math.log(2.0), math.log(6.0)


def source(
    text: str, *parts: str, asked: str = "", language: str | None = None, read: bool = True
) -> Source:
    return Source(text, asked, parts, language, read)


TEA = source("Keep tea dry", "Keep tea dry")
ICE = source("Can tea freeze? No, never.", asked="Can tea freeze?")


def scores(question: str, *sources: Source) -> WordScores:
    return Lexicon(sources).scores(question, np.arange(len(sources)))


def test_a_rare_word_is_worth_more() -> None:
    lexicon = Lexicon([TEA, ICE])
    assert lexicon.rarity("tea") == pytest.approx(BOTH)
    assert lexicon.rarity("dry") == pytest.approx(ONE)
    assert lexicon.rarity("moon") == pytest.approx(NONE)


def test_a_word_that_a_text_repeats_is_no_more_common() -> None:
    assert Lexicon([source("dry dry dry"), ICE]).rarity("dry") == pytest.approx(ONE)


def test_overlap_is_the_share_of_the_words_by_rarity() -> None:
    found = scores("tea dry moon", TEA, ICE).overlap
    total = BOTH + ONE + NONE
    assert found == pytest.approx([(BOTH + ONE) / total, BOTH / total])


def test_a_word_that_the_question_repeats_counts_once() -> None:
    once, twice = scores("dry tea", TEA, ICE), scores("dry dry tea", TEA, ICE)
    assert twice.overlap.tolist() == once.overlap.tolist()
    assert twice.telling.tolist() == once.telling.tolist()
    assert twice.stems.tolist() == once.stems.tolist()


def test_telling_leaves_function_words_out() -> None:
    found = scores("can we keep it dry", TEA, ICE)
    assert found.telling.tolist() == [1.0, 0.0]
    # "can" and "keep", "dry" are had by one, "we" and "it" by none.
    assert found.overlap == pytest.approx(
        [2 * ONE / (3 * ONE + 2 * NONE), ONE / (3 * ONE + 2 * NONE)]
    )


def test_a_question_of_function_words_tells_nothing() -> None:
    found = scores("what is it", TEA, ICE)
    assert found.telling.tolist() == found.stems.tolist() == [0.0, 0.0]


def test_a_letter_of_a_hyphened_word_tells_nothing() -> None:
    # "e-mail" gives e-mail, email, e and mail; somebody's "e" is no mail.
    found = scores("e-mail", source("e-mail"), source("vitamin e"))
    assert found.telling.tolist() == found.stems.tolist() == [1.0, 0.0]


def test_words_meet_by_their_stems_in_the_texts_language() -> None:
    found = scores("freezing", source("She freezes", language="en"), source("freeze"))
    assert found.overlap.tolist() == [0.0, 0.0]
    # English "freez"; the other text is in no known language and has no word "freezing".
    assert found.stems.tolist() == [1.0, 0.0]


def test_a_question_is_stemmed_in_every_language_of_the_library() -> None:
    # Snowball: German "hauser" and "haus" have the stem "haus", English "houses" has "hous".
    german, english = source("Die Häuser", language="de"), source("The houses", language="en")
    lexicon = Lexicon([german, english])
    assert lexicon.search("Haus", 2).tolist() == [0]
    assert lexicon.search("house", 2).tolist() == [1]


def test_a_word_counts_once_however_many_languages_stem_it() -> None:
    # German would cut "garden" to "gard", which nobody has: that takes nothing from the English.
    german, english = source("Die Häuser", language="de"), source("Gardens", language="en")
    assert scores("garden", german, english).stems.tolist() == [0.0, 1.0]
    both = scores("Haus garden moon", german, english).stems
    assert both == pytest.approx([ONE / (2 * ONE + NONE)] * 2)


def test_a_word_is_had_by_whoever_has_one_of_its_stems() -> None:
    # English "run", and in no known language "running" itself: two texts have it, none has less.
    english, unknown = source("She runs", language="en"), source("running")
    assert scores("running", english, unknown).stems.tolist() == [1.0, 1.0]


def test_exact_terms_count_by_the_share_of_them_that_is_had() -> None:
    found = scores(
        "error 0x80070057 or 0x80070058?",
        source("Error 0x80070057: no space"),
        source("Errors 0x80070057 and 0x80070058"),
        source("An error"),
    ).exact
    assert found.tolist() == [0.5, 1.0, 0.0]


def test_an_exact_term_that_nobody_has_takes_nothing_away() -> None:
    assert scores("404 or 0x1F", source("404"), source("tea")).exact.tolist() == [1.0, 0.0]
    assert scores("0x1F", source("404"), source("tea")).exact.tolist() == [0.0, 0.0]


def test_a_quoted_phrase_is_an_exact_term_where_its_words_stand_together() -> None:
    found = scores(
        "what is a “closed tin”?",
        source("Keep it in a Closed  tin."),
        source("The tin is closed"),
        source("undisclosed tins"),
    ).exact
    assert found.tolist() == [1.0, 0.0, 0.0]


def test_unquoted_words_are_not_exact() -> None:
    assert scores("a closed tin", source("closed tin"), source("tea")).exact.tolist() == [0.0, 0.0]


def test_phrases_are_words_that_stand_together_in_order() -> None:
    together = source("a closed tin", language="en")
    apart = source("tins are closed", language="en")
    turned = source("a tin closed", language="en")
    found = scores("closed tins", together, apart, turned).phrases
    assert found == pytest.approx([1.0, 0.0, 0.0], abs=1e-6)


def test_the_best_part_counts_and_is_scaled_by_the_best_in_the_library() -> None:
    # Four parts of two words: a word in two of them is worth ln 2, in one ln(10/3); the second
    # factor of BM25 is the same for all.
    found = scores(
        "dry tea",
        source("…", "dry tea", "old cup"),
        source("…", "old tea", "new cup"),
        source("…"),
    ).best_part
    assert found == pytest.approx(
        [1.0, math.log(2) / (math.log(2) + math.log(10 / 3)), 0.0], abs=1e-6
    )


def test_parts_do_not_add_up() -> None:
    found = scores("dry tea", source("…", "dry tin", "old tea"), source("…", "dry tea", "a cup"))
    # Each word is in two of the four parts: half of the question in one part is half of the score.
    assert found.best_part == pytest.approx([0.5, 1.0], abs=1e-6)


def test_an_faqs_own_questions_are_scored_by_themselves() -> None:
    # "freeze" stands in the first's answer, in the second's question.
    found = scores("freeze", source("freeze", asked="Tea?"), source("freeze", asked="freeze?"))
    assert found.asked == pytest.approx([0.0, 1.0], abs=1e-6)


def test_a_compound_is_found_by_its_pieces_where_the_model_does_not_read() -> None:
    german = source("Die Leihfrist", language="de", read=False)
    other = source("Der Ausweis", language="de", read=False)
    read = source("Die Leihfrist", language="de")
    found = scores("Fristen", german, other, read)
    assert found.stems.tolist() == [0.0, 0.0, 0.0]
    assert found.pieces == pytest.approx([1.0, 0.0, 0.0])


def test_scores_are_scaled_by_the_best_of_all_owners_not_of_those_asked_for() -> None:
    lexicon = Lexicon([source("…", asked="dry tea"), source("…", asked="old tea")])
    (second,) = lexicon.scores("dry tea", np.array([1])).asked
    # "tea" is in both questions, "dry" in one.
    assert second == pytest.approx(BOTH / (BOTH + ONE), abs=1e-6)


def test_search_finds_the_best_first_and_equal_ones_by_number() -> None:
    lexicon = Lexicon([source("old tea"), source("dry tea"), source("new tea"), source("cup")])
    assert lexicon.search("dry tea", 9).tolist() == [1, 0, 2]
    assert lexicon.search("dry tea", 2).tolist() == [1, 0]
    assert lexicon.search("moon", 9).tolist() == []


def test_texts_share_the_questions_words_by_rarity() -> None:
    found = Lexicon([TEA, ICE]).overlaps("tea dry", ["dry", "Tea, dry tea!", "", "moon"])
    assert found == pytest.approx([ONE / (BOTH + ONE), 1.0, 0.0, 0.0])
    assert Lexicon([TEA, ICE]).overlaps("???", ["dry"]) == [0.0]


def test_texts_share_the_questions_words_by_their_stems_in_their_language() -> None:
    lexicon = Lexicon([TEA, ICE])
    question = "freezing a teas 404"
    surface = lexicon.overlaps(question, ["Tea froze.", "Teas freeze at 404.", "Dry."])
    assert surface[0] == surface[2] == 0.0
    found = lexicon.stem_overlaps(question, ["Tea froze.", "Teas freeze at 404.", "Dry."], "en")
    # "freezing", "a", "teas" and "404" are words that nobody has: equally rare.
    assert found == pytest.approx([1 / 4, 3 / 4, 0.0])
    assert lexicon.stem_overlaps(question, ["Tea froze."], None) == [0.0]
    assert lexicon.stem_overlaps("", ["Tea."], "en") == [0.0]


def test_of_the_stems_that_texts_share_those_of_the_library_are_the_commoner_ones() -> None:
    lexicon = Lexicon(
        [source("Teas are dry.", language="en"), source("Tea freezes.", language="en")]
    )
    # Both owners have the stem of "tea", one that of "freezing", nobody "moon".
    found = lexicon.stem_overlaps("tea freezing moon", ["Tea.", "It freezes.", "Moons."], "en")
    total = BOTH + ONE + NONE
    assert found == pytest.approx([BOTH / total, ONE / total, NONE / total])


def test_the_telling_words_that_texts_have_are_told_with_the_rarity_of_their_stems() -> None:
    lexicon = Lexicon(
        [source("Teas are dry.", language="en"), source("Tea freezes.", language="en")]
    )
    tea, none = lexicon.shared_in(
        "is the tea freezing or the tea", ["The teas freeze.", "Is."], "en"
    )
    assert list(tea) == ["tea", "freezing"]
    assert list(tea.values()) == pytest.approx([BOTH, ONE])
    assert none == {}
    assert lexicon.shared_in("tea", [], "en") == []


def test_the_words_that_owners_share_are_told_in_the_questions_order() -> None:
    lexicon = Lexicon([source("Freezing dry tea", language="en"), ICE])
    question = "is dry moon tea frozen or does the tea freeze"
    # The second text is in no known language: its "freeze" is not the stem "freez".
    ice, tea = lexicon.shared_by(question, [1, 0])
    assert list(tea.items()) == [
        ("dry", round(ONE, 6)),
        ("tea", round(BOTH, 6)),
        ("freeze", round(ONE, 6)),
    ]
    assert list(ice) == ["tea", "freeze"]
    assert lexicon.shared_by(question, []) == []


def test_nothing_is_rarer_than_what_nobody_has() -> None:
    lexicon = Lexicon([TEA, ICE])
    assert lexicon.most_rarity == lexicon.rarity("moon") == pytest.approx(NONE)


def test_the_librarys_terms_come_with_how_many_owners_have_them() -> None:
    assert Lexicon([TEA, source("tea, tea")]).terms == {"keep": 1, "tea": 2, "dry": 1}


def test_an_empty_library_has_no_words() -> None:
    lexicon = Lexicon([])
    assert lexicon.terms == {}
    assert lexicon.search("tea", 5).tolist() == []
    assert lexicon.scores("tea “a tin” 404", np.empty(0, dtype=np.int64)).overlap.tolist() == []


WORDS = st.lists(st.sampled_from(["tea", "teas", "dry", "a", "404", "tin", "Häuser"]), max_size=6)
SOURCES = st.lists(
    st.builds(
        lambda text, asked, parts, language: Source(
            " ".join(text), " ".join(asked), tuple(map(" ".join, parts)), language, language != "de"
        ),
        WORDS,
        WORDS,
        st.lists(WORDS, max_size=2),
        st.sampled_from(["en", "de", None]),
    ),
    min_size=1,
    max_size=5,
)
FIELDS = ("overlap", "telling", "stems", "exact", "best_part", "asked", "phrases", "pieces")


@settings(deadline=None, max_examples=50)
@given(SOURCES, WORDS, st.data())
def test_the_order_of_the_owners_changes_nothing(
    sources: list[Source], words: list[str], data: st.DataObject
) -> None:
    question = " ".join(words)
    order = data.draw(st.permutations(range(len(sources))))
    one, other = scores(question, *sources), scores(question, *(sources[n] for n in order))
    for field in FIELDS:
        assert getattr(other, field).tolist() == getattr(one, field)[order].tolist()


@settings(deadline=None, max_examples=50)
@given(SOURCES, WORDS)
def test_every_score_is_a_share(sources: list[Source], words: list[str]) -> None:
    found = scores(" ".join(words), *sources)
    for field in FIELDS:
        values = getattr(found, field)
        assert values.shape == (len(sources),)
        assert ((values >= 0.0) & (values <= 1.0 + 1e-9)).all()


@settings(deadline=None, max_examples=50)
@given(SOURCES, WORDS, st.data())
def test_an_owners_scores_do_not_depend_on_who_is_asked_about_with_it(
    sources: list[Source], words: list[str], data: st.DataObject
) -> None:
    lexicon, question = Lexicon(sources), " ".join(words)
    some = sorted(data.draw(st.sets(st.integers(0, len(sources) - 1))))
    every = lexicon.scores(question, np.arange(len(sources)))
    found = lexicon.scores(question, np.array(some, dtype=np.int64))
    for field in FIELDS:
        assert getattr(found, field).tolist() == getattr(every, field)[some].tolist()


@settings(deadline=None, max_examples=50)
@given(SOURCES, WORDS, st.data())
def test_adding_up_all_texts_or_only_those_asked_for_gives_the_same_bits(
    sources: list[Source], words: list[str], data: st.DataObject
) -> None:
    lexicon, question = Lexicon(sources), " ".join(words)
    some = np.array(sorted(data.draw(st.sets(st.integers(0, len(sources) - 1)))), dtype=np.int64)
    every = lexicon.scores(question, some)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.lexical.DENSE_POSTINGS", -1)
        patch.setattr("index.bm25.DENSE_POSTINGS", -1)
        one_by_one = lexicon.scores(question, some)
    for field in FIELDS:
        assert getattr(every, field).tolist() == getattr(one_by_one, field).tolist()
