"""Ways to group questions, held against one another over sets in which the right groups are known.

Each set's questions are grouped by their vectors alone; right is one group for each intent, or for
each entry of the bank that answers them.  A way has one setting for all sets: what is best for one
set is worst for another, and nobody can tune it to a log that has no labels.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.gaps.measure import adjusted_rand, purity
from benchmarks.gaps.replay import OFF, labels
from benchmarks.quality import sets
from index.encoder import Encoder
from qa.grouping import group

QUESTIONS = 900
Way = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.int64]]


def ways() -> dict[str, Way]:
    """Return each way by its name."""
    found: dict[str, Way] = {"ours": group}
    for linkage in ("average", "complete"):
        for most in (0.4, 0.5, 0.6):
            found[f"{linkage} linkage, distance {most}"] = _linkage(linkage, most)
    for most in (0.25, 0.35):
        found[f"connected components, distance {most}"] = _linkage("single", most)
        found[f"DBSCAN, distance {most}"] = _dbscan(most)
    for least in (2, 3, 5):
        found[f"HDBSCAN, at least {least}"] = _hdbscan(least)
    return found


def compare(data: Path, encoder: Encoder) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the adjusted Rand index and purity of each way, by set: all sets with labels."""
    measured: dict[str, dict[str, tuple[float, float]]] = {name: {} for name in ways()}
    for folder, questions in sets.question_files(data).items():
        whole = sets.load(folder, questions, limit=QUESTIONS)
        own = labels(questions)
        asked = [query for query in whole.queries if query.relevant and own[query.id] != OFF]
        if not whole.of_pairs or not asked:
            continue
        log = encoder.encode_queries([query.text for query in whole.queries])
        bank = encoder.encode_documents([one.question or one.answer for one in whole.entries])
        vectors = encoder.encode_queries([query.text for query in asked])
        right = [own[query.id] for query in asked]
        for name, way in ways().items():
            groups = way(vectors, np.vstack([log, bank])).tolist()
            measured[name][whole.name] = (adjusted_rand(groups, right), purity(groups, right))
    return measured


def show(measured: Mapping[str, Mapping[str, tuple[float, float]]]) -> None:
    """Print the table: adjusted Rand index and purity of each set, and the mean index."""
    names = list(next(iter(measured.values())))
    print(f"{'':<40}" + "".join(f"{name[:14]:>16}" for name in names) + f"{'mean':>8}")
    for way, own in measured.items():
        cells = "".join(f"{own[name][0]:>9.2f} {own[name][1]:>6.2f}" for name in names)
        mean = sum(own[name][0] for name in names) / len(names)
        print(f"{way:<40}{cells}{mean:>8.3f}")


def _distances(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    distances = np.clip(1.0 - vectors.astype(np.float64) @ vectors.T.astype(np.float64), 0.0, None)
    np.fill_diagonal(distances, 0.0)
    return np.asarray(distances)


def _linkage(linkage: str, most: float) -> Way:
    def way(vectors: NDArray[np.float32], _: NDArray[np.float32]) -> NDArray[np.int64]:
        from sklearn.cluster import AgglomerativeClustering

        clustering = AgglomerativeClustering(
            n_clusters=None, distance_threshold=most, metric="precomputed", linkage=linkage
        )
        return np.asarray(clustering.fit_predict(_distances(vectors)), dtype=np.int64)

    return way


def _dbscan(most: float) -> Way:
    def way(vectors: NDArray[np.float32], _: NDArray[np.float32]) -> NDArray[np.int64]:
        from sklearn.cluster import DBSCAN

        clustering = DBSCAN(eps=most, min_samples=3, metric="precomputed")
        return _alone(clustering.fit_predict(_distances(vectors)))

    return way


def _hdbscan(least: int) -> Way:
    def way(vectors: NDArray[np.float32], _: NDArray[np.float32]) -> NDArray[np.int64]:
        from sklearn.cluster import HDBSCAN

        clustering = HDBSCAN(min_cluster_size=least, metric="precomputed", copy=True)
        return _alone(clustering.fit_predict(_distances(vectors)))

    return way


def _alone(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the groups with each question that has none in one of its own."""
    alone = np.flatnonzero(groups < 0)
    found = np.asarray(groups, dtype=np.int64).copy()
    found[alone] = groups.max() + 1 + np.arange(len(alone))
    return found
