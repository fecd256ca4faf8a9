"""Tables of pairs that were uploaded and looked at, and that nobody has applied yet."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from qa.import_pairs import ImportPreview

KEPT = 16


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What importing a file named ``name`` would change; it is ``editor``'s to apply."""

    editor: str
    name: str
    preview: ImportPreview


class Imports:
    """The last uploads, in memory only.  Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, Uploaded] = OrderedDict()

    def keep(self, uploaded: Uploaded) -> str:
        """Keep what was uploaded; return the id that it is applied by."""
        id = secrets.token_urlsafe(16)
        with self._lock:
            self._waiting[id] = uploaded
            while len(self._waiting) > KEPT:
                self._waiting.popitem(last=False)
        return id

    def find(self, id: str, editor: str) -> Uploaded | None:
        """Return what ``editor`` uploaded under that id; None where it is gone, or another's."""
        with self._lock:
            found = self._waiting.get(id)
        return found if found is not None and found.editor == editor else None

    def drop(self, id: str) -> None:
        """Forget what was applied."""
        with self._lock:
            self._waiting.pop(id, None)
