"""A file written whole beside another one, to be put in its place in one step."""

import os
import secrets
from pathlib import Path

# A file's name may have 255 bytes; so many characters of the other one's are kept.
_NAME_CHARS = 40
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change the ends of lines


def written_beside(place: Path, data: bytes, *, mode: int | None = None) -> Path:
    """Return a new hidden file in the folder of ``place`` that holds ``data``, on the disk.

    ``mode`` are its permissions, by default those that a new file usually gets here.  Raises
    ``OSError``, and leaves nothing behind then.
    """
    # The system itself takes off what the process's mask forbids.  To ask for the mask is to set
    # it, for all threads, and what they make in that moment would be open to everybody.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
    beside = place.with_name(f".{place.name[:_NAME_CHARS]}.{secrets.token_hex(8)}.tmp")
    handle = os.open(beside, flags, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside
