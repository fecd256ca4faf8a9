"""A guess between legacy encodings: Windows-1252 unless the words clearly speak for another."""

import pytest

from index.readers.alphabets import Evidence, evidence
from index.readers.decode import decode

WESTERN = (
    "The crème brûlée costs 6 euros.\n",
    "Ask for Señor Muñoz at the desk.\n",
    "Ms Peña opens at nine.\n",
    "The Genève office is closed.\n",
    "Håkan answers the phone.\n",
    "Dinner is à la carte.\n",
    "Add ½ cup of sugar.\n",
    "It costs £5, or ¥900.\n",
    "The room has 20 m² of floor and 50 m³ of air.\n",
    "Mr Novotný rang.\n",
    "Sigurður and Þorbjörn live in Reykjavik.\n",
    "José, María, Jørgensen, Bjørn and Zoë meet in Genève at the café.\n",
    "Où puis-je payer à la caisse ?\n",
    "Les élèves reçoivent leur carte à la rentrée.\n",
    "Ça coûte 5 € à l’entrée, c’est très bon marché.\n",
    "Mañana no se abre el baño de niños.\n",
    "Pero, ¿cuándo llega el tren número 3?\n",
    "Größere Geräte kürzen wir.\n",
    "Hur får jag en ny nyckel?\n",
    "Håkan åker tåg från Malmö.\n",
    "Rødgrød med fløde.\n",
    "Não há informações à venda.\n",
    "O pão custa um euro e a maçã também.\n",
    "La città è aperta perché è lunedì.\n",
    "Può venire giovedì?\n",
    "Això és una època pròxima.\n",
    "Það er lokað á sunnudögum.\n",
)
OTHERS = (
    (
        "cp1250",
        "Gdzie mogę zwrócić książkę? Książki można zwrócić w każdej filii. Proszę mieć przy sobie "
        "kartę.\n",
    ),
    (
        "iso8859_2",
        "Gdzie mogę zwrócić książkę? Książki można zwrócić w każdej filii. Święta są w grudniu.\n",
    ),
    (
        "cp1250",
        "Kde mohu vrátit knihu? Knihu můžete vrátit v každé pobočce. Přineste si prosím průkaz.\n",
    ),
    ("cp1250", "Otevřeno je od úterý do neděle. Děti do deseti let mají vstup zdarma.\n"),
    (
        "iso8859_2",
        "Kde mohu vrátit knihu? Knihu můžete vrátit v každé pobočce. Přineste si prosím průkaz, "
        "děkujeme.\n",
    ),
    (
        "cp1250",
        "Hol adhatom vissza a könyvet? A könyvet bármelyik fiókban visszaadhatja. Kérjük, hozza "
        "magával az olvasójegyet, időben.\n",
    ),
    (
        "iso8859_2",
        "A múzeum keddtől vasárnapig van nyitva. Tíz év alatti gyerekeknek a belépő ingyenes.\n",
    ),
    (
        "cp1250",
        "Unde pot returna cartea? Cărţile se pot returna în orice filială. Vă rugăm să aveţi cu "
        "dumneavoastră permisul şi o poză.\n",
    ),
    (
        "cp1250",
        "Kje lahko vrnem knjigo? Knjige lahko vrnete v vsaki knjižnici. Otroci do desetega leta ne "
        "plačajo članarine, odrasli pa plačajo več.\n",
    ),
    ("cp1250", "The train to Wrocław leaves at nine, the one to Łódź at ten.\n"),
    ("cp1251", "Музей открыт со вторника по воскресенье. Дети проходят бесплатно.\n"),
    ("koi8_r", "Где можно вернуть книгу? Книги можно вернуть в любом филиале.\n"),
    (
        "cp1253",
        "Το μουσείο είναι ανοιχτό από Τρίτη έως Κυριακή. Τα παιδιά μπαίνουν δωρεάν.\n",
    ),
    (
        "cp1254",
        "Kitabı nereye iade edebilirim? Kitaplar bütün şubelere iade edilebilir. Lütfen kartınızı "
        "yanınızda getirin.\n",
    ),
    (
        "cp1254",
        "Müze salıdan pazara kadar açıktır. On yaşından küçük çocuklar için giriş ücretsizdir.\n",
    ),
    ("cp1255", "היכן אפשר להחזיר את הספר? אפשר להחזיר ספרים בכל סניף.\n"),
)


@pytest.mark.parametrize("text", WESTERN)
def test_a_line_in_a_western_language_is_read_as_windows_1252(text: str) -> None:
    decoded = decode(text.encode("cp1252"), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, "cp1252", True)


@pytest.mark.parametrize(("encoding", "text"), OTHERS)
def test_a_few_sentences_in_another_encoding_are_told_from_windows_1252(
    encoding: str, text: str
) -> None:
    decoded = decode(text.encode(encoding), "a.txt")
    assert (decoded.text, decoded.guessed) == (text, True)


def test_words_are_counted_once_by_the_languages_that_write_them() -> None:
    # Windows-1252 reads pøíèina, tøi, nový: Faroese has ø and ý, no language ø with è inside.
    data = "Příčina, příčina, tři, byl nový".encode("cp1250")
    assert evidence(data, "cp1250") == Evidence(
        words=3, differing=2, western=2, nowhere=1, central=3
    )


def test_signs_between_words_and_units_are_no_words() -> None:
    data = "20 m² für 5 £, ½ «oder» ¿ 3 µm – 1º".encode("cp1252")
    assert evidence(data, "cp1250") == Evidence(
        words=1, differing=0, western=1, nowhere=0, central=1
    )
