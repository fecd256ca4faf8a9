"""What is shown of a hit, which sentence of it answers, and what has to be encoded for that."""

import threading

import numpy as np
import pytest

from index.passages import passages_of
from index.readers import read_bytes
from index.records import Article, PassageKind
from qa import quoting
from qa.quoting import COMPARED_SENTENCES, Quoter
from qa.search import Searcher
from tests.builders import article
from tests.fakes import FakeEncoder

AXES = ("tea", "cup", "ice")
SAID = "Keep the tea in a tin. Light harms every cup. Ice is for others."


def over(made: Article, *, turned: bool = False) -> Searcher:
    """Return a searcher over ``made``; ``turned``: its sentences' tea is ice, and ice tea."""
    passages = passages_of(made)
    vectors = FakeEncoder(AXES).encode_documents([one.text for one in passages])
    if turned:
        rows = [row for row, one in enumerate(passages) if one.kind is PassageKind.SENTENCE]
        vectors[rows] = vectors[rows][:, [2, 1, 0, 3]]
    return Searcher([made], passages, vectors)


def quote(
    quoter: Quoter, searcher: Searcher, about: str, *, question: str = "?", close: bool = True
) -> str:
    """Return what is quoted of the only owner for a question without words of its own."""
    (owner,) = searcher.owners
    vector = FakeEncoder(AXES).encode_queries([about])[0]
    _, (start, end) = quoter.excerpt(searcher, owner, question, vector, close=close)
    return owner.article.text[start:end]


def test_the_sentence_closest_in_meaning_is_quoted() -> None:
    quoter, searcher = Quoter(FakeEncoder(AXES)), over(article([("", SAID)]))
    assert quote(quoter, searcher, "cup") == "Light harms every cup."
    assert quote(quoter, searcher, "ice") == "Ice is for others."


def test_the_librarys_sentences_are_not_encoded_again() -> None:
    fake = FakeEncoder(AXES)
    quoter = Quoter(fake)
    # What the library has decides, not what the encoder would say.
    assert quote(quoter, over(article([("", SAID)]), turned=True), "ice") == (
        "Keep the tea in a tin."
    )
    assert quote(quoter, over(article(faq=[("Why?", SAID)]), turned=True), "ice") == (
        "Keep the tea in a tin."
    )
    assert fake.documents == []


def test_only_what_the_library_has_no_vector_of_is_encoded_and_only_once() -> None:
    fake = FakeEncoder(AXES)
    quoter = Quoter(fake)
    # "No ice." is too short to be found by itself.
    searcher = over(article([("", f"{SAID} No ice.")]))
    assert quote(quoter, searcher, "tea") == "Keep the tea in a tin."
    assert fake.documents == ["No ice."]
    quote(quoter, searcher, "cup")
    quote(quoter, over(article([("", f"No ice. {SAID}")], id="b.md")), "cup")
    assert fake.documents == ["No ice."]


def test_the_sentences_not_used_longest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "_CACHED_SENTENCES", 3)
    fake = FakeEncoder(AXES)
    quoter = Quoter(fake)
    for said in ("Tea. Cup.", "Ice. Tea.", "Pot. Tea.", "Tea. Ice.", "Cup. Tea."):
        quote(quoter, over(article([("", said)])), "cup")
    # "Pot." takes the place of "Cup.", which had not been used since the first; "Tea." always was.
    assert fake.documents == ["Tea.", "Cup.", "Ice.", "Pot.", "Cup."]


def test_what_is_not_read_is_quoted_by_its_words_and_costs_nothing() -> None:
    fake = FakeEncoder(AXES)
    searcher = over(article([("", "Tea. The cup. Ice.")]))
    quoted = quote(Quoter(fake), searcher, "ice", question="the cup", close=False)
    assert (quoted, fake.documents) == ("The cup.", [])


def test_a_single_sentence_is_quoted_without_a_comparison() -> None:
    fake = FakeEncoder(AXES)
    assert quote(Quoter(fake), over(article([("", "Tea.")])), "ice") == "Tea."
    assert fake.documents == []


def test_words_and_meaning_decide_together() -> None:
    # Cosines with "tea": 1, √½, 0.  "others" is in the third only, all of the question's words: the
    # overlap counts a half.
    quoter, searcher = Quoter(FakeEncoder(AXES)), over(article([("", SAID)]))
    assert quote(quoter, searcher, "tea", question="others") == "Keep the tea in a tin."
    # √½ and a half are more than 1.
    said = "Tea is hot stuff. Tea in a blue cup. Ice is cold stuff."
    searcher = over(article([("", said)]))
    assert quote(quoter, searcher, "tea", question="blue") == "Tea in a blue cup."


