"""Who may open the editors' desk: names with the hashes of their passwords.

One user may come from the environment (``FOOTNOTE_DESK_USER``, ``FOOTNOTE_DESK_PASSWORD_HASH``),
any number from a file beside the library that ``footnote user`` keeps.  No password is stored, none
is built in, and with no user there is no desk.

The file is JSON, readable by its owner only: ``{"format": 1, "users": {name: hash}}``.  A hash is
Argon2id's in the usual notation (``$argon2id$v=19$m=65536,t=3,p=4$salt$hash``), RFC 9106, with its
second recommended set of parameters: 64 MiB of memory, three passes, four lanes.
"""

import json
import os
import secrets
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from index.errors import FootnoteError, UsageError

USER_VARIABLE = "FOOTNOTE_DESK_USER"
HASH_VARIABLE = "FOOTNOTE_DESK_PASSWORD_HASH"
# A password is the only factor, and no rule about its characters makes a short one long.
MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 1024
MAX_NAME_CHARS = 64
_FORMAT = 1

_HASHER = PasswordHasher()
# Each check takes 64 MiB: who floods the login must not take the memory of the whole machine.
_CHECKS = threading.BoundedSemaphore(2)


class Users:
    """The users of the desk of one library.  Safe to use from several threads.

    The file is read anew each time: who is removed is out at once, also from a running server.
    """

    def __init__(self, path: Path, environment: Mapping[str, str] | None = None) -> None:
        """``path`` is the file, which need not be there; see ``users_path``.

        Raises UsageError where ``environment`` names a user without a hash or the other way round,
        or where the hash is none.
        """
        self._path = path
        self._given = _from_environment(environment or {})

    def names(self) -> tuple[str, ...]:
        """Return the names of all users, sorted.  Raises FootnoteError for a broken file."""
        return tuple(sorted(self._hashes()))

    def add(self, name: str, password: str, *, replace: bool = False) -> None:
        """Add a user to the file, or, with ``replace``, give a known one another password.

        Raises UsageError for a name or password that cannot be used, and for a name that is
        taken; FootnoteError where the file is broken or cannot be written.
        """
        name = checked_name(name)
        if name in self._given:
            raise UsageError(f"{name!r} comes from {USER_VARIABLE}: change it there")
        stored = self._stored()
        if name in stored and not replace:
            raise UsageError(f"there is a user {name!r} already: --replace changes the password")
        self._write({**stored, name: password_hash(password)})

    def remove(self, name: str) -> None:
        """Remove a user from the file.  Raises UsageError for a name that is not in it."""
        stored = self._stored()
        if name in self._given:
            raise UsageError(f"{name!r} comes from {USER_VARIABLE}: remove it there")
        if name not in stored:
            raise UsageError(f"there is no user {name!r}")
        self._write({known: hash for known, hash in stored.items() if known != name})

    def check(self, name: str, password: str) -> bool:
        """Tell whether ``password`` is that of the user ``name``.

        An unknown name takes as long as a known one: its password is compared with another's hash.
        Raises FootnoteError for a broken file.
        """
        hashes = self._hashes()
        own = hashes.get(name)
        # With the parameters that the others' hashes have, which a hash of ours might not.
        compared = own or next(iter(hashes.values()), None) or _nobodys()
        if len(password) > MAX_PASSWORD_CHARS:
            return False
        with _CHECKS:
            try:
                _HASHER.verify(compared, _encoded(password))
            except VerifyMismatchError:
                return False
            except (VerificationError, InvalidHashError) as error:
                raise FootnoteError(f"{self._path}: a hash in it cannot be used") from error
        return own is not None

    def secret(self, name: str) -> str | None:
        """Return the user's password hash, which a new password changes; ``None``: no such user.

        Raises FootnoteError for a broken file.
        """
        return self._hashes().get(name)

    def _hashes(self) -> dict[str, str]:
        return {**self._stored(), **self._given}

    def _stored(self) -> dict[str, str]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise FootnoteError(f"{self._path}: cannot be read: {error}") from error
        users = document.get("users") if isinstance(document, dict) else None
        if not isinstance(users, dict) or document.get("format") != _FORMAT:
            raise FootnoteError(f"{self._path}: is no list of users of this version of Footnote")
        for name, hash in users.items():
            if not _is_hash(hash):
                raise FootnoteError(f"{self._path}: {name!r} has no password hash: add it again")
        return dict(users)

    def _write(self, users: Mapping[str, str]) -> None:
        document = {"format": _FORMAT, "users": dict(sorted(users.items()))}
        text = json.dumps(document, ensure_ascii=True, indent=1) + "\n"
        beside = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Its owner's alone from the first byte on: chmod afterwards would be too late.
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            beside.replace(self._path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise FootnoteError(
                f"{self._path}: cannot be written: {error.strerror or error}"
            ) from error


def users_path(library: Path) -> Path:
    """Return where the users of a library's desk are kept: a dot-file beside it.

    A library may lie among the articles, and dot-files are never read as one.
    """
    return library.with_name(".users.json")


def password_hash(password: str) -> str:
    """Return the hash of a password, salted.  Raises UsageError for one too short or too long."""
    if len(password) < MIN_PASSWORD_CHARS:
        raise UsageError(
            f"the password has {len(password)} character{'s'[: len(password) != 1]}; at least "
            f"{MIN_PASSWORD_CHARS} are needed: four words that nobody would put together are easy "
            "to remember"
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise UsageError(f"the password has more than {MAX_PASSWORD_CHARS} characters")
    return _HASHER.hash(_encoded(password))


def checked_name(name: str) -> str:
    """Return the name of a user, or raise UsageError where none can have it."""
    if not name or name != name.strip() or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise UsageError(
            f"{name[: MAX_NAME_CHARS + 1]!r} cannot be the name of a user: expected 1 to "
            f"{MAX_NAME_CHARS} printable characters, none of them a space at either end"
        )
    return name


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    name, hash = environment.get(USER_VARIABLE, ""), environment.get(HASH_VARIABLE, "")
    if not name and not hash:
        return {}
    if not name or not hash:
        missing = HASH_VARIABLE if name else USER_VARIABLE
        raise UsageError(
            f"{missing} is not set: the desk needs {USER_VARIABLE} and {HASH_VARIABLE}"
        )
    if not _is_hash(hash):
        raise UsageError(
            f"{HASH_VARIABLE} is no password hash: footnote user hash makes one, and its dollar "
            "signs have to be quoted"
        )
    return {checked_name(name): hash}


def _is_hash(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(extract_parameters(value))
    except InvalidHashError:
        return False


def _encoded(password: str) -> bytes:
    # One keyboard types "é" as one character, another one as two.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


@cache
def _nobodys() -> str:
    """Return the hash of a password that was thrown away: for a desk without its last user."""
    return _HASHER.hash(secrets.token_bytes(32))
