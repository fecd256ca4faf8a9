"""The browser that benchmarks and tests drive."""

import os
import shutil


def browser_path() -> str | None:
    """The browser to drive: $FOOTNOTE_BROWSER, an installed one, or None: Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    named = os.environ.get("FOOTNOTE_BROWSER")
    return named or next((path for name in names if (path := shutil.which(name))), None)
