"""The write side: from a folder of articles to a library that can be searched.

Names are imported when they are first used, so that ``import index`` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.bm25 import BM25Index as BM25Index
    from index.bm25 import WordIndex as WordIndex
    from index.encoder import DEFAULT_MODEL as DEFAULT_MODEL
    from index.encoder import Encoder as Encoder
    from index.encoder import PrecisionMode as PrecisionMode
    from index.encoder import load_encoder as load_encoder
    from index.errors import FootnoteError as FootnoteError
    from index.errors import LibraryDamaged as LibraryDamaged
    from index.errors import LibraryError as LibraryError
    from index.errors import LibraryLocked as LibraryLocked
    from index.errors import LibraryMissing as LibraryMissing
    from index.errors import ModelError as ModelError
    from index.errors import ReadError as ReadError
    from index.errors import UsageError as UsageError
    from index.library import Library as Library
    from index.library_place import library_path as library_path
    from index.model_files import ModelIdentity as ModelIdentity
    from index.passages import passages_of as passages_of
    from index.passages import sentences as sentences
    from index.readers import MAX_BYTES as MAX_BYTES
    from index.readers import SUFFIXES as SUFFIXES
    from index.readers import find_sources as find_sources
    from index.readers import read_bytes as read_bytes
    from index.readers import read_file as read_file
    from index.records import Article as Article
    from index.records import Element as Element
    from index.records import ElementKind as ElementKind
    from index.records import FaqPair as FaqPair
    from index.records import Link as Link
    from index.records import Passage as Passage
    from index.records import PassageKind as PassageKind
    from index.records import Section as Section
    from index.records import article_json as article_json
    from index.rows import SourceState as SourceState
    from index.sync import Progress as Progress
    from index.sync import SyncProgress as SyncProgress
    from index.sync import SyncReport as SyncReport
    from index.vectors import FlatIndex as FlatIndex
    from index.vectors import VectorIndex as VectorIndex
    from index.words import terms as terms

# The function ``sync`` is not among them: ``index.sync`` is its module.
__all__ = [
    "DEFAULT_MODEL",
    "MAX_BYTES",
    "SUFFIXES",
    "Article",
    "BM25Index",
    "Element",
    "ElementKind",
    "Encoder",
    "FaqPair",
    "FlatIndex",
    "FootnoteError",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "LibraryMissing",
    "Link",
    "ModelError",
    "ModelIdentity",
    "Passage",
    "PassageKind",
    "PrecisionMode",
    "Progress",
    "ReadError",
    "Section",
    "SourceState",
    "SyncProgress",
    "SyncReport",
    "UsageError",
    "VectorIndex",
    "WordIndex",
    "article_json",
    "find_sources",
    "library_path",
    "load_encoder",
    "passages_of",
    "read_bytes",
    "read_file",
    "sentences",
    "terms",
]

# The module of each name.
_HOMES = {
    "Article": "records",
    "BM25Index": "bm25",
    "DEFAULT_MODEL": "encoder",
    "Element": "records",
    "ElementKind": "records",
    "Encoder": "encoder",
    "FaqPair": "records",
    "FlatIndex": "vectors",
    "FootnoteError": "errors",
    "Library": "library",
    "LibraryDamaged": "errors",
    "LibraryError": "errors",
    "LibraryLocked": "errors",
    "LibraryMissing": "errors",
    "Link": "records",
    "MAX_BYTES": "readers",
    "ModelError": "errors",
    "ModelIdentity": "model_files",
    "PrecisionMode": "encoder",
    "Passage": "records",
    "PassageKind": "records",
    "Progress": "sync",
    "ReadError": "errors",
    "SUFFIXES": "readers",
    "Section": "records",
    "SourceState": "rows",
    "SyncProgress": "sync",
    "SyncReport": "sync",
    "UsageError": "errors",
    "VectorIndex": "vectors",
    "WordIndex": "bm25",
    "article_json": "records",
    "find_sources": "readers",
    "library_path": "library_place",
    "load_encoder": "encoder",
    "passages_of": "passages",
    "read_bytes": "readers",
    "read_file": "readers",
    "sentences": "passages",
    "terms": "words",
}

if not TYPE_CHECKING:  # to a type checker it would make every misspelt name an object

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module 'index' has no attribute {name!r}")
        return getattr(importlib.import_module(f"index.{_HOMES[name]}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
