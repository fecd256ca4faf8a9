"""How many cores there are for this process."""

import os


def cores() -> int:
    """Return how many cores there are, or this process may use, where the system tells that."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
