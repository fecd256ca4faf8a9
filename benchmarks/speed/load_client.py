"""Many readers at once, in a process of their own: ``python -m benchmarks.speed.load_client``.

Standard input is {"port": …, "way": "json" or "chat", "readers": …, "questions": […],
"seconds": …, "per_session": …}.  Each reader asks one question after the other, each question is
asked once, until there is none left or the time is over.  What is printed is
{"ms": […], "wall_s": …, "cpu_s": …, "asked": […], "refused": …, "refused_ms": […], "errors": […]}:
``asked`` are the places of the questions that were answered, ``refused`` those told to try again
in the way that the server promises.

"json" is ``POST /api/v1/ask``.  "chat" is what Gradio's page does: a question joins the queue, and
a stream of events, which ends with the answer, is read from it; after ``per_session`` questions
another session begins.  A connection a reader is kept open, and one more for the page's heartbeat.

It shares the machine with the server that it measures, so it does little: bare sockets, and of an
answer it looks only at the status and at what tells that it is the one asked for.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

HOST = "127.0.0.1"
GIVE_UP_S = 60.0  # of one request: it hangs


class Connection:
    """HTTP/1.1 over one connection, opened when it is first needed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.headers: dict[str, str] = {}

    async def begin(self, method: str, path: str, body: bytes = b"") -> int:
        """Send a request; return the status of the answer, whose head has been read."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port, limit=1 << 22)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nhost: {HOST}\r\n"
        if body:
            head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        writer.write(f"{head}\r\n".encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        return int(lines[0].split()[1])

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the answer's body as it comes."""
        assert self._streams is not None
        reader, _ = self._streams
        if "content-length" in self.headers:
            yield await reader.readexactly(int(self.headers["content-length"]))
            return
        while size := int(await reader.readuntil(b"\r\n"), 16):
            yield (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send a request; return the answer's status and body."""
        status = await self.begin(method, path, body)
        return status, b"".join([chunk async for chunk in self.chunks()])

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class Readers:
    """All readers and what became of their questions."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.port: int = given["port"]
        self.questions: list[str] = given["questions"]
        self.per_session: int = given.get("per_session", 3)
        self.ends_at = time.perf_counter() + given["seconds"]
        self.waiting: Iterator[int] = iter(range(len(self.questions)))
        self.asked: list[int] = []
        self.ms: list[float] = []
        self.refused_ms: list[float] = []
        self.errors: list[str] = []
        self.send: dict[str, Any] = {}

    def next(self) -> int | None:
        """Return the place of the next question, or None where it is time to go."""
        return next(self.waiting, None) if time.perf_counter() < self.ends_at else None

    async def prepare_chat(self) -> None:
        """Learn from the page's configuration how a question is sent."""
        connection = Connection(self.port)
        _, body = await connection.ask("GET", "/config")
        connection.close()
        for dependency in json.loads(body)["dependencies"]:
            clicked = [target for target in dependency["targets"] if target[1] == "click"]
            if clicked:
                self.send = {"fn_index": dependency["id"], "trigger_id": clicked[0][0]}

    async def by_json(self) -> None:
        """Ask one question after the other."""
        connection = Connection(self.port)
        while (place := self.next()) is not None:
            asked = {"id": place, "question": self.questions[place]}
            started = time.perf_counter()
            status, body = await connection.ask("POST", "/api/v1/ask", json.dumps(asked).encode())
            right = status == 200 and body.startswith(b'{"id":%d,' % place)
            self.note(place, started, right, status, connection.headers, body)
        connection.close()

    async def by_chat(self) -> None:
        """Ask one question after the other, in sessions as a page has them."""
        connection = Connection(self.port)
        while True:
            session = uuid4().hex[:11]
            heartbeat = Connection(self.port)
            await heartbeat.begin("GET", f"/gradio_api/heartbeat/{session}")
            for _ in range(self.per_session):
                place = self.next()
                if place is None:
                    heartbeat.close()
                    connection.close()
                    return
                await self._in_chat(connection, session, place)
            heartbeat.close()

    async def _in_chat(self, connection: Connection, session: str, place: int) -> None:
        data = [self.questions[place], "", None]  # nothing kept of a conversation
        asked = {**self.send, "data": data, "session_hash": session}
        started = time.perf_counter()
        status, body = await connection.ask(
            "POST", "/gradio_api/queue/join", json.dumps(asked).encode()
        )
        answered = False
        if status == 200:
            path = f"/gradio_api/queue/data?session_hash={session}"
            status = await connection.begin("GET", path)
            async for event in connection.chunks():
                answered = answered or b"fn-answer" in event or b"fn-abstention" in event
                body = event if b"fn-failure" in event else body
        self.note(place, started, answered, status, connection.headers, body)

    def note(
        self,
        place: int,
        started: float,
        right: bool,
        status: int,
        headers: dict[str, str],
        body: bytes,
    ) -> None:
        """Note what became of a question."""
        took_ms = (time.perf_counter() - started) * 1e3
        busy = b"Too many questions are waiting" in body
        if right:
            self.asked.append(place)
            self.ms.append(took_ms)
        elif busy and (status == 200 or (status == 503 and int(headers["retry-after"]) > 0)):
            self.refused_ms.append(took_ms)
        else:
            self.errors.append(f"{status} {body[:200]!r}")


async def read_health(port: int, ms: list[float]) -> None:
    """Look at ``/healthz`` five times a second until cancelled."""
    connection = Connection(port)
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            started = time.perf_counter()
            await connection.ask("GET", "/healthz")
            ms.append((time.perf_counter() - started) * 1e3)
            await asyncio.sleep(0.2)
    connection.close()


async def run(given: dict[str, Any]) -> dict[str, Any]:
    """Let the readers ask; return what became of it."""
    readers = Readers(given)
    if given["way"] == "chat":
        await readers.prepare_chat()
    one = readers.by_chat if given["way"] == "chat" else readers.by_json
    health_ms: list[float] = []
    health = asyncio.create_task(read_health(readers.port, health_ms))
    started, cpu = time.perf_counter(), time.process_time()
    tasks = [asyncio.create_task(one()) for _ in range(given["readers"])]
    limit_s = given["seconds"] + GIVE_UP_S
    done, hanging = await asyncio.wait(tasks, timeout=limit_s)
    wall_s = time.perf_counter() - started
    for task in hanging:
        task.cancel()
        readers.errors.append("a reader hangs")
    for task in done:
        if (error := task.exception()) is not None:
            readers.errors.append(repr(error))
    health.cancel()
    await health
    return {
        "ms": readers.ms,
        "health_ms": health_ms,
        "wall_s": wall_s,
        "cpu_s": time.process_time() - cpu,
        "asked": readers.asked,
        "refused_ms": readers.refused_ms,
        "errors": readers.errors,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.load(sys.stdin)))))
