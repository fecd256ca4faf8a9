"""The plot of a record: the ways side by side."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

# What is shown of a way, with a title and whether less is better.
PANELS = (
    ("ask_p50_ms", "one question, ms (median)", True),
    ("build_per_s", "passages indexed a second", False),
    ("cold_s", "start to first answer, s", True),
    ("ask_peak_mb", "memory while answering, MB", True),
)
NAMES = {
    "footnote": "Footnote",
    "footnote_int8": "Footnote, 8 bits",
    "langchain": "LangChain + FAISS",
    "llamaindex": "LlamaIndex + FAISS",
    "txtai": "txtai",
    "haystack_faiss": "Haystack + FAISS",
    "haystack_memory": "Haystack in memory",
}
OURS_COLOUR, PEERS_COLOUR = "#4f46e5", "#9ca3af"


def draw(record: Mapping[str, Any], path: Path) -> None:
    """Write a PNG of the part "peers", a panel a figure; nothing where it was not measured."""
    part = record["parts"].get("peers")
    if not part:
        return
    from matplotlib.figure import Figure  # not pyplot: no window, no state

    figure = Figure(figsize=(10, 6), layout="constrained")
    for axes, (name, title, less) in zip(figure.subplots(2, 2).flat, PANELS, strict=True):
        values = {
            way: part["figures"][f"peers.{way}.{name}"]
            for way in NAMES
            if f"peers.{way}.{name}" in part["figures"]
        }
        ways = list(values)[::-1]  # bars are drawn from below
        colours = [OURS_COLOUR if way.startswith("footnote") else PEERS_COLOUR for way in ways]
        bars = axes.barh([NAMES[way] for way in ways], [values[way] for way in ways], color=colours)
        axes.bar_label(bars, [f"{values[way]:.3g}" for way in ways], padding=3)
        axes.set_title(f"{title} ({'less' if less else 'more'} is better)", fontsize=10)
        axes.margins(x=0.15)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(
        f"{part['about']['passages']} passages, the same weights; {record['cpu']}, "
        f"{record['cores']} cores, {record['date']}",
        fontsize=10,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
