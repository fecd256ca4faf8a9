"""Tables of pairs that were uploaded and looked at, and that nobody has applied yet."""

from dataclasses import dataclass

from qa.import_pairs import ImportPreview


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What importing a file named ``name`` would change; it is ``editor``'s to apply."""

    editor: str
    name: str
    preview: ImportPreview