def test_a_pairs_answer_begins_with_what_is_asked_for_and_a_section_does_not() -> None:
    # Cosines with "tea": 3 / √11 = .905, and 1; √½, and 1.
    said = "Tea, tea, tea: a cup on our table, and ice. Tea is only tea."
    far = "Tea in a cup that nobody of us has ever had. So it goes. Tea is only tea."
    quoter = Quoter(FakeEncoder(AXES))
    assert quote(quoter, over(article(faq=[("Why?", said)])), "tea").startswith("Tea, tea, tea")
    assert quote(quoter, over(article(faq=[("Why?", far)])), "tea") == "Tea is only tea."
    assert quote(quoter, over(article([("", said)])), "tea") == "Tea is only tea."


def test_of_a_pairs_words_those_count_that_its_question_lacks() -> None:
    # Cosines with "tea": √½ and 1; the first is .25 ahead as the first, and has blue and glass.
    said = "A cup of tea in blue glass is for us all. So it goes. Tea and nothing but tea."
    quoter = Quoter(FakeEncoder(AXES))
    for asks, marked in (("Why?", "A cup"), ("Why blue glass?", "Tea and")):
        searcher = over(article(faq=[(asks, said)]))
        assert quote(quoter, searcher, "tea", question="blue glass tea").startswith(marked)


def test_what_a_question_leans_on_has_no_words_to_mark_a_sentence_for() -> None:
    said = "Nothing at all. Tea, the cup of tea, is your own."
    searcher = over(article(faq=[("Ice?", said)]))
    (owner,) = searcher.owners
    quoter, vector = Quoter(FakeEncoder(AXES)), FakeEncoder(AXES).encode_queries(["tea"])[0]
    for meant, marked in (("", "Tea, the cup of tea, is your own."), ("is it free", said)):
        _, (start, end) = quoter.excerpt(
            searcher, owner, "my own cup is it free", vector, close=True, meant=meant
        )
        assert owner.article.text[start:end] == marked


def test_a_yes_is_quoted_with_what_restricts_it_or_not_at_all() -> None:
    near = "Yes, we freeze it. Green tea is never frozen. Tea is only tea."
    far = "Yes, we freeze it. Tea is only tea. Green tea is never frozen."
    quoter = Quoter(FakeEncoder(AXES))
    for said, question, marked in (
        (near, "Can I freeze?", "Yes, we freeze it."),
        (near, "Can I freeze green?", "Yes, we freeze it. Green tea is never frozen."),
        (far, "Can I freeze green?", "Green tea is never frozen."),
    ):
        searcher = over(article(faq=[("Can I freeze?", said)], language="en"))
        assert quote(quoter, searcher, "tea", question=question) == marked


def test_another_form_of_a_pairs_word_is_no_further_word() -> None:
    said = "Yes, we do. Tea is only tea. Some collectors of tea are nice."
    searcher = over(article(faq=[("Can tea be collected?", said)], language="en"))
    quoter = Quoter(FakeEncoder(AXES))
    assert quote(quoter, searcher, "tea", question="Is there a collector?") == "Yes, we do."


def test_a_sentence_that_states_what_is_asked_for_is_a_little_ahead() -> None:
    said = "Tea of ours is the best tea there is. Tea of ours is 4 euros a tin today."
    quoter, searcher = Quoter(FakeEncoder(AXES)), over(article([("", said)], language="en"))
    priced = "Tea of ours is 4 euros a tin today."
    assert quote(quoter, searcher, "tea", question="what is the price") == priced
    assert quote(quoter, searcher, "tea", question="what is it").startswith("Tea of ours is the")


def test_a_tables_row_has_the_words_of_its_head() -> None:
    (made,) = read_bytes(
        b"# Bikes\n\n| Bike | Pressure |\n|---|---|\n| City | 4 bar |\n| Trail | 2 bar |\n\n"
        b"Look at the pressure once a month.\n",
        "a.md",
    )
    quoted = quote(Quoter(FakeEncoder(AXES)), over(made), "ice", question="pressure of a trail")
    assert quoted == "Trail | 2 bar"


