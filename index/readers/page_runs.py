"""Where a page's own lines are believed: beside others, or at the page's beginning or end.

Articles say "Share the link with your guests." and "Print", too.  So no line is dropped for its
words alone: it stands in a run of such lines, one of which is surely the page's, or it is sure and
nothing but such lines comes before or after it.
"""

from collections.abc import Iterator, Sequence

from index.readers.page_lines import Weight


def page_runs(weights: Sequence[Weight | None]) -> Iterator[range]:
    """The runs of lines that are the page's, in order.

    ``weights`` has one entry a block: None for what only separates (a rule), NONE for text.
    """
    start = 0
    while start < len(weights):
        if not weights[start]:
            start += 1
            continue
        end = start
        while end < len(weights) and weights[end] is not Weight.NONE:
            end += 1
        lines = [weight for weight in weights[start:end] if weight]
        outermost = not any(w is Weight.NONE for w in weights[:start]) or end == len(weights)
        if Weight.SURE in lines and (len(lines) >= 2 or outermost):
            yield range(start, end)
        start = end
