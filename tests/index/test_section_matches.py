from index.section_matches import section_matches, words_of

WORDS = "Orders arrive within three working days, and we send them from Ghent by tram."


def test_decimal_points_are_no_looks() -> None:
    assert words_of("1.5 Litres, please") == ["1.5", "litres", "please"]
    assert words_of("15 litres") != words_of("1.5 litres")


def test_a_section_with_its_words_is_itself_wherever_another_has_them_too() -> None:
    former = {"a": "Tea keeps.", "b": "Tea keeps."}
    assert section_matches(former, dict(reversed(former.items()))) == {"a": "a", "b": "b"}


def test_sections_that_swapped_their_ids_are_known_by_their_words() -> None:
    former = {"s1": "Tea keeps.", "s2": WORDS}
    assert section_matches(former, {"s1": WORDS, "s2": "tea keeps"}) == {"s1": "s2", "s2": "s1"}


def test_of_several_sections_with_the_same_words_the_first_by_id_is_taken() -> None:
    assert section_matches({"old": "Tea."}, {"z": "Tea.", "b": "Tea."}) == {"old": "b"}


def test_the_same_id_is_enough_for_a_section_written_anew() -> None:
    assert section_matches({"s1": WORDS}, {"s1": "Quite new."}) == {"s1": "s1"}


def test_most_of_its_words_weigh_more_than_its_id() -> None:
    changed = WORDS.replace("three", "five")
    assert section_matches({"s1": WORDS}, {"s1": "Quite new.", "s9": changed}) == {"s1": "s9"}


def test_a_section_of_other_words_under_another_id_went() -> None:
    assert section_matches({"s1": WORDS}, {"s2": "Quite new."}) == {}
