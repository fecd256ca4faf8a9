"""What an edit would change, worked out in the background: in a large library it takes seconds."""

from collections.abc import Callable

from index.errors import FootnoteError
from qa.edit_effect import EffectReport
from qa.web.desk_background import BackgroundTask


class Preview:
    """One edit that ``editor`` looks at; ``form`` is whatever its page is made from."""

    def __init__(self, editor: str, form: object, make: Callable[[], EffectReport]) -> None:
        self.editor = editor
        self.form = form
        self.effect: EffectReport | None = None
        self.problem = "what it would change cannot be worked out; the server’s log says why"
        self._make = make
        self._task = BackgroundTask(
            "preview", self._run, failed="what an edit would change cannot be worked out"
        )

    def done(self, timeout_s: float | None = None) -> bool:
        """Wait for a moment, or so long; tell whether ``effect`` or ``problem`` is there."""
        self._task.wait(timeout_s)
        return self._task.ended

    def _run(self) -> None:
        try:
            self.effect = self._make()
            self.problem = ""
        except FootnoteError as error:
            self.problem = str(error)
