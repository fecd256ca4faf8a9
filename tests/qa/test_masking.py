"""What is masked in a question, and what stays."""

import json
import time

import pytest

from qa.masking import EMAIL, PHONE, mask
from tests.conftest import SHARED


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Write to jo.doe+tea@mail.example.co.uk.", "Write to [e-mail]."),
        ("JO@EXAMPLE.ORG, jo_2@a-b.example", "[e-mail], [e-mail]"),
        ("jo (at) example (dot) org", "[e-mail]"),
        ("jo[at]example.org", "[e-mail]"),
        ('"jo doe"@example.org is mine', "[e-mail] is mine"),
        ("jo＠example.org", "[e-mail]"),
        ("почта@пример.рф", "[e-mail]"),
        ("jo@xn--e1afmkfd.xn--p1ai", "[e-mail]"),
        ("mailto:jo@example.org?subject=tea", "mailto:[e-mail]?subject=tea"),
    ],
)
def test_an_e_mail_address_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ring +49 30 901820 please", "Ring [phone] please"),
        ("+1 (555) 010-9999", "[phone]"),  # not given to anybody, and written as one
        ("0049 30 901820", "[phone]"),
        ("call me at (650) 253-0000!", "call me at [phone]!"),
        ("650.253.0000 or 650-253-0001", "[phone] or [phone]"),
        ("1-800-356-9377", "[phone]"),
        ("I am on 020 7183 8750", "I am on [phone]"),
        ("07911123456", "[phone]"),
        ("030 901820", "[phone]"),
        ("06 12 34 56 78", "[phone]"),
        ("098765 43210", "[phone]"),
        ("Call 9876543210", "Call [phone]"),
        ("my number is 9876543210", "my number is [phone]"),
        ("whatsapp me, 9876543210", "whatsapp me, [phone]"),
        ("please call me back on 9876543210", "please call me back on [phone]"),
        ("+49 30 901820, for order 4155552671", "[phone], for order 4155552671"),
        ("call 030 901820 about 4155552671", "call [phone] about 4155552671"),
        (" 9876543210.", " [phone]."),  # and nothing else
    ],
)
def test_a_telephone_number_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


# The card networks' own numbers for tests: valid, and nobody's.
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("card 4111 1111 1111 1111 12/30 123", "card [card] 12/30 123"),
        ("4111111111111111", "[card]"),
        ("5500-0000-0000-0004", "[card]"),
        ("5500.0000.0000.0004", "[card]"),
        ("2223 0031 2200 3222", "[card]"),
        ("3782 822463 10005", "[card]"),
        ("6011000990139424", "[card]"),
        ("3530111333300000", "[card]"),
        ("30569309025904", "[card]"),
        ("two: 4111 1111 1111 1111, 5500 0000 0000 0004", "two: [card], [card]"),
    ],
)
def test_a_card_number_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_an_account_number_is_masked() -> None:
    assert mask("DE89 3704 0044 0532 0130 00 is mine") == "[account] is mine"
    assert mask("gb29nwbk60161331926819") == "[account]"


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order 4155552671?",
        "order no. 123-4567890-1234567",
        "I call about order 4155552671",
        "Whom do I contact, and when, for 4155552671?",
        "order 2023-0001234",
        "invoice 4111111111111112",  # a card's, but for its check digit
        "Is 9400111899223100012345 my parcel?",  # longer than any card's
        "tracking 1Z999AA10123456784",
        "ISBN 978-3-16-148410-0",
        "EAN 4006381333931",
        "DE89 3704 0044 0532 0130 01 has a wrong check digit",
        "version 3.11.2, 10.15.7 or 2.0.0-rc.1",
        "npm i package@1.2.3",
        "@footnote follows @tea",
        "from 2010-2015 and 2016-2020",
        "on 2023-10-11 at 13:45:00",
        "12/03/2019",
        "it costs $1,299.99, not 1.299,00 €",
        "between 1 000 000 and 12 000 000 000",
        "192.168.100.200",
        "0.123456789 or 3.141592653589793",
        "123e4567-e89b-12d3-a456-426614174000",
        "1700000000 seconds",
        "call 112",
        "a = b + 1 and 100+2000000",
        "offset +0200",
        "",
    ],
)
def test_what_tells_nobody_apart_stays(text: str) -> None:
    assert mask(text) == text


def test_masking_twice_is_masking_once() -> None:
    once = mask("jo@example.org, +49 30 901820, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00")
    assert once == "[e-mail], [phone], [card], [account]"
    assert mask(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "12 34 56 78 90 " * 133,
        "1" * 2000,
        "4111 " * 400,
        "DE89 " * 400,
        "0 (1) " * 333,
        "+1 " * 666,
        "x" * 2000,
        "a@" * 1000,
        "a@" + "b." * 999,
        " (at) " * 333,
        "call" * 500,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    # The time of this thread alone, whatever else the machine does meanwhile.
    started = time.thread_time()
    mask(text)
    assert time.thread_time() - started < 0.5  # 0.02 s at most


@pytest.mark.shared
def test_of_real_questions_only_personal_ones_are_masked() -> None:
    files = sorted((SHARED / "retrieval").glob("*/queries*.jsonl"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [json.loads(line)["text"] for line in lines]
    assert len(texts) == 9133
    masked = [(text, mask(text)) for text in texts if mask(text) != text]
    # Every one of them has been read: 35 are a number of ten digits and nothing else, three say
    # that the number is to be called or the reader's own, one gives an address.
    assert sum(text.isdigit() and found == PHONE for text, found in masked) == 35
    others = [found for text, found in masked if not text.isdigit()]
    assert sorted(PHONE in found for found in others) == [False, True, True, True]
    assert sum(EMAIL in found for found in others) == 1
