"""Who is logged in at the desk, and how often somebody may try.  In memory; no clock of its own.

Nothing here is written to disk: when the server starts again, everybody logs in again.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from qa.users import Users

IDLE_S = 3600.0  # a desk left alone for so long asks for the password again
LONGEST_S = 12 * 3600.0  # and so does every desk after a day's work
MOST_SESSIONS = 1000
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """One login.  ``form_token`` stands in every form that the session's pages hold."""

    user: str
    form_token: str
    secret: str  # the user's password hash at the time: a new password ends the session
    opened: float
    seen: float


class Sessions:
    """The logins of one running server.  Safe to use from several threads.

    Of a token only its SHA-256 is kept: who could read the memory could not use what is there.
    """

    def __init__(self, users: Users, *, now: Callable[[], float] = time.time) -> None:
        self._users = users
        self._now = now
        self._lock = threading.Lock()
        self._open: OrderedDict[bytes, Session] = OrderedDict()

    def open(self, user: str) -> str:
        """Return the token of a new session of ``user``, who has just given the password."""
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._now()
        secret = self._users.secret(user) or ""
        session = Session(user, secrets.token_urlsafe(_TOKEN_BYTES), secret, now, now)
        with self._lock:
            self._open[_hashed(token)] = session
            while len(self._open) > MOST_SESSIONS:
                self._open.popitem(last=False)
        return token

    def find(self, token: str) -> Session | None:
        """Return the session of a token, used now; ``None`` where it has ended or never was."""
        key, now = _hashed(token), self._now()
        with self._lock:
            session = self._open.get(key)
        if session is None:
            return None
        known = self._users.secret(session.user)
        fresh = now - session.seen < IDLE_S and now - session.opened < LONGEST_S
        kept = fresh and known is not None and hmac.compare_digest(known, session.secret)
        with self._lock:
            if not kept:
                self._open.pop(key, None)
                return None
            if key not in self._open:  # logged out meanwhile
                return None
            used = Session(session.user, session.form_token, session.secret, session.opened, now)
            self._open[key] = used
            return used

    def close(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._open.pop(_hashed(token), None)


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


class Who(StrEnum):
    """By what failed tries are counted."""

    ADDRESS = "address"
    USER = "user"  # from browsers that have never logged in as this user
    BROWSER = "browser"  # one that has: see known_browser


Counted = tuple[Who, str]

FREE_TRIES = 5  # everybody mistypes
# The longest wait.  Short for a user: whoever knows an editor's name could else keep the editor
# out; a try every half minute finds no password of twelve characters all the same.
MOST_WAIT_S = {Who.ADDRESS: 60.0, Who.USER: 30.0, Who.BROWSER: 60.0}
FORGOTTEN_S = 900.0
MOST_COUNTED = 10_000


@dataclass(slots=True)
class _Tries:
    count: int
    last: float


class Throttle:
    """Slows down tries: after ``FREE_TRIES`` each failed one doubles the wait for the next.

    A try that comes too early is not heard and not counted.  Safe to use from several threads.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._tries: OrderedDict[Counted, _Tries] = OrderedDict()

    def begin(self, by: Iterable[Counted]) -> float:
        """Return 0.0 for a try that may be made, else the seconds until one may.

        A try that may be made is counted as failed until ``succeeded`` is told: of a hundred made
        at once, most have to wait.
        """
        keys, now = tuple(by), self._now()
        with self._lock:
            wait = max((self._wait(key, now) for key in keys), default=0.0)
            if wait > 0.0:
                return wait
            for key in keys:
                before = self._tries.pop(key, _Tries(0, now))
                recent = now - before.last < FORGOTTEN_S
                self._tries[key] = _Tries(before.count + 1 if recent else 1, now)
            while len(self._tries) > MOST_COUNTED:
                self._tries.popitem(last=False)
            return 0.0

    def succeeded(self, by: Iterable[Counted]) -> None:
        """Forget the failed tries of a user or browser; the address has one fewer.

        Who has an account must not be able to clear the way for tries at another's.
        """
        with self._lock:
            for key in by:
                tries = self._tries.get(key)
                if tries is None:
                    continue
                if key[0] is Who.ADDRESS and tries.count > 1:
                    tries.count -= 1
                else:
                    del self._tries[key]

    def _wait(self, key: Counted, now: float) -> float:
        tries = self._tries.get(key)
        if tries is None or tries.count < FREE_TRIES or now - tries.last >= FORGOTTEN_S:
            return 0.0
        # 2 ** 10 is past every limit, and 2 ** 10000 would be no float.
        wait = min(2.0 ** min(10, tries.count - FREE_TRIES), MOST_WAIT_S[key[0]])
        return max(0.0, tries.last + wait - now)


def address_key(host: str) -> str:
    """Return what an address is counted by: itself, or the /64 network that an IPv6 one is of.

    One connection usually has a whole /64 of addresses to try from.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(getattr(address, "ipv4_mapped", None) or address)


def browser_mark(user: str, secret: str) -> str:
    """Return what a browser keeps that has logged in as ``user``; no credential by itself.

    With it a browser's tries are counted by themselves, so that nobody else's failed tries keep
    the editor out (OWASP's "device cookie").  It is made with the user's password hash, so that
    nobody can make one up, it outlives the server, and a new password ends it.
    """
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{_signature(nonce, user, secret)}"


def known_browser(mark: str, user: str, secret: str | None) -> str | None:
    """Return the name of the browser that ``mark`` was given to, ``None`` for any other text."""
    nonce, _, signature = mark.partition(".")
    expected = _signature(nonce, user, secret or "")
    same = hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), expected.encode())
    return nonce if same and secret else None


def _signature(nonce: str, user: str, secret: str) -> str:
    said = f"{nonce}\0{user}".encode("utf-8", "surrogatepass")
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
