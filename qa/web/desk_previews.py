"""What an edit would change, worked out beside the page that shows it: in a large library it takes
seconds."""

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable

from index.errors import FootnoteError
from qa.edit_effect import EffectReport
from qa.web.desk_latest import PATIENCE_S

logger = logging.getLogger("footnote")

KEPT = 16


class Preview:
    """One edit that is looked at, by ``editor``; ``form`` is whatever its page is made from."""

    def __init__(self, editor: str, form: object, make: Callable[[], EffectReport]) -> None:
        self.editor = editor
        self.form = form
        self.effect: EffectReport | None = None
        self.problem = ""
        self._make = make
        self._thread = threading.Thread(target=self._run, name="footnote-preview", daemon=True)
        self._thread.start()

    def done(self, patience_s: float = PATIENCE_S) -> bool:
        """Wait for a moment; tell whether ``effect`` or ``problem`` is there."""
        self._thread.join(patience_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.effect = self._make()
        except FootnoteError as error:
            self.problem = str(error)
        except Exception:
            logger.exception("what an edit would change cannot be worked out")
            self.problem = "what it would change cannot be worked out; the server’s log says why"


class Previews:
    """The last edits that were looked at, in memory only.  Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Preview] = OrderedDict()

    def keep(self, preview: Preview) -> str:
        """Keep a preview; return the id that it is found by."""
        id = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[id] = preview
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return id

    def find(self, id: str, editor: str) -> Preview | None:
        """Return what ``editor`` looked at under that id; None where it is gone, or another's."""
        with self._lock:
            found = self._kept.get(id)
        return found if found is not None and found.editor == editor else None
