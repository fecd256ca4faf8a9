"""The page that imports FAQ pairs from a table: first what would change, then "Apply"."""

from collections import Counter

from index.errors import FileConflict, FootnoteError, ReadError, UsageError
from qa.import_pairs import ImportKind, ImportPreview, apply, preview
from qa.web.desk_imports import Uploaded
from qa.web.desk_journal import Action
from qa.web.desk_state import Desk
from qa.web.pages import TEMPLATES

# What a form puts around a file is little; see MAX_IMPORT_BYTES in security.
MAX_FILE_MB = 9
KIND_WORDS = {
    ImportKind.NEW: "a new pair",
    ImportKind.ANSWER: "another answer",
    ImportKind.ALTERNATES: "further wordings",
    ImportKind.UNCHANGED: "nothing new",
}


def import_page(
    desk: Desk,
    *,
    token: str,
    problem: str = "",
    conflict: FileConflict | None = None,
    id: str = "",
    uploaded: Uploaded | None = None,
) -> str:
    """Return the page: the form, and what an upload would change where there is one."""
    found = uploaded.preview if uploaded else None
    return TEMPLATES.get_template("desk_import.html").render(
        site=desk.site,
        language=None,
        token=token,
        problem=problem,
        conflict=conflict,
        id=id,
        name=uploaded.name if uploaded else "",
        preview=found,
        counts=_counts(found) if found else "",
        kinds=KIND_WORDS,
        articles=[
            (one.id, one.title or one.path)
            for one in desk.answerer.articles()
            if one.companion_of is None
        ],
        limit=MAX_FILE_MB,
    )


def upload(desk: Desk, data: bytes, name: str, article: str, *, editor: str, token: str) -> str:
    """Return the page of what a file would change; nothing is written."""
    try:
        if len(data) > MAX_FILE_MB * 1_000_000:
            raise ReadError(name, f"{len(data)} bytes: at most {MAX_FILE_MB} MB can be uploaded")
        found = preview(desk.content, data, name, desk.answerer.articles(), article=article)
    except FootnoteError as error:
        return import_page(desk, token=token, problem=str(error))
    uploaded = Uploaded(editor, name, found)
    return import_page(desk, token=token, id=desk.imports.keep(uploaded), uploaded=uploaded)


def applied(desk: Desk, id: str, *, editor: str) -> Action:
    """Write what was looked at.  Raises FileConflict and UsageError; then nothing is written."""
    uploaded = desk.imports.find(id, editor)
    if uploaded is None:
        raise UsageError("this upload was applied already, or is too old: upload the table again")
    changes = uploaded.preview.changes
    action = desk.edits.wrote(
        lambda: apply(desk.content, uploaded.preview, desk.answerer.articles()),
        editor=editor,
        what=f"Imported {uploaded.name}: {_counts(uploaded.preview)}",
        question=next((one.question for one in changes if one.kind is ImportKind.NEW), ""),
    )
    desk.imports.drop(id)
    return action


def _counts(found: ImportPreview) -> str:
    counts = Counter(row.kind for row in found.rows)
    listed = [f"{counts[kind]} × {KIND_WORDS[kind]}" for kind in ImportKind if counts[kind]]
    return ", ".join(listed) or "no row"
