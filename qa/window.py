"""What of a long question the embedding model is shown: it reads no more than its window."""

from index.passages import sentences, token_estimate

# The default model cuts at 256 tokens (its model card), and this is an estimate.
WINDOW_TOKENS = 200


def shown_to_model(question: str) -> str:
    """Return what is embedded of a question: all of it, where that fits into the model's window.

    Of a longer one the sentences that ask, each with the one before it, which often says what of;
    those at the end first, for that is where a long letter asks.  Where none asks, all of it, of
    which the model reads the beginning.  The words of the whole question are looked for anyway.
    """
    if token_estimate(question) <= WINDOW_TOKENS:
        return question
    spans = sentences(question)
    texts = [question[start:end] for start, end in spans]
    asking = [place for place, text in enumerate(texts) if text.endswith(("?", "？", "؟"))]
    chosen: set[int] = set()
    room = WINDOW_TOKENS
    for place in reversed(asking):
        for one in (place, place - 1):
            cost = token_estimate(texts[one]) if one >= 0 else 0
            if one >= 0 and one not in chosen and cost <= room:
                chosen.add(one)
                room -= cost
    return " ".join(texts[place] for place in sorted(chosen)) or question
