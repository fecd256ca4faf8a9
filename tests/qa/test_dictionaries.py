"""Lists of words: which languages have one, and when it is read."""

import subprocess
import sys
from pathlib import Path

import pytest

from qa.dictionaries import KNOWN, looked_up, words_of

ROOT = Path(__file__).resolve().parents[2]


def test_a_languages_words_are_folded_and_there_in_their_forms() -> None:
    assert {"soir", "reparee", "cheveux", "ete"} <= words_of("fr-CA")
    assert "réparée" not in words_of("fr")
    assert words_of("fr-CA") is words_of("fr")  # kept once
    assert {"abend", "strasse", "uberweisung"} <= words_of("de")


def test_there_is_none_of_a_language_that_nobody_knows() -> None:
    assert words_of("th") == words_of("und") == words_of(None) == frozenset()


def test_short_english_words_that_are_mostly_slips_are_no_words() -> None:
    assert {"vegan", "deletion", "bake", "keyring", "kickstand"} <= words_of("en-GB")
    assert not {"dor", "teem", "coper", "recieve"} & words_of("en")


def test_english_is_looked_up_where_it_may_be_the_librarys() -> None:
    assert looked_up(["en-GB", "de"], ["de"]) == ("de", "en")
    assert looked_up([None], []) == ("en",)
    assert looked_up(["de", "fr"], ["de", "fr"]) == ("de", "fr")
    assert looked_up([], []) == ()


@pytest.mark.parametrize("language", sorted(KNOWN))
def test_every_known_language_has_thousands(language: str) -> None:
    assert len(words_of(language)) > 5_000


def test_a_list_is_read_when_it_is_first_asked_for() -> None:
    program = (
        "import sys, qa.spelling, qa.dictionaries as d\n"
        "d.words_of('th'); print('spellchecker' in sys.modules)\n"
        "d.words_of('ru'); print('spellchecker' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\nTrue\n"
