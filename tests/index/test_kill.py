"""A sync killed at any instant leaves a library that is old or new, file by file, and goes on."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from index.errors import LibraryMissing
from index.languages import detect
from index.library import Library
from index.library_place import library_path
from index.sync import sync
from tests.fakes import LETTERS, FakeEncoder

ROOT = Path(__file__).resolve().parents[2]

DELAY_S = 0.003  # a text: a sync takes most of its time embedding, as with a real model
# Commits every few passages, so that there are many moments to be killed at.
SYNC = """
import sys
from pathlib import Path
import index.embedding
import index.sync
from index.languages import detect
from index.library import Library
from index.library_place import library_path
from tests.index.test_kill import DELAY_S, make_encoder
index.sync.GROUP_PASSAGES = 8
index.embedding.KEEP_TEXTS = 3
content = Path(sys.argv[1])
detect("the model of languages takes longer to load than all the rest")
print("ready", flush=True)
with Library.open(library_path(content), create=True) as library:
    index.sync.sync(content, library, make_encoder(int(sys.argv[2]), delay_s=DELAY_S))
print("done", flush=True)
"""


def make_encoder(model: int, delay_s: float = 0.0) -> FakeEncoder:
    """Models differ in the order of their axes, so that a mix of two could be told."""
    axes = LETTERS[model:] + LETTERS[:model]
    return FakeEncoder(axes, revision=str(model), delay_s=delay_s)


def texts(version: int) -> dict[str, str]:
    """Twenty-five files of which a version changes two thirds, and one of its own."""
    made = {}
    for number in range(25):
        edition = version if number % 3 else 0
        pairs = "\n\n".join(
            f"### Why {number}-{place}?\n\nBecause of {'no' * edition} {'yes' * place}.\n"
            for place in range(4)
        )
        made[f"article-{number:02}.md"] = f"## FAQ\n\n{pairs}"
    made[f"only-{version}.md"] = f"## Only\n\nIn version {'i' * version}.\n"
    return made


def write(content: Path, version: int) -> None:
    for path in content.glob("*.md"):
        path.unlink()
    for name, text in texts(version).items():
        (content / name).write_text(text, encoding="utf-8")


def per_file(library: Library) -> dict[str, tuple[object, ...]]:
    """What each file has in the library, with its passages' vectors as the library gives them."""
    found: dict[str, tuple[object, ...]] = {}
    rows = list(zip(library.passages(), library.vectors(), strict=True))
    for path, state in library.sources().items():
        own = [(p, v.tobytes()) for p, v in rows if p.article in state.articles]
        found[path] = (state.digest, [library.article(id) for id in state.articles], own)
    return found


def afresh(content: Path, path: Path, model: int) -> dict[str, tuple[object, ...]]:
    with Library.open(path, create=True) as library:
        sync(content, library, make_encoder(model))
        return per_file(library)


def seconds_of_a_sync(content: Path) -> float:
    detect("the model of languages takes longer to load than all the rest")
    started = time.perf_counter()
    with Library.open(library_path(content), create=True) as library:
        sync(content, library, make_encoder(1, delay_s=DELAY_S))
    shutil.rmtree(library_path(content).parent)
    return time.perf_counter() - started


def kill_a_sync(content: Path, model: int, after_s: float) -> bool:
    """Start a sync in a process of its own and kill it; whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", SYNC, str(content), str(model)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(after_s)
    process.kill()
    return "done" not in process.communicate()[0]


def test_a_sync_killed_ten_times_is_old_or_new_and_goes_on(tmp_path: Path) -> None:
    choose = random.Random(11)
    content = tmp_path / "content"
    content.mkdir()
    write(content, 1)
    whole_s = seconds_of_a_sync(content)
    old: dict[str, tuple[object, ...]] = {}
    old_model = killed = partial = 0
    for version in range(1, 31):
        if version > 10 and partial:  # when a sync is killed is up to the machine, too
            break
        model = 1 if version <= 6 else version  # later ones change the model as well
        # What may be there: all the old, or with the new model each file old or new.
        before = afresh(content, tmp_path / f"old-{version}.sqlite", model) if old else {}
        write(content, version)
        new = afresh(content, tmp_path / f"new-{version}.sqlite", model)
        killed += kill_a_sync(content, model, choose.uniform(0, whole_s))
        try:
            with Library.open(library_path(content), read_only=True) as library:
                library.verify()
                found = per_file(library)
                found_model = int(library.model.revision) if library.model else 0
        except LibraryMissing:
            found, found_model = {}, 0
        if found_model == model:
            for path in {*found, *before, *new}:
                assert found.get(path) in (before.get(path), new.get(path)), path
            partial += found not in (before, new)
        else:
            assert (found, found_model) == (old, old_model)
        with Library.open(library_path(content), create=True) as library:
            sync(content, library, make_encoder(model))
            library.verify()
            assert per_file(library) == new
        old, old_model = new, model
    assert killed >= 5, "most syncs were over before they were killed: nothing was tested"
    assert partial >= 1, "no sync was killed between two files"
