from index.pieces import pieces


def test_pieces_are_those_of_the_stems_with_their_ends() -> None:
    assert pieces("Fristen", ["de"]) == ["_fri", "fris", "rist", "ist_"]
    assert pieces("Rad", ["de"]) == ["_rad", "rad_"]


def test_a_compound_shares_pieces_with_its_parts() -> None:
    compound = set(pieces("Leihfristen", ["de"]))
    assert compound & set(pieces("Frist", ["de"])) == {"fris", "rist", "ist_"}
    assert compound & set(pieces("leihen", ["de"])) == {"_lei", "leih"}
    # The umlaut and the ending are no part of it.
    assert pieces("Bücher", ["de"]) == pieces("Buch", ["de"]) == ["_buc", "buch", "uch_"]


def test_pieces_of_two_languages_are_each_taken_once() -> None:
    # Its stem is "machin" in English and in French "machin", in German "machi".
    assert pieces("machines", ["en", "fr"]) == ["_mac", "mach", "achi", "chin", "hin_"]
    assert pieces("libraries", ["en", None])[-5:] == ["rari", "ari_", "arie", "ries", "ies_"]


def test_exact_terms_and_pairs_of_characters_are_no_further_cut() -> None:
    assert pieces("E12345678", ["de"]) == ["e12345678"]
    assert pieces("茶道とは", ["ja"]) == ["茶道", "道と", "とは"]


def test_function_words_have_no_pieces_unless_there_is_nothing_else() -> None:
    assert pieces("Wie ist das Rad?", ["de"]) == ["_rad", "rad_"]
    assert pieces("Was ist das?", ["de"]) == ["_was", "was_", "_ist", "ist_", "_das", "das_"]
