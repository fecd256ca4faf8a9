"""How well Footnote finds answers and knows when it has none, beside its peers.

    python -m benchmarks.quality [--data DIR] [--only SET,...]

runs every question set of a folder through the public API and prints one table.  The modules:

    sets.py      a set's entries and questions, sampled and with entries removed
    cache.py     an encoder that embeds a text once and for all
    ours.py      the questions through ``index.sync`` and ``qa.Answerer``
    peers.py     the same model as other pipelines use it, and BM25
    typos.py     seeded typing errors
    metrics.py   hit@1, MRR, AUROC, share answered at a precision, calibration; bootstrap
    figures.py   a set's runs as named figures, those with floors among them
    report.py    the tables, the reliability plot, the JSON record
"""
