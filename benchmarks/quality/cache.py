"""An encoder that embeds a text once: its vectors are kept in one SQLite file."""

import contextlib
import hashlib
import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from index.model_files import ModelIdentity

# Texts embedded and kept in one transaction: what a kill can lose.
PART_TEXTS = 512
# SQLite takes at least 999 parameters a statement.
_LOOKED_UP = 900
_BUSY_S = 60.0
_CHECKSUM_BYTES = 4


def default_folder() -> Path:
    """Return the folder for vectors in the user's cache."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "footnote" / "benchmarks"


class CachedEncoder:
    """An ``index.encoder.Encoder`` that asks another one only for texts it has not yet seen.

    A vector is kept by the SHA-256 of the text, of how it was encoded (as a document or as a
    query), and of the model's name, revision and dimension, so several models can share a file.
    Each row has a checksum; a damaged row is embedded again, a damaged file replaced by an empty
    one.  Each part of new vectors is one transaction.  Safe to use from several threads, and
    several processes may share the file.  All else (device, …) is the wrapped encoder's own.

    ``embedded`` counts the texts given to the model so far, ``found`` those it was spared.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        """Wrap ``encoder``; ``path`` is the file, made where it is not there."""
        self._encoder = encoder
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self.identity: ModelIdentity = encoder.identity
        self.embedded = 0
        self.found = 0

    def __getattr__(self, name: str) -> Any:  # Any: whatever else an encoder tells of its model
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._encoder, name)

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        def encode(missing: Sequence[str]) -> NDArray[np.float32]:
            return self._encoder.encode_documents(missing)

        rows = self._encode(texts, "document", encode)
        if on_batch is not None and len(texts):
            on_batch(len(texts))
        return rows

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts, "query", self._encoder.encode_queries)

    def close(self) -> None:
        """Let go of the file; the next encoding opens it again."""
        with self._lock:
            self._let_go()

    def _encode(
        self,
        texts: Sequence[str],
        use: str,
        encode: Callable[[Sequence[str]], NDArray[np.float32]],
    ) -> NDArray[np.float32]:
        rows = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        keys = [self._key(text, use) for text in texts]
        known = self._load(list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        # Longest first, as the encoder itself would have it over the whole.
        waiting = sorted(missing.items(), key=lambda item: -len(item[1]))
        for at in range(0, len(waiting), PART_TEXTS):
            part = dict(waiting[at : at + PART_TEXTS])
            made = dict(zip(part, encode(list(part.values())), strict=True))
            self._keep(made)
            known.update(made)
        self.embedded += len(missing)
        self.found += len(texts) - len(missing)
        for row, key in enumerate(keys):
            rows[row] = known[key]
        return rows

    def _key(self, text: str, use: str) -> bytes:
        model = self.identity
        whole = hashlib.sha256(
            f"{model.name}\0{model.revision}\0{model.dimension}\0{use}\0".encode()
        )
        whole.update(text.encode("utf-8", "surrogatepass"))
        return whole.digest()

    def _load(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        for at in range(0, len(keys), _LOOKED_UP):
            part = keys[at : at + _LOOKED_UP]
            marks = ",".join("?" * len(part))
            with self._working() as connection:
                kept = connection.execute(
                    f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part
                ).fetchall()
                for key, blob in kept:
                    vector = self._vector(key, blob)
                    if vector is not None:
                        found[key] = vector
        return found

    def _keep(self, made: Mapping[bytes, NDArray[np.float32]]) -> None:
        with self._working() as connection, connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(key, _blob(key, vector)) for key, vector in made.items()],
            )

    def _vector(self, key: bytes, blob: object) -> NDArray[np.float32] | None:
        size = 4 * self.identity.dimension
        if not isinstance(blob, bytes) or len(blob) != size + _CHECKSUM_BYTES:
            return None
        vector = np.frombuffer(blob[:size], dtype="<f4").astype(np.float32)
        return vector if blob == _blob(key, vector) else None

    @contextlib.contextmanager
    def _working(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection; where the file proves damaged, replace it and carry on without.

        What was being read counts as not found, and what was being kept is not kept: it is
        embedded again by the next run.
        """
        with self._lock:
            if self._connection is None:
                self._connection = self._opened()
            try:
                yield self._connection
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._replace()

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(self._path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self._remove()
            return _connect(self._path)

    def _replace(self) -> None:
        self._let_go()
        self._remove()

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _connect(path: Path) -> sqlite3.Connection:
    # Its own lock serves all threads, see ``_working``.
    connection = sqlite3.connect(path, timeout=_BUSY_S, check_same_thread=False)
    try:
        # Atomic without waiting for the disk at each commit: a power cut may cost the last ones.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # Not WITHOUT ROWID: keys come in no order, and splitting pages of rows this long made the
        # file three times as large.
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
        )
        connection.execute("SELECT key, vector FROM vectors LIMIT 1").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    # Not a file in use or out of reach: those are for the user to see.  A table of another shape
    # is an error in the SQL, code 1, and as useless as a damaged one.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def _blob(key: bytes, vector: NDArray[np.float32]) -> bytes:
    """Return the vector, little endian, and a checksum over it and its key."""
    raw = vector.astype("<f4").tobytes()
    return raw + zlib.crc32(raw, zlib.crc32(key)).to_bytes(_CHECKSUM_BYTES, "little")
