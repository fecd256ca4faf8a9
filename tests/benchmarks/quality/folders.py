"""Small question sets, written as folders."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def write_lines(path: Path, lines: Sequence[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def entry(id: str, question: str | None, answer: str) -> dict[str, Any]:
    return {"id": id, "question": question, "answer": answer}


def query(id: str, text: str, *relevant: str, **more: str) -> dict[str, Any]:
    return {"id": id, "text": text, "relevant": list(relevant), **more}


def write_set(
    folder: Path,
    bank: Sequence[dict[str, Any]],
    queries: Sequence[dict[str, Any]],
    *,
    removed: Sequence[str] = (),
) -> Path:
    write_lines(folder / "bank.jsonl", bank)
    write_lines(folder / "queries.jsonl", queries)
    if removed:
        text = json.dumps({"rule": "by hand", "remove_bank_ids": list(removed)})
        (folder / "abstain_remove.json").write_text(text, encoding="utf-8")
    return folder
