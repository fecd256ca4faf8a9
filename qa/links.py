"""Addresses that open a passage where it stands.  Pure.

The built-in article page marks a passage by its offsets.  A public page is opened with a text
fragment (https://wicg.github.io/scroll-to-text-fragment/), which names the words to be found:
``#:~:text=[prefix-,]start[,end][,-suffix]``.  A browser looks for each of these terms inside one
block of the page (a paragraph, a list item), whole words, ignoring case, with white space
collapsed, and takes the first place where they fit together.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urlsplit

# A quote up to this long is spelled out; a longer one is named by its first and last words.
# 300 is where Chrome's own "copy link to highlight" changes over.
MAX_EXACT_CHARS = 300
RANGE_WORDS = 4  # how many first and last words name a long quote at least
MAX_TERM_WORDS = 16  # and at most; a prefix or suffix too
_CONTEXT_CHARS = 2000  # how far a prefix or suffix is looked for

# Where a line of ours may be several blocks of the page: line breaks, and between a table's cells.
# A page draws an item's bullet or number itself: it is not in the text that the browser searches.
_LIST_MARK = re.compile(r"(?:[•‣◦▪●*+–-]|\d{1,3}[.)])(?:\s+|$)")
_BLOCK_BREAK = re.compile(r"\s*\n\s*|\s+\|\s+")
# Chinese and Japanese have no spaces: there a term is cut at punctuation, always a word's boundary.
_WORD = re.compile(r"[^\s。！？、，；：]+[。！？、，；：]*|[。！？、，；：]+")
# What patterns take for the same letter and small letters do not show, of those in ``_FOLDING``:
# letters of most of Europe, and punctuation.
_SAME_LETTERS = (("ı", "i"), ("i\u0307", "i"), ("ſ", "s"), ("µ", "μ"))
_FOLDING = re.compile(r"[\x00-\u012f\u0131-\u017f\u2000-\u206f]*")

Span = tuple[int, int]


def page_url(article_id: str, start: int, end: int, quoted: Span | None = None) -> str:
    """Return the address of the built-in article page, opened at ``text[start:end]``.

    It is relative to the site's root: ``/articles/<id>?at=START-END#passage``.  With ``quoted``,
    the sentence of the passage that answers, it is ``?at=START-END&quote=START-END#passage``,
    unless that is the whole passage.
    """
    part = ""
    if quoted is not None and quoted != (start, end):
        part = f"&quote={quoted[0]}-{quoted[1]}"
    return f"/articles/{quote(article_id, safe='/')}?at={start}-{end}{part}#passage"


def is_web_address(url: str) -> bool:
    """Tell whether ``url`` is an absolute http(s) address, the only kind that is ever linked to."""
    if re.search(r"[\x00-\x1f\x7f]", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # such as "http://[::1"
        return False


def public_url(address: str | None, article_text: str, start: int, end: int) -> str | None:
    """Return ``address`` with a text fragment that leads to ``article_text[start:end]``.

    A fragment that the address has is kept before it (``#id:~:text=…``).  Where no text fragment
    leads there (the same words stand elsewhere with the same words around them), the address
    alone is better than a wrong place.  ``None`` when there is no http(s) address.
    """
    if address is None or not is_web_address(address):
        return None
    # Characters that no address holds literally, and that would end an HTML attribute or a link.
    safe = re.sub(r"[\s\"<>\\^`{|}]", lambda found: quote(found[0]), address)
    safe = safe.partition(":~:")[0].rstrip("#")
    directive = text_fragment(article_text, start, end)
    if directive is None:
        return safe
    return f"{safe}{'' if '#' in safe else '#'}:~:{directive}"


def text_fragment(article_text: str, start: int, end: int) -> str | None:
    """Return the ``text=…`` directive that leads to ``article_text[start:end]`` and nowhere else.

    The shortest sufficient of: the whole quote (or its first and last words, where it is long or
    spans blocks), with prefix, with suffix, with both.  ``None`` when none is, or when there is no
    word in the span.  A span that cuts a word is widened to the whole word.
    """
    span = _whole_words(article_text, start, end)
    if span is None:
        return None
    start, end = span
    lines = _blocks(article_text, start, end)
    if len(lines) == 1 and end - start <= MAX_EXACT_CHARS:
        return _exact(article_text, start, end)
    return _range(article_text, lines)


def _exact(text: str, start: int, end: int) -> str | None:
    body = text[start:end]
    for prefix, suffix in _contexts(text, start, end):
        if _leads_only_to(text, (start, end), prefix, suffix):
            return _directive(prefix, _encode(body), suffix)
    return None


def _range(text: str, lines: list[Span]) -> str | None:
    """Name a long span by its first words (in its first block) and its last (in its last block)."""
    start, end = lines[0][0], lines[-1][1]
    heads = [(m.start(), m.end()) for m in _WORD.finditer(text, *lines[0])]
    tails = [(m.start(), m.end()) for m in _WORD.finditer(text, *lines[-1])]
    if len(lines) == 1:  # the two must not overlap
        heads, tails = heads[: len(heads) // 2], tails[len(heads) // 2 :]
    for prefix, head_end in _heads(text, heads, start):
        found = _tail(text, tails, head_end, end)
        if found is not None:
            tail_start, suffix = found
            terms = f"{_encode(text[start:head_end])},{_encode(text[tail_start:end])}"
            return _directive(prefix, terms, suffix)
    return None


def _heads(text: str, heads: list[Span], start: int) -> Iterator[tuple[str, int]]:
    """Yield (prefix, end) of the beginnings that occur only at ``start``: shorter ones first.

    Longer beginnings are tried before a prefix is; with a prefix the longest one serves.
    """
    counts = range(min(RANGE_WORDS, len(heads)), min(MAX_TERM_WORDS, len(heads)) + 1)
    for prefix in ("", *_before(text, start)):
        for count in counts if not prefix else counts[-1:]:
            stop = heads[count - 1][1] if count else start
            if stop == start:
                continue
            if _leads_only_to(text, (start, stop), prefix):
                yield prefix, stop


def _tail(text: str, tails: list[Span], after: int, end: int) -> tuple[int, str] | None:
    """Find the fewest last words, then with the shortest suffix, first met at the span's end."""
    counts = range(min(RANGE_WORDS, len(tails)), min(MAX_TERM_WORDS, len(tails)) + 1)
    for suffix in ("", *_after(text, end)):
        for count in counts if not suffix else counts[-1:]:
            begin = tails[-count][0] if count else end
            if begin == end:
                continue
            found = _pattern("", text[begin:end], suffix).search(text, after)
            if found is not None and _body_span(found) == (begin, end):
                return begin, suffix
    return None


def _contexts(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Yield (prefix, suffix), the shorter first: none, each alone, both."""
    before, after = list(_before(text, start)), list(_after(text, end))
    yield "", ""
    for prefix in before:
        yield prefix, ""
    for suffix in after:
        yield "", suffix
    if before and after:
        yield before[-1], after[-1]


def _before(text: str, start: int) -> Iterator[str]:
    """Yield the 2, 4, 8, 16 words before ``start``, from its own block, else the one before."""
    lines = _blocks(text, max(0, start - _CONTEXT_CHARS), start)
    if not lines:
        return
    words = [m.start() for m in _WORD.finditer(text, *lines[-1])]
    for count in sorted({min(count, len(words)) for count in (2, 4, 8, 16)} - {0}):
        yield text[words[-count] : lines[-1][1]]


def _after(text: str, end: int) -> Iterator[str]:
    """Yield the 2, 4, 8, 16 words after ``end``, from one block: its own, else the next."""
    lines = _blocks(text, end, min(len(text), end + _CONTEXT_CHARS))
    if not lines:
        return
    words = [m.end() for m in _WORD.finditer(text, *lines[0])]
    for count in sorted({min(count, len(words)) for count in (2, 4, 8, 16)} - {0}):
        yield text[lines[0][0] : words[count - 1]]


def _blocks(text: str, start: int, end: int) -> list[Span]:
    """Split ``text[start:end]`` where the page may begin a new block; spans without white space."""
    breaks = [(m.start(), m.end()) for m in _BLOCK_BREAK.finditer(text, start, end)]
    edges = zip(
        [start, *(stop for _, stop in breaks)], [*(at for at, _ in breaks), end], strict=True
    )
    spans = (_trim(text, *edge) for edge in edges)
    return [span for span in spans if re.search(r"\w", text[span[0] : span[1]])]


def _trim(text: str, start: int, end: int) -> Span:
    """Leave out white space, and a list's mark before the first word."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == 0 or text[start - 1] == "\n":
        mark = _LIST_MARK.match(text, start, end)
        start = mark.end() if mark else start
    return start, end


def _whole_words(text: str, start: int, end: int) -> Span | None:
    start, end = _trim(text, max(start, 0), min(end, len(text)))
    if not re.search(r"\w", text[start:end]):
        return None
    while start > 0 and _is_word(text[start - 1]) and _is_word(text[start]):
        start -= 1
    while end < len(text) and _is_word(text[end - 1]) and _is_word(text[end]):
        end += 1
    return start, end


def _is_word(character: str) -> bool:
    # Chinese and Japanese text is cut between any two characters: without a dictionary we cannot
    # tell its words, and a sentence of it begins after punctuation anyway.
    return character.isalnum() and not "\u3000" <= character <= "\u9fff"


def _pattern(prefix: str, body: str, suffix: str) -> re.Pattern[str]:
    """Compile what a browser does with the terms: white space collapsed, case ignored, whole words.

    Each term lies in one block, but the page may begin another between them.
    """
    parts = [rf"{_term(prefix)}\s*"] if prefix else []
    parts.append(f"(?P<body>{_term(body)})")
    if suffix:
        parts.append(rf"\s*{_term(suffix)}")
    return re.compile("".join(parts), re.IGNORECASE)


def _term(words: str) -> str:
    inner = r"\s+".join(re.escape(word) for word in words.split())
    before = r"(?<![^\W_])" if words[:1] and _is_word(words[0]) else ""
    after = r"(?![^\W_])" if words[-1:] and _is_word(words[-1]) else ""
    return f"{before}{inner}{after}"


def _leads_only_to(text: str, span: Span, prefix: str = "", suffix: str = "") -> bool:
    """Tell whether the terms fit together at ``text[start:end]`` and nowhere else."""
    start, end = span
    pattern = _pattern(prefix, text[start:end], suffix)
    if not prefix and _stands_once(text, text[start:end]):
        found = pattern.match(text, start)
        return found is not None and _body_span(found) == span
    return [_body_span(found) for found in _first_two(pattern, text)] == [span]


def _stands_once(text: str, body: str) -> bool:
    """Tell whether ``body``, which is in ``text``, is there once for certain, whatever its case.

    A plain text is looked for in much less time than a pattern that ignores case.
    """
    if not _FOLDING.fullmatch(body):
        return False
    folded, wanted = _folded(text), _fold(body)
    return folded.find(wanted) == folded.rfind(wanted)


# The articles of the hits last shown: a large one takes milliseconds to fold.
@lru_cache(maxsize=16)
def _folded(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    """Return a text in which all that a pattern takes for the same is the same."""
    plain = text.lower()
    for letter, same in _SAME_LETTERS:
        plain = plain.replace(letter, same)
    return " ".join(plain.split())


def _first_two(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Return up to two matches, overlapping ones too: two mean that the place is not unique."""
    first = pattern.search(text)
    if first is None:
        return []
    second = pattern.search(text, first.start() + 1)
    return [first] if second is None else [first, second]


def _body_span(found: re.Match[str]) -> Span:
    return found.start("body"), found.end("body")


def _directive(prefix: str, terms: str, suffix: str) -> str:
    before = f"{_encode(prefix)}-," if prefix else ""
    after = f",-{_encode(suffix)}" if suffix else ""
    return f"text={before}{terms}{after}"


def _encode(words: str) -> str:
    """Percent-encode a term: ``-``, ``,`` and ``&`` separate a directive's parts, so they too."""
    return quote(" ".join(words.split()), safe="").replace("-", "%2D")
