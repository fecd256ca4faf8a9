"""The tables of a history (see ``index.history``), and how one sync changes them."""

import hashlib
import sqlite3
from collections.abc import Container, Iterable, Sequence
from typing import Final

from index.migrations import Migration, Schema
from index.records import Article
from index.section_matches import section_matches, words_of

_MIGRATIONS: Final = (
    Migration(
        "sources, texts, changes, marks",
        """
        CREATE TABLE sources (
            path TEXT PRIMARY KEY,
            digest TEXT NOT NULL,
            recipe TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE articles (
            id TEXT PRIMARY KEY,
            source TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE sections (
            article TEXT NOT NULL,
            id TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (article, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE pairs (
            article TEXT NOT NULL,
            id TEXT NOT NULL,
            digest BLOB NOT NULL,
            step INTEGER NOT NULL,
            PRIMARY KEY (article, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE changes (
            article TEXT NOT NULL,
            section TEXT NOT NULL,
            step INTEGER NOT NULL,
            at TEXT NOT NULL,
            before TEXT NOT NULL,
            PRIMARY KEY (article, section, step)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE marks (
            article TEXT NOT NULL,
            pair TEXT NOT NULL,
            step INTEGER NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (article, pair)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE steps (step INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT;
        """,
    ),
    Migration(
        "dismissals",  # findings that an editor calls no mistake, while their texts are the same
        """
        CREATE TABLE dismissals (
            key TEXT PRIMARY KEY,
            digest TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
    ),
)
SCHEMA: Final = Schema(0x466F6F48, _MIGRATIONS)  # "FooH"


# The tables that hold rows of an article, each with its column of section or pair ids.
_PART_IDS: Final = (("sections", "id"), ("pairs", "id"), ("changes", "section"), ("marks", "pair"))


class Step:
    """What one sync adds to a history, in a transaction that its caller has open.

    ``number`` counts the syncs that changed something, ``at`` is this one's time (ISO 8601).
    """

    def __init__(self, connection: sqlite3.Connection, number: int, at: str) -> None:
        self.connection = connection
        self.number = number
        self.at = at

    def take(self, path: str, articles: Sequence[Article], *, edited: bool) -> int:
        """Take over the articles of one source file; how many sections changed.

        Only what its author did counts as a change: ``edited`` is whether the file's bytes are
        others than before.
        """
        self._forget(set(self._articles_of(path)) - {article.id for article in articles})
        changed = 0
        for article in articles:
            self.connection.execute(
                "INSERT OR REPLACE INTO articles VALUES (?, ?)", (article.id, path)
            )
            changed += self._take_sections(article, edited=edited)
            self._take_pairs(article, edited=edited)
        return changed

    def drop(self, path: str) -> None:
        """Remove all that came from a source file: nobody should find what was taken down."""
        self._forget(self._articles_of(path))
        self.connection.execute("DELETE FROM sources WHERE path = ?", (path,))

    def rename(self, articles: Iterable[Article], paths: Container[str]) -> None:
        """Give what is known of an article that went to a new one with at least half of its texts.

        ``articles`` are those of changed files, ``paths`` all files that there are now.
        """
        known = dict(self.connection.execute("SELECT id, source FROM articles"))
        gone = [id for id, path in sorted(known.items()) if path not in paths]
        new = [article for article in articles if article.id not in known]
        for id in gone:
            rows = self.connection.execute("SELECT text FROM sections WHERE article = ?", (id,))
            former = {tuple(words_of(text)) for (text,) in rows}
            for article in new:
                same = former & {tuple(words_of(section.text)) for section in article.sections}
                if former and 2 * len(same) >= len(former):
                    self._move(id, article.id)
                    new.remove(article)
                    break

    def _take_sections(self, article: Article, *, edited: bool) -> int:
        query = "SELECT id, text FROM sections WHERE article = ? ORDER BY id"
        former: dict[str, str] = dict(self.connection.execute(query, (article.id,)))
        present = {one.id: one.text for one in article.sections if one.text.strip()}
        became = section_matches(former, present)
        earlier = self.connection.execute(
            "SELECT section, step, at, before FROM changes WHERE article = ?", (article.id,)
        ).fetchall()
        kept = [(became[section], *rest) for section, *rest in earlier if section in became]
        new = [
            (section, self.number, self.at, former[id])
            for id, section in became.items()
            if edited and words_of(former[id]) != words_of(present[section])
        ]
        for table in ("changes", "sections"):
            self.connection.execute(f"DELETE FROM {table} WHERE article = ?", (article.id,))
        self.connection.executemany(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?)", ((article.id, *row) for row in kept + new)
        )
        self.connection.executemany(
            "INSERT INTO sections VALUES (?, ?, ?)",
            ((article.id, id, text) for id, text in present.items()),
        )
        return len(new)

    def _take_pairs(self, article: Article, *, edited: bool) -> None:
        query = "SELECT id, digest, step FROM pairs WHERE article = ?"
        former = {
            id: (digest, touched)
            for id, digest, touched in self.connection.execute(query, (article.id,))
        }
        self.connection.execute("DELETE FROM pairs WHERE article = ?", (article.id,))
        for pair in article.faq:
            digest = _digest(pair.question, pair.answer)
            known, touched = former.get(pair.id, (None, self.number))
            if edited and digest != known:
                touched = self.number
            row = (article.id, pair.id, digest, touched)
            self.connection.execute("INSERT INTO pairs VALUES (?, ?, ?, ?)", row)
        self.connection.execute(
            "DELETE FROM marks WHERE article = ?1 AND pair NOT IN "
            "(SELECT id FROM pairs WHERE article = ?1)",
            (article.id,),
        )

    def _articles_of(self, path: str) -> list[str]:
        query = "SELECT id FROM articles WHERE source = ?"
        return [id for (id,) in self.connection.execute(query, (path,))]

    def _forget(self, articles: Iterable[str]) -> None:
        for id in articles:
            self.connection.execute("DELETE FROM articles WHERE id = ?", (id,))
            for table, _ in _PART_IDS:
                self.connection.execute(f"DELETE FROM {table} WHERE article = ?", (id,))

    def _move(self, former: str, present: str) -> None:
        """Give the rows of one article to another; ids begin with their article's id mostly."""
        for table, column in _PART_IDS:
            self.connection.execute(
                f"UPDATE {table} SET article = ?, {column} = CASE WHEN {column} LIKE ? || '#%' "
                f"THEN ? || substr({column}, ?) ELSE {column} END WHERE article = ?",
                (present, former, present, len(former) + 1, former),
            )
        self.connection.execute("DELETE FROM articles WHERE id = ?", (former,))


def _digest(*texts: str) -> bytes:
    """16 bytes of what the texts say, whatever their case, white space and punctuation."""
    words = "\0".join(" ".join(words_of(text)) for text in texts)
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()
