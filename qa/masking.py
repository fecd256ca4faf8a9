"""What a reader should not have typed into a question: masked before anything is written down.

E-mail addresses, telephone numbers, and the numbers of cards and bank accounts become a word in
brackets.  Order numbers, years, versions, prices and dates stay: editors need them to understand
the question.  Pure.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import iban, luhn

EMAIL, PHONE, CARD, ACCOUNT = "[e-mail]", "[phone]", "[card]", "[account]"

# A number as people write it at home has no country in it.  These are tried in turn; each more
# costs time and finds more numbers that are none.
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "IN", "AU", "BR", "JP")
_NUMBERS_TRIED = 50  # in one text; beyond it stands a table, and not a reader's telephone number

# Anything that a mail program would take, and "jo (at) example (dot) org".  A pattern, as no
# library looks for addresses in running text without a list of top-level domains to keep up.
_DOT = r"(?:\.|\s?[(\[{]\s?dot\s?[)\]}]\s?)"
_EMAIL = re.compile(
    r"""(?:"[^"\n]{1,64}"|(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+)"""
    r"(?:@|＠|\s?[(\[{]\s?at\s?[)\]}]\s?)"
    rf"(?:[\w-]+{_DOT})+(?:xn--[\w-]+|[^\W\d_]{{2,}})(?![\w-])",
    re.IGNORECASE,
)

_GAP = r"[ \t\u00a0\u2009\u202f.\-\u2010-\u2014]"
_CARD_RUN = re.compile(rf"(?<![\w.,])\d+(?:{_GAP}?\d+)*(?!\w)")
# The numbers that card networks have been given (ISO/IEC 7812): prefixes and lengths.  The check
# digit alone would take one in ten of all long order numbers for a card.
_CARD = re.compile(
    r"4\d{12}(?:\d{3})?(?:\d{3})?"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}(?:\d{2})?"  # Diners Club
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?"  # Discover
    r"|35(?:2[89]|[3-8]\d)\d{12}"  # JCB
    r"|62\d{14}(?:\d{1,3})?"  # UnionPay
    r"|(?:50(?:18|20|38)|5[68]\d\d|6304|6703|6759|676[1-3])\d{8,15}"  # Maestro
)

_ACCOUNT_RUN = re.compile(r"\b[A-Z]{2}\d\d(?:[ \u00a0-]?[A-Z0-9]+)+", re.IGNORECASE)

_DIGIT = re.compile(r"\d")
_FEWEST_DIGITS = 7  # of a telephone number that is not an emergency call
# What stands before a number that is one, in the languages of REGIONS.
_CALLED = re.compile(
    r"(?:\bmy (?:number|no\.?|nr\.?) ?(?:is|:) ?|\b(?:"
    r"phone|call|tel|mobile|mobil|cell|handy|fax|whats\s?app|sms|ring|contact|"
    r"t[ée]l[ée]phone|tel[ée]fono?|telefone?|telefoon|portable|m[óo]vil|celular|cellulare|"
    r"komórka|rufnummer|anrufen|電話|携帯)\w*"
    r"(?!.*(?:order|invoice|ticket|case|parcel|bestell|command|pedido))[^\d\n\[\]]{0,14})$",
    re.IGNORECASE,
)
_CALLED_CHARS = 60  # before the number
_GROUPED = re.compile(r"\d[^\d\n]+\d")
_DECIMAL = re.compile(r"\d+[.,]\d+")


def mask(text: str) -> str:
    """Return ``text`` with what could tell who asked, or be used to rob them, masked.

    Numbers of cards and accounts are masked where their check digits agree, telephone numbers where
    they are valid in their country and written as one.
    """
    text = _EMAIL.sub(EMAIL, text)
    if sum(1 for _ in islice(_DIGIT.finditer(text), _FEWEST_DIGITS)) < _FEWEST_DIGITS:
        return text  # nearly every question
    text = _masked(text, _ACCOUNT_RUN, ACCOUNT, iban.is_valid)
    text = _masked(text, _CARD_RUN, CARD, _is_card)
    for region in (None, *REGIONS):
        found = list(islice(_phones(text, region), _NUMBERS_TRIED))
        for start, end in reversed(found):
            text = f"{text[:start]}{PHONE}{text[end:]}"
    return text


def _masked(text: str, run: re.Pattern[str], word: str, valid: Callable[[str], bool]) -> str:
    """Mask the longest valid numbers in each run of groups of digits or letters.

    A run may hold more than the number: ``4111 1111 1111 1111 12/30``.
    """
    parts: list[str] = []
    done = 0
    for match in run.finditer(text):
        groups = [
            (match.start() + one.start(), match.start() + one.end())
            for one in re.finditer(r"[^\W_]+", match[0])
        ][:_NUMBERS_TRIED]
        first = 0
        while first < len(groups):
            start = groups[first][0]
            for last in range(min(len(groups), first + 10) - 1, first - 1, -1):
                end = groups[last][1]
                if valid("".join(re.findall(r"[^\W_]", text[start:end]))):
                    parts += [text[done:start], word]
                    done, first = end, last
                    break
            first += 1
    return "".join((*parts, text[done:]))


def _is_card(digits: str) -> bool:
    return _CARD.fullmatch(digits) is not None and luhn.is_valid(digits)


def _phones(text: str, region: str | None) -> Iterator[tuple[int, int]]:
    """Yield where numbers stand: international ones, or those of a region as written there."""
    # With its country's code it need not be valid: who leaves a digit out is no less known by it.
    leniency = Leniency.POSSIBLE if region is None else Leniency.STRICT_GROUPING
    for match in PhoneNumberMatcher(text, region, leniency=leniency, max_tries=_NUMBERS_TRIED):
        raw = match.raw_string
        if _DECIMAL.fullmatch(raw):
            continue
        # Ten digits in one piece are an order number, unless somebody says that they are not; or
        # says nothing else, which is how a chat's question for a number is answered.
        before = text[max(0, match.start - _CALLED_CHARS) : match.start]
        if (
            region is None
            or raw.startswith(("0", "("))
            or _GROUPED.search(raw)
            or _CALLED.search(before)
            or text.strip(" \n.!?") == raw
        ):
            yield match.start, match.end
