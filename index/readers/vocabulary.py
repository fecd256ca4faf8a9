"""The words by which articles in many languages name their parts; the data is ``vocabulary.json``.

Every entry is general vocabulary: nothing there belongs to one site.  Words are matched after
``wording.fold`` (lower case, no punctuation, single spaces), patterns are regular expressions over
folded text.  In the file each table is grouped by language or subject, for people; here the groups
are one. A new language is added in that file and nowhere else.
"""

import json
from importlib.resources import files
from typing import Any

_TABLES: dict[str, dict[str, list[Any]]] = json.loads(
    files("index.readers").joinpath("vocabulary.json").read_text(encoding="utf-8")
)


def _entries(table: str) -> tuple[str, ...]:
    return tuple(entry for group in _TABLES[table].values() for entry in group)


# Whole headings that open an FAQ, and phrases that do so inside a longer heading
# ("How to repot a cactus: FAQs", "Die wichtigsten Fragen zu …").
FAQ_PHRASES: tuple[str, ...] = _entries("faq_phrases")

# A heading that is no more than one of these (after the FAQ page's own title) groups questions.
QUESTION_WORDS: frozenset[str] = frozenset(_entries("question_words"))

# (question labels, answer labels) of one language: "Q: …" and "A: …" on lines of their own.
LABELS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = tuple(
    (tuple(questions), tuple(answers))
    for group in _TABLES["labels"].values()
    for questions, answers in group
)

# Words that begin a question; the question mark may be missing.
INTERROGATIVES: tuple[str, ...] = _entries("interrogatives")

# Languages written without spaces: a question holds one of these, or ends so.
CJK_QUESTION_PARTS: tuple[str, ...] = _entries("cjk_question_parts")

# Headings of a contents list.
CONTENTS_HEADINGS: frozenset[str] = frozenset(_entries("contents_headings"))

# Headings and lines of readers' comments.  Nothing that follows one of these is read where comments
# do follow (see boilerplate.py): "Comments" heads a section of a language's manual, too.
PAGE_END_PATTERNS: tuple[str, ...] = _entries("page_end_patterns")

# Headings of the box at a page's end that tells of its author.
AUTHOR_BOX_PATTERNS: tuple[str, ...] = _entries("author_box_patterns")

# Phrases that ask readers for comments; searched in folded text.
COMMENT_CALLS: tuple[str, ...] = _entries("comment_calls")

# Lines that name the source of a picture; matched at the start of the folded line.
CREDIT_PATTERNS: tuple[str, ...] = _entries("credit_patterns")

# Headings of boxes that point to other pages of the site; what they list is dropped up to where
# prose goes on.
RELATED_PATTERNS: tuple[str, ...] = _entries("related_patterns")

# Headings of the files that hang on a page; dropped with links to files only.
ATTACHMENT_HEADINGS: tuple[str, ...] = _entries("attachment_headings")

# Lines that are nothing but a call or a label of a box: sign-up, share bar, advertising, "Was this
# helpful?".  Matched over the whole line, which ends in no full stop.
BOX_PATTERNS: tuple[str, ...] = _entries("box_patterns")

# What boxes say, too, but articles as well ("Get the card today"): believed beside a sure
# line only.
APPEAL_PATTERNS: tuple[str, ...] = _entries("appeal_patterns")

# Whole sentences, full stop and all, that ask to sign up: believed beside a sure line, and below
# the last rule of a document.
SIGN_UP_SENTENCES: tuple[str, ...] = _entries("sign_up_sentences")

# Single lines that are controls of a page, wherever they stand.
CONTROL_LINES: frozenset[str] = frozenset(_entries("control_lines"))

# Entries of a site's footer and menus; a list with two of them is a menu.
MENU_ENTRIES: frozenset[str] = frozenset(_entries("menu_entries"))

# A page's footer line, anywhere in the line.
FOOTER_PARTS: tuple[str, ...] = _entries("footer_parts")

# What a line above the text is made of that says who wrote it when, by meaning.
DATELINE_PATTERNS: dict[str, tuple[str, ...]] = {
    meaning: tuple(patterns) for meaning, patterns in _TABLES["dateline_patterns"].items()
}

# Lines at the very end of a page, about the page itself: when it was changed, who looks after it,
# how many have read it.  Matched over the whole folded line.
FOOT_PATTERNS: tuple[str, ...] = _entries("foot_patterns")

# Headings that close an FAQ although they stand at the level of its questions.
CLOSING_HEADINGS: tuple[str, ...] = _entries("closing_headings")

# Month names, for lines that are no more than a date (any language with Latin or Cyrillic letters).
MONTHS: tuple[str, ...] = _entries("months")

# Words by which readers speak of themselves; an author's headings have them hardly ever.
READERS_WORDS: tuple[str, ...] = _entries("readers_words")

# Names of the fields of an FAQ list, by what they mean; the first name of each is our own.
LIST_FIELDS: dict[str, tuple[str, ...]] = {
    meaning: tuple(names) for meaning, names in _TABLES["list_fields"].items()
}

# Names of fields that say whether an entry of an FAQ list is shown to readers, and what they hold.
LIST_STATUS: dict[str, tuple[str, ...]] = {
    meaning: tuple(names) for meaning, names in _TABLES["list_status"].items()
}

# Beginnings of a cookie or consent notice, however long the paragraph; matched at its start.
NOTICE_PATTERNS: tuple[str, ...] = _entries("notice_patterns")

# Names of networks that share bars list.
SOCIAL_NAMES: tuple[str, ...] = _entries("social_names")

# What a breadcrumb line begins with.
HOME_WORDS: tuple[str, ...] = _entries("home_words")
