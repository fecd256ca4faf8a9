"""What the tests of HTML pages share: an article, a page around it, and what is read from it."""

from tests.index.readers.reading import article, pairs

# Running text of an article; long enough for a page to be more than its furniture.
FIRST = (
    "The tide mill has ground flour for four hundred years. Twice a day the pond fills through the "
    "gate, and twice a day the miller lets it out again over the wheel, which is of oak and turns "
    "so slowly that a child can count its paddles."
)
SECOND = (
    "Visitors can walk along the dam at low water. The path is wet, and there is no rail on the "
    "side of the sea, so children should be held by the hand. At the far end a bench stands under "
    "an elder, from which one sees the church and the boats."
)
ARTICLE = f"<h1>The tide mill</h1><p>{FIRST}</p><h2>The dam</h2><p>{SECOND}</p>"
ARTICLE_TEXT = f"{FIRST}\n\nThe dam\n\n{SECOND}"


def page(body: str, head: str = "<title>The tide mill</title>") -> str:
    return f"<!doctype html>\n<html><head>{head}</head><body>{body}</body></html>"


def text_of(body: str) -> str:
    return article(page(body), "a.html").text


def faq_of(body: str) -> list[tuple[str, str]]:
    return pairs(page(body), "a.html")
