"""Bytes to text: nothing is replaced, every guess is recorded, every error says where."""

import codecs

import pytest

from index.errors import ReadError
from index.readers.decode import decode

GERMAN = "Häufige Fragen: Wie groß ist das Gerät? Übermäßig große Geräte kürzen wir. " * 3


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_no_guess(mark: bytes, encoding: str) -> None:
    decoded = decode(mark + "Größe\r\nzwei".encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.guessed) == ("Größe\nzwei", encoding, False)


def test_valid_utf8_is_no_guess() -> None:
    decoded = decode("Größe".encode(), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.guessed) == ("Größe", "utf-8", False)


def test_carriage_returns_become_line_feeds_and_keep_the_number_of_lines() -> None:
    assert decode(b"one\r\ntwo\rthree\n", "a.txt").text == "one\ntwo\nthree\n"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", [GERMAN, "よくある質問。\n商品を返品するには、どうすればいいですか。" * 3]
)
def test_utf16_without_a_mark_is_a_recorded_guess(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, encoding, True)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="iso-8859-2">', "iso8859-2"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">', "cp1250"),
        ('<?xml version="1.0" encoding="ISO-8859-2"?>', "iso8859-2"),
        (".. -*- coding: latin-2 -*-", "iso8859-2"),
        ("#!/x\n# vim: set fileencoding=cp1250 :", "cp1250"),
    ],
)
def test_a_declared_encoding_is_used_and_is_no_guess(head: str, encoding: str) -> None:
    text = f"{head}\nŻółć, źródło"
    decoded = decode(text.encode(encoding), "a.html")
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, encoding, False)


def test_latin_1_means_windows_1252_as_in_browsers() -> None:
    decoded = decode(b'<meta charset="iso-8859-1">\x93Gr\xf6\xdfe\x94', "a.html")
    assert decoded.text.endswith("“Größe”")
    assert decoded.encoding == "cp1252"


def test_a_declaration_that_the_bytes_refute_is_an_error_with_the_place() -> None:
    data = b'<meta charset="euc-jp">\nabc \xff\xff'
    with pytest.raises(ReadError, match=r"a\.html:2: byte 0xff at offset 28 is not euc_jp"):
        decode(data, "a.html")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", GERMAN),
        (
            "iso8859-2",
            "Gdzie jest łóżko? Źródło jest niżej, życie jest piękne. Święta w grudniu. " * 3,
        ),
        ("cp1250", "Žluťoučký kůň úpěl ďábelské ódy. Kde je příčina? Řešení je níže. " * 3),
        ("cp1251", "Как вернуть товар? Вы можете вернуть товар в течение двух недель. " * 3),
        ("koi8-r", "Как вернуть товар? Вы можете вернуть товар в течение двух недель. " * 3),
        ("cp1254", "Ürünü nasıl iade ederim? Şişe ağır değil, ürünü iade edebilirsiniz. " * 3),
        ("big5", "常見問題。如何退貨？您可以在十四天內退貨。請聯絡我們的客戶服務部門。" * 3),
        ("shift_jis", "よくある質問。商品を返品するにはどうすればいいですか。十四日以内です。" * 3),
        ("gb18030", "常见问题。如何退货？您可以在十四天内退货。请联系我们的客户服务部门。" * 3),
        (
            "euc_kr",
            "자주 묻는 질문. 상품을 어떻게 반품하나요? 십사 일 이내에 반품할 수 있습니다. " * 3,
        ),
    ],
)
def test_undeclared_encodings_are_read_as_a_recorded_guess(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding), "a.txt")
    assert decoded.text == text
    assert decoded.guessed is True


def test_a_stray_windows_byte_between_letters_is_a_recorded_guess() -> None:
    data = "Ein Café, ein zweites Caf".encode() + b"\xe9" + "s, größer".encode()
    decoded = decode(data, "a.txt")
    assert (decoded.text, decoded.guessed) == ("Ein Café, ein zweites Cafés, größer", True)


def test_a_stray_byte_that_means_nothing_is_an_error_with_its_offset() -> None:
    data = "Größe\nähnlich ".encode() + b"\x81" + " süß".encode()
    with pytest.raises(ReadError, match=r"a\.txt:2: byte 0x81 at offset 17 is not utf-8"):
        decode(data, "a.txt")


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", codecs.BOM_UTF8 + b"\n", codecs.BOM_UTF16_LE])
def test_an_empty_file_is_an_error(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"a\.txt: the file is empty"):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7 abc", "it looks like a PDF file"),
        (b"PK\x03\x04abc", "it looks like a ZIP or Office file"),
        (b"abc\x00\x01\x02def", "a zero byte at offset 3"),
        (b"abc\x01\x02\x03\x04def", "too many control characters"),
    ],
)
def test_a_binary_file_is_an_error_that_says_what_it_looks_like(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=f"not text: {reason}"):
        decode(data, "a.bin")
