"""Turns a format's blocks into an Article: what is title, section, FAQ pair, boilerplate.

Knows no markup.  ``boilerplate`` drops what is no content, ``questions`` tells the FAQ pairs,
``assemble`` builds the text.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from urllib.parse import quote, urljoin, urlsplit

from index.readers import boilerplate, questions
from index.readers.assemble import Marked, Role, assemble
from index.readers.blocks import Block, BlockKind, SourceDocument
from index.readers.table_pairs import with_table_pairs
from index.readers.wording import fold, key
from index.records import Article, file_title


def outline(
    document: SourceDocument,
    path: str,
    *,
    article_id: str | None = None,
    base_url: str | None = None,
    given: bool = False,
    copied: bool = False,
    encoding: str = "utf-8",
    encoding_guessed: bool = False,
) -> Article:
    """The Article that ``document`` holds.

    ``path`` is relative to the content folder, with forward slashes; ``article_id`` defaults to
    it. ``given``: the format itself says what is a question (FAQ lists).  ``copied``: the text may
    be that of a whole web page, furniture and all (plain text). ``base_url`` is the public address
    of the content folder (see ``public_url``).
    """
    blocks = [b for b in document.blocks if b.text or b.kind is BlockKind.RULE or b.attributes]
    if given:
        title = document.title or file_title(path)
        marked = questions.given(blocks)
    else:
        if copied and document.title:
            blocks = boilerplate.drop_masthead(blocks, document.title)
        title, blocks = take_title(blocks, document.title, path, headed=document.headed)
        blocks = with_table_pairs(boilerplate.drop(blocks, copied=copied))
        marked = questions.mark(
            blocks, title=title, path=path, declared=document.faq, copied=copied
        )
        marked = _with_declared(marked, document.faq)
    if document.companion_of and not document.url:
        base_url = None  # no page of the site is made of a companion
    article = assemble(
        marked,
        article_id=article_id or path,
        path=path,
        title=title,
        url=public_url(document.url, path, base_url),
        language=document.language,
        encoding=encoding,
        encoding_guessed=encoding_guessed,
    )
    return replace(article, companion_of=document.companion_of)


def take_title(
    blocks: Sequence[Block], declared: str | None, path: str, *, headed: bool = False
) -> tuple[str, list[Block]]:
    """The article's title, and the blocks without those that only repeat it.

    An h1 that stands before any other heading wins over the declared title (which often ends in the
    site's name), unless the document has several h1, or is ``headed`` with the declared title: then
    the h1 wins only where it is that title without the site's name, and else is a section's.
    Without either, the file's name.
    """
    top = [b for b in blocks if b.kind is BlockKind.HEADING and b.level == 1 and not b.boilerplate]
    first = next((b for b in blocks if b.kind is BlockKind.HEADING and not b.boilerplate), None)
    title = (declared or "").strip()
    alone = first is not None and first.level == 1 and len({key(b.text) for b in top}) == 1
    if first is not None and alone and not (title and headed):
        title = first.text
    elif top and title and same_title(top[0].text, title):
        title = top[0].text
    elif not title and first is not None and first.level == 1:
        title = first.text
    elif not title and len(top) == 1:
        title = top[0].text
    title = " ".join(title.split())
    if not title:
        return file_title(path), list(blocks)
    kept: list[Block] = []
    for block in blocks:
        repeats = (
            block.kind is BlockKind.HEADING and block.level <= 1 and same_title(block.text, title)
        )
        early = len(kept) < 12 and block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)
        if repeats or (early and fold(block.text) == fold(title)):
            continue
        kept.append(block)
    return title, kept


def same_title(one: str, other: str) -> bool:
    """Whether two titles say the same, one of them perhaps with the site's name after a bar or
    dash."""
    if fold(one) == fold(other):
        return True
    parts = [fold(p) for p in re.split(r"\s[|–—·»-]\s|\s?[|·»]\s?", other)]
    return fold(one) in parts


def public_url(declared: str | None, path: str, base_url: str | None) -> str | None:
    """The article's public address: the declared one, resolved against ``base_url`` where relative.

    Without a declared address ``base_url`` is joined with the path.  HTML files keep their suffix
    (they are served as they are), other formats lose it (site generators publish ``a/b.md`` as
    ``a/b``), and an index or README stands for its folder.  Addresses other than http(s) are None.
    """
    base = base_url.rstrip("/") + "/" if base_url else None
    if declared:
        url = urljoin(base, declared) if base else declared
    elif base:
        pure = PurePosixPath(path)
        if pure.stem.lower() in ("index", "readme", "_index"):
            relative = "" if str(pure.parent) == "." else f"{pure.parent}/"
        else:
            html = pure.suffix.lower() in (".html", ".htm", ".xhtml")
            relative = str(pure if html else pure.with_suffix(""))
        url = urljoin(base, quote(relative))
    else:
        return None
    parts = urlsplit(url)
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _with_declared(marked: list[Marked], declared: Sequence[tuple[str, str, int]]) -> list[Marked]:
    """``marked`` with the declared pairs (JSON-LD, front matter) that no visible pair says
    already."""
    visible = [key(m.block.text) for m in marked if m.role is Role.QUESTION]
    if len(visible) >= len(declared):
        return marked
    answered = _answers(marked)
    added: list[Marked] = []
    for question, answer, line in declared:
        asked = key(question)
        if not asked or not answer.strip() or any(_alike(asked, seen) for seen in visible):
            continue
        if any(_shortens(asked, seen) for seen in answered.get(fold(answer), ())):
            continue
        visible.append(asked)
        added.append(Marked(Block(BlockKind.QUESTION, question.strip(), line), Role.QUESTION))
        added.append(Marked(Block(BlockKind.ANSWER, answer.strip(), line), Role.ANSWER))
    return [*marked, *added]


def _answers(marked: Sequence[Marked]) -> dict[str, list[str]]:
    """The questions that the page shows, by what their answers say."""
    answered: dict[str, list[str]] = {}
    asked, said = "", ""
    for item in [*marked, Marked(Block(BlockKind.RULE, "", 0), Role.HEADING)]:
        if item.role is Role.ANSWER:
            said += f" {item.block.text}"
        elif said:
            answered.setdefault(fold(said), []).append(asked)
            said = ""
        if item.role is Role.QUESTION:
            asked = key(item.block.text)
    return answered


def _shortens(one: str, other: str) -> bool:
    """Whether one of two questions has all words of the other: "Can I cancel (my booking)?"."""
    words, others = set(one.split()), set(other.split())
    return words <= others or others <= words


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.8