def test_a_short_beginning_is_quoted_with_what_follows() -> None:
    said = "Nothing at all. Tea, the cup of tea, is hot."
    quoter = Quoter(FakeEncoder(AXES))
    assert quote(quoter, over(article(faq=[("Ice?", said)])), "tea") == said
    assert quote(quoter, over(article([("", said)])), "tea") == "Tea, the cup of tea, is hot."
    other = "Ice tea is cold. Tea, the cup of tea, is hot."
    told = quote(quoter, over(article(faq=[("Ice?", other)])), "tea", question="the cup of tea")
    assert told == "Tea, the cup of tea, is hot."


def test_of_many_sentences_those_with_the_most_shared_words_are_compared() -> None:
    # The last two are the only ones with a word of the question: the second of them is the closest.
    # What is not compared is closer still.
    said = " ".join(["Tea, nothing but tea."] * COMPARED_SENTENCES)
    searcher = over(article([("", f"{said} Blue tea, tea, tea and one cup. Blue ice is cold.")]))
    fake = FakeEncoder(AXES)
    quoter = Quoter(fake)
    assert quote(quoter, searcher, "tea", question="blue").startswith("Blue tea")
    far = over(article([("", "Ice is cold. " * COMPARED_SENTENCES + "Nothing but tea here.")]))
    assert quote(quoter, far, "tea") == "Ice is cold."
    assert fake.documents == []


def test_a_yes_or_no_is_quoted_whatever_is_closer() -> None:
    said = "No, it does not like that. Ice, ice, ice."
    searcher = over(article(faq=[("Can tea freeze?", said)]))
    quoted = quote(Quoter(FakeEncoder(AXES)), searcher, "ice", question="Can tea freeze?")
    assert quoted == "No, it does not like that."


def test_of_a_long_section_the_part_that_meets_the_question_is_shown_and_quoted() -> None:
    # 2200 characters in one paragraph, which is more than is shown of a section.
    tea, ice = "Tea is what we keep here. " * 40, "Ice is what they keep there. " * 40
    searcher = over(article([("", tea + ice.strip())]))
    (owner,) = searcher.owners
    vector = FakeEncoder(AXES).encode_queries(["ice"])[0]
    (start, end), (quote_start, quote_end) = Quoter(FakeEncoder(AXES)).excerpt(
        searcher, owner, "?", vector, close=True
    )
    # A window of whole sentences that has no tea in it; of equal ones the first.
    assert start == owner.article.text.index("Ice")
    assert (quote_start, quote_end) == (start, start + len("Ice is what they keep there."))
    assert end - start < 500


def test_many_threads_quote_the_same() -> None:
    quoter = Quoter(FakeEncoder(AXES, delay_s=0.001))
    searcher = over(article([("", "Tea. The cup. Ice. Tea and ice.")]))
    quoted: list[str] = []

    def work() -> None:
        quoted.extend(quote(quoter, searcher, about) for about in ("ice", "cup", "tea"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert quoted.count("Ice.") == quoted.count("The cup.") == quoted.count("Tea.") == 4


def test_vectors_of_the_library_are_left_as_they_are() -> None:
    searcher = over(article([("", SAID)]))
    before = searcher.sentence_vector("Ice is for others.")
    assert before is not None
    copy = before.copy()
    quote(Quoter(FakeEncoder(AXES)), searcher, "ice")
    assert np.array_equal(before, copy)


def test_the_address_of_a_quote_is_that_of_its_place_in_the_library_that_is_asked() -> None:
    quoter, url = Quoter(FakeEncoder(AXES)), "https://shop.example/tea"
    for said, fragment in (
        ("Keep tea dry.", "#:~:text=Keep%20tea%20dry."),
        # Only what follows tells the two apart.
        ("Keep tea dry. Keep tea dry.", "#:~:text=Keep%20tea%20dry.,-Keep%20tea"),
    ):
        (owner,) = (searcher := over(article([("", said)], url=url))).owners
        for _ in range(2):  # found, and remembered
            assert quoter.public_url(searcher, owner, (0, 13)) == url + fragment


def test_a_quote_that_was_published_nowhere_has_no_address() -> None:
    for url in (None, "tea.html"):
        (owner,) = (searcher := over(article([("", SAID)], url=url))).owners
        assert Quoter(FakeEncoder(AXES)).public_url(searcher, owner, (0, 22)) is None
