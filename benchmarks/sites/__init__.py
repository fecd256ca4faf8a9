"""Whole sites, as publishers have them, and what readers ask there: see ``README.md``."""
