"""What an edit would change, worked out beside the page that shows it: in a large library it takes
seconds."""

from collections.abc import Callable

from index.errors import FootnoteError
from qa.edit_effect import EffectReport
from qa.web.desk_beside import Beside


class Preview:
    """One edit that ``editor`` looks at; ``form`` is whatever its page is made from."""

    def __init__(self, editor: str, form: object, make: Callable[[], EffectReport]) -> None:
        self.editor = editor
        self.form = form
        self.effect: EffectReport | None = None
        self.problem = "what it would change cannot be worked out; the server’s log says why"
        self._make = make
        self._beside = Beside(
            "preview", self._run, failed="what an edit would change cannot be worked out"
        )

    def done(self, timeout_s: float | None = None) -> bool:
        """Wait for a moment, or so long; tell whether ``effect`` or ``problem`` is there."""
        self._beside.wait(timeout_s)
        return self._beside.ended

    def _run(self) -> None:
        try:
            self.effect = self._make()
            self.problem = ""
        except FootnoteError as error:
            self.problem = str(error)
