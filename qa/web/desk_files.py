"""What of the content folder is not in the library, and why, for the tabs that editors open first.

A file that cannot be read asks for nothing and answers nothing: without this an editor would look
for its articles in vain.
"""

from collections.abc import Sequence

from markupsafe import Markup

from qa.web.desk_state import Desk

SHOWN = 5  # the others open with a click: what there is to write must not stand a page below


def unread_message(desk: Desk) -> Markup:
    """Return what the last sync could not read, a line each; nothing where it read everything.

    Each has file, line and reason as ``footnote sync`` tells them, and what became of it.
    """
    state = desk.sync_state()
    message = Markup("")
    if state.error:
        message += Markup('<p class="desk-lead desk-problem" role="alert">{}</p>').format(
            f"The content folder could not be read when it was last looked at: {state.error}"
        )
    if not state.told:
        return message
    count = len(state.told)
    head = "One thing" if count == 1 else f"{count} things"
    more = Markup("")
    if count > SHOWN:
        more = Markup("<details><summary>{} more</summary>{}</details>").format(
            count - SHOWN, _lines(state.told[SHOWN:])
        )
    return message + Markup(
        '<section class="desk-unread" role="status"><h2>{} in the content folder cannot be read'
        "</h2>{}{}<p>{}</p></section>"
    ).format(
        head,
        _lines(state.told[:SHOWN]),
        more,
        "Mend the files in the folder: they are read again as soon as they are saved.",
    )


def _lines(told: Sequence[str]) -> Markup:
    items = Markup("").join(Markup('<li dir="auto">{}</li>').format(line) for line in told)
    return Markup("<ul>{}</ul>").format(items)
