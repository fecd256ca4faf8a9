import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.languages import STEMMED, base_code, detect, stem
from index.words import terms

ROOT = Path(__file__).resolve().parents[2]

# The same sentence in every language that must be told, in that language's everyday words.
LIBRARY = {
    "ar": "تعير مكتبتنا الكتب والأفلام والألعاب لجميع سكان المدينة.",
    "cs": "Naše knihovna půjčuje knihy, filmy a hry všem, kdo bydlí ve městě.",
    "da": "Vores bibliotek udlåner bøger, film og spil til alle, der bor i byen.",
    "de": "Unsere Bücherei verleiht Bücher, Filme und Spiele an alle, die in der Stadt wohnen.",
    "el": "Η βιβλιοθήκη μας δανείζει βιβλία, ταινίες και παιχνίδια σε όλους.",
    "en": "Our library lends books, films and games to everyone who lives in the town.",
    "es": "Nuestra biblioteca presta libros, películas y juegos a todos los que viven aquí.",
    "fa": "کتابخانه ما به همه ساکنان شهر کتاب، فیلم و بازی امانت می‌دهد.",
    "fi": "Kirjastomme lainaa kirjoja, elokuvia ja pelejä kaikille kaupungin asukkaille.",
    "fr": "Notre bibliothèque prête des livres, des films et des jeux à tous les habitants.",
    "he": "הספרייה שלנו משאילה ספרים, סרטים ומשחקים לכל תושבי העיר.",
    "hi": "हमारा पुस्तकालय शहर में रहने वाले सभी लोगों को किताबें देता है।",
    "hu": "Könyvtárunk könyveket, filmeket és játékokat kölcsönöz mindenkinek, aki itt lakik.",
    "it": "La nostra biblioteca presta libri, film e giochi a tutti quelli che abitano in città.",
    "ja": "当館は市内に住むすべての人に本や映画を貸し出しています。",
    "ko": "우리 도서관은 시에 사는 모든 사람에게 책과 영화를 빌려줍니다.",
    "nl": "Onze bibliotheek leent boeken, films en spellen uit aan iedereen die hier woont.",
    "no": "Biblioteket vårt låner ut bøker, filmer og spill til alle som bor i byen.",
    "pl": "Nasza biblioteka wypożycza książki, filmy i gry wszystkim mieszkańcom miasta.",
    "pt": "A nossa biblioteca empresta livros, filmes e jogos a todos os que vivem na cidade.",
    "ro": "Biblioteca noastră împrumută cărți, filme și jocuri tuturor celor care locuiesc aici.",
    "ru": "Наша библиотека выдаёт книги, фильмы и игры всем, кто живёт в городе.",
    "sv": "Vårt bibliotek lånar ut böcker, filmer och spel till alla som bor i staden.",
    "th": "ห้องสมุดของเราให้ยืมหนังสือและภาพยนตร์แก่ทุกคนในเมือง",
    "tr": "Kütüphanemiz şehirde yaşayan herkese kitap, film ve oyun ödünç verir.",
    "uk": "Наша бібліотека видає книги, фільми та ігри всім, хто живе в місті.",
    "vi": "Thư viện của chúng tôi cho mọi người sống trong thành phố mượn sách và phim.",
    "zh": "我们的图书馆向所有居住在本市的人出借书籍、电影和游戏。",
}


@pytest.mark.parametrize("language", LIBRARY)
def test_the_language_of_a_sentence_is_told(language: str) -> None:
    assert detect(LIBRARY[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "12345 67.8",
        "—",
        "OK",
        "WiFi",
        "v1.2.3",
        "FAQ",
        "https://beispiel.example/ueber-uns/oeffnungszeiten-der-buecherei",
        "wir-sind-die-buecherei@beispiel.example",
        "`for (const buch of buecher) { verleihe(buch) }`",
        '{"a": [1, 2, 3]}',
        "SELECT * FROM t WHERE id = 3;",
        "Kubernetes Docker Redis",
        "Anna Müller, Jan de Vries",
    ],
)
def test_what_is_too_short_or_in_no_language_has_none(text: str) -> None:
    assert detect(text) is None


def test_capitals_and_addresses_do_not_hide_the_language() -> None:
    assert detect(LIBRARY["de"].upper()) == "de"
    assert detect("https://a.example/our-books-and-films-and-games " + LIBRARY["fr"]) == "fr"


def test_forms_of_a_language_count_together() -> None:
    # Cantonese as it is written, and Norwegian in its other standard.
    assert detect("我哋嘅圖書館借書同埋電影畀所有住喺呢度嘅人。") == "zh"
    assert detect("Biblioteket vårt låner ut bøker og filmar til alle som bur i byen.") == "no"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de", "de"), ("de-AT", "de"), ("DE_at", "de"), ("nb-NO", "no"), ("nn", "no"),
        ("iw", "he"), ("zh-Hant-TW", "zh"), ("eng", "en"), ("en_US.UTF-8", "en"), (" de ", "de"),
        ("English", None), ("und", None), ("x-default", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_tag_is_known_by_its_language(tag: str | None, code: str | None) -> None:
    assert base_code(tag) == code


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["library", "libraries"]),
        ("en-GB", ["return", "returned", "returning", "returns"]),
        ("de", ["Fahrrad", "Fahrräder", "Fahrrädern", "Fahrrades"]),
        ("de", ["Buch", "Bücher", "Büchern", "Buecher"]),
        ("de", ["Größe", "Grösse", "größer"]),
        ("fr", ["prêt", "prets", "prêter", "prêté", "prêtés", "prêtée", "prêtées"]),
        ("fr", ["vélo", "velos", "vélos"]),
        ("fr", ["réservation", "reservations", "réserver", "réservé"]),
        ("es", ["devolución", "devoluciones", "devolucion"]),
        ("it", ["bicicletta", "biciclette"]),
        ("nl", ["boek", "boeken"]),
        ("ru", ["книга", "книги", "книгу", "книгой"]),
    ],
)
def test_forms_of_a_word_have_one_stem_with_or_without_accents(
    language: str, forms: list[str]
) -> None:
    assert len({stem(terms(form)[0], language) for form in forms}) == 1


@pytest.mark.parametrize(
    "term", ["err_connections", "node.names", "well-liked", "covid-19s", "c++"]
)
def test_terms_with_digits_or_signs_keep_their_form(term: str) -> None:
    assert stem(term, "en") == term


def test_short_words_and_other_languages_keep_their_form() -> None:
    assert stem("vie", "fr") == "vie"  # Snowball would leave "vi"
    assert stem("libraries", None) == stem("libraries", "ja") == "libraries"
    assert stem("道と", "en") == "道と"


def test_every_language_with_a_stemmer_stems() -> None:
    assert {"de", "en", "es", "fr", "it", "nl", "no", "pl", "pt", "ru", "sv", "tr"} <= STEMMED
    for language in STEMMED:
        assert stem("telefon", language)


def test_threads_get_the_stems_of_their_own_words() -> None:
    words = [f"{letter}{ending}" for letter in "abcdefgh" for ending in ("ationings", "ifications")]
    expected = [stem.__wrapped__(word, "en") for word in words]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda word: stem.__wrapped__(word, "en"), words * 50))
    assert found == expected * 50


def test_a_stem_needs_no_model_of_languages_and_importing_needs_neither() -> None:
    program = """
import sys
import index.languages
print(sorted({"py3langid", "Stemmer", "numpy"} & set(sys.modules)))
index.languages.stem("libraries", "en")
print(sorted({"py3langid", "Stemmer", "numpy"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "['Stemmer']"]
