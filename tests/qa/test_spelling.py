"""Likelihoods worked by hand: a word of OWN that occurs ten times is 0.7 · 10/10,000 of all that is
typed, ln -7.3 (small libraries count as having 10,000 words); a letter left out costs 1.6, so that
"matress" is a mattress at -8.9, above the threshold of words of seven letters, -18.
"""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import Encoder
from qa.spelling import Change, Corrected, Speller

OWN: Mapping[str, int] = {
    "mattress": 10,
    "delivery": 8,
    "order": 8,
    "password": 4,
    "covid-19": 2,
    "waldner": 2,
    "friedrich": 2,
    "spain": 2,
    "e-mail": 1,
    "e": 1,
}
# Everyday words, the commoner the earlier.
MODEL: Mapping[str, int] = {
    word: 10 * rank
    for rank, word in enumerate(
        (
            *("the", "is", "a", "what", "where", "who", "was", "my", "and", "in", "of", "to"),
            *("from", "home", "work", "email", "god", "bounce", "rat", "how", "can", "you"),
            *("does", "doesn", "don", "when", "will", "it", "come", "about", "for", "want"),
        )
    )
}


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(OWN, MODEL)


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("Where is my matress?", "Where is my mattress?"),
        ("waht is a god rat", "what is a god rat"),
        ("when will my ordre come", "when will my order come"),
        ("is the delivrey in the home", "is the delivery in the home"),
        ("what is the mattrses and the delivvery", "what is the mattress and the delivery"),
        ("the pasword, is it my e-mail?", "the password, is it my e-mail?"),
        ("waht's in it, it dosen't come", "what's in it, it doesn't come"),
        ("what is the password-delivrey", "what is the password-delivery"),
    ],
)
def test_a_mistyped_word_becomes_the_one_that_was_meant(
    speller: Speller, question: str, corrected: str
) -> None:
    assert speller.correct(question).text == corrected


def test_a_change_tells_its_place_and_both_words(speller: Speller) -> None:
    assert speller.correct("Is it my matress? Waht ordre?") == Corrected(
        "Is it my mattress? What order?",
        (
            Change(9, 16, "matress", "mattress"),
            Change(18, 22, "Waht", "What"),
            Change(23, 28, "ordre", "order"),
        ),
    )


def test_a_long_word_may_have_two_slips_and_a_short_one_only_one(speller: Speller) -> None:
    assert speller.correct("what is the delviry").changes == ()  # seven letters
    assert speller.correct("what is the matterss").text == "what is the mattress"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Matress", "Mattress"),
        ("WHERE IS MY MATRESS", "WHERE IS MY MATTRESS"),
        ("WWhere is it", "Where is it"),
        ("hWere is it", "Where is it"),
    ],
)
def test_capitals_stay_as_they_were_typed(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed).text == meant


def test_letters_before_the_slip_keep_their_accents() -> None:
    speller = Speller({"uberweisung": 3, "wo": 1, "ist": 1, "meine": 1})
    assert speller.correct("Wo ist meine Überweisugn").text == "Wo ist meine Überweisung"


FRENCH: Mapping[str, int] = dict.fromkeys(
    ("je", "vais", "avoir", "soit", "sans", "le", "carte", "combien", "remboursement"), 5
)


@pytest.mark.parametrize(
    "question", ["je vais voir le soir", "le sens de la carte", "ma carte est grise"]
)
def test_words_of_a_language_that_the_model_does_not_read_are_no_mistyped_ones(
    question: str,
) -> None:
    assert Speller(FRENCH, MODEL, languages=["fr-FR"]).correct(question) == Corrected(question)


def test_english_words_that_the_model_has_not_whole_are_no_mistyped_ones() -> None:
    own = {**OWN, "began": 5, "lumber": 5, "key": 5, "ring": 5, "team": 5}
    listed, without = Speller(own, MODEL, languages=["en"]), Speller(own, MODEL)
    for question in ("is it vegan", "where is my plumber", "where is my keyring"):
        assert listed.correct(question) == Corrected(question)
        assert without.correct(question).changes
    # Nearly nobody means the rare ones.
    assert listed.correct("where is my teem").text == "where is my team"


def test_slips_in_a_language_that_the_model_does_not_read_are_mended() -> None:
    speller = Speller(FRENCH, MODEL, languages=["fr"])
    assert speller.correct("je vais avoir le rembousement").text == (
        "je vais avoir le remboursement"
    )
    assert speller.correct("combein le soir").text == "combien le soir"


def test_without_a_list_of_its_words_a_language_is_mended_by_the_librarys() -> None:
    assert Speller(FRENCH, MODEL).correct("je vais voir").text == "je vais avoir"


@pytest.mark.parametrize(
    "question",
    [
        'what is a "matress"',
        "what is a “matress”",
        "was ist „matress“",
        "what is the 'matress ordre' about",
        "what is `matress`",
        "what is a MATRESS",
        "what is matress2 or v1.2 or 0xordre",
        "who was me@matress.com of www.matress.org",
        "what is /home/ordre",
        "what is matress_ordre",
        "what is MatressOrdre",
        "what is covid-19",
    ],
)
def test_codes_addresses_and_quotations_are_left_alone(speller: Speller, question: str) -> None:
    assert speller.correct(question) == Corrected(question)


def test_known_words_and_short_ones_are_left_alone(speller: Speller) -> None:
    question = "what is rat, god, my e-mail and xx to the order"
    assert speller.correct(question) == Corrected(question)


def test_a_regular_form_of_a_known_word_is_no_slip(speller: Speller) -> None:
    question = "emailing the ordering bounced about mattresses"
    assert speller.correct(question) == Corrected(question)


def test_for_a_regular_form_only_a_plain_slip_is_believed(speller: Speller) -> None:
    # Both "mailing" at ln(0.7 · 50/10,000) = -5.7; but the e is no slip that a finger makes.
    mailing = Speller({"mailing": 50}, MODEL)
    assert mailing.correct("what is emailing").changes == ()
    assert mailing.correct("what is maliing").text == "what is mailing"
    # Regular forms speak for the language, too.
    assert speller.correct("emailing bounced workers matress").text.endswith("mattress")


def test_of_a_word_with_and_without_its_ending_neither_is_a_slip() -> None:
    speller = Speller({"configured": 5, "empire": 50, "expiry": 1}, MODEL)
    assert speller.correct("what can you configure").changes == ()
    assert speller.correct("when will it expire").changes == ()


def test_a_word_without_its_apostrophe_is_known(speller: Speller) -> None:
    assert speller.correct("it doesnt come from home").changes == ()


def test_a_capital_on_everyday_language_makes_no_name() -> None:
    own = {**OWN, "payment": 9}
    assert Speller(own, {**MODEL, "payment": 300}).correct("what is Paymnt").text == (
        "what is Payment"
    )
    assert Speller(own, MODEL).correct("what is Paymnt").changes == ()


def test_a_short_name_is_left_alone() -> None:
    speller = Speller({"rosa": 20, "maria": 20}, MODEL)
    assert speller.correct("who was Rsoa of Mraia").text == "who was Rsoa of Maria"


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("who was Friedrcih of Spani", "who was Friedrich of Spain"),
        ("who was Kurt Walder", "who was Kurt Walder"),  # may be another than Waldner
        ("who was Fritz Spahn", "who was Fritz Spahn"),
        ("who was Hoem", "who was Hoem"),  # a name never becomes a word of the model
        ("who was Bouncee", "who was Bouncee"),
        ("who was Spian? Waht is it", "who was Spain? What is it"),  # begins a sentence
        ("who was it\nWaht is it", "who was it\nWhat is it"),  # so does a line
    ],
)
def test_a_name_is_not_bent_into_another(speller: Speller, question: str, corrected: str) -> None:
    assert speller.correct(question).text == corrected


@pytest.mark.parametrize(
    "question",
    [
        "Wie kann ich mein Ordre stornieren und was kostet das",
        "Où puis-je trouver mon ordre de livraison",
        "我的订单什么时候到货",
        "матрас не пришёл, где мой заказ",
        "Πού είναι η παραγγελία μου",
        "أين طلبي",
    ],
)
def test_a_question_in_another_language_is_not_bent(speller: Speller, question: str) -> None:
    assert speller.correct(question) == Corrected(question)


def test_a_library_in_another_language_corrects_to_its_own_words() -> None:
    own = dict.fromkeys(("wo", "bleibt", "meine", "bestellung", "заказ", "где", "мой"), 2)
    speller = Speller(own, MODEL)
    assert speller.correct("Wo bleibt meine Bestelung?").text == "Wo bleibt meine Bestellung?"
    assert speller.correct("где мой закза").text == "где мой заказ"
    assert speller.correct("Wo bleibt meine hoem?").changes == ()  # home is a word of the model


def test_where_few_words_are_known_only_the_library_is_believed(speller: Speller) -> None:
    assert speller.correct("matress delivrey").text == "mattress delivery"
    assert speller.correct("waht hoem").changes == ()  # words of the model


def test_words_run_together_are_parted(speller: Speller) -> None:
    assert speller.correct("can you workfrom home") == Corrected(
        "can you work from home", (Change(8, 16, "workfrom", "work from"),)
    )


def test_a_letter_is_no_word_that_was_run_together(speller: Speller) -> None:
    assert speller.correct("can you home from atxwork").changes == ()
    assert speller.correct("can you home from itwork").changes == ()


def test_a_word_that_the_model_hardly_knows_is_not_guessed_from_two_slips() -> None:
    rare = {**MODEL, "parenthetic": 10**7}
    assert Speller(OWN, rare).correct("what is a paretheitc").changes == ()
    assert Speller({**OWN, "parenthetic": 9}, rare).correct("what is a paretheitc").changes


def test_a_word_typed_as_two_is_joined(speller: Speller) -> None:
    assert speller.correct("when will my deliv ery come") == Corrected(
        "when will my delivery come", (Change(13, 22, "deliv ery", "delivery"),)
    )
    assert speller.correct("is my Matt ress in").text == "is my Mattress in"
    assert speller.correct("is my deliv Ery in").changes == ()  # a capital begins another word


def test_the_librarys_word_is_preferred_to_a_commoner_one_of_the_model() -> None:
    speller = Speller({"form": 3}, {"the": 0, "is": 1, "what": 2, "from": 5, "form": 900})
    assert speller.correct("what is the foorm").text == "what is the form"


def test_of_equally_likely_words_the_first_by_the_alphabet_is_taken() -> None:
    for own in ({"cable": 2, "table": 2}, {"table": 2, "cable": 2}):
        assert Speller(own, MODEL).correct("what is my able").text == "what is my cable"


def test_nothing_is_changed_without_words() -> None:
    assert Speller({}).correct("waht is it") == Corrected("waht is it")
    assert Speller({}, {"what"}).correct("") == Corrected("")


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [*OWN, *MODEL, "waht", "Ordre,", "“", '"', "i\u0307", "ﬁne", "deliv", "ery"]
        )
    ).map(" ".join)
)
def test_whatever_is_asked_only_the_told_spans_differ(question: str) -> None:
    corrected = Speller(OWN, MODEL).correct(question)
    rebuilt, at = "", 0
    for change in corrected.changes:
        assert at <= change.start < change.end
        assert question[change.start : change.end] == change.typed != change.meant
        rebuilt += question[at : change.start] + change.meant
        at = change.end
    assert rebuilt + question[at:] == corrected.text


@given(
    st.sampled_from(["mattress", "delivery", "password"]),
    st.integers(0, 6),
    st.sampled_from(["swap", "drop", "repeat"]),
)
def test_a_common_slip_in_a_long_word_of_the_library_is_always_mended(
    word: str, at: int, kind: str
) -> None:
    mistyped = {
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "drop": word[:at] + word[at + 1 :],
        "repeat": word[:at] + word[at] + word[at:],
    }[kind]
    assert Speller(OWN, MODEL).correct(f"where is my {mistyped}").text == f"where is my {word}"


@pytest.mark.model
def test_the_default_models_words_correct_everyday_typing_errors(encoder: Encoder) -> None:
    speller = Speller({"mattress": 4, "refund": 2}, encoder.vocabulary())
    assert speller.correct("waht is a god bonce rat").text == "what is a god bonce rat"
    assert speller.correct("Can I retrun my matress?").text == "Can I return my mattress?"
    for question in (
        "Comment puis-je annuler ma commande et obtenir un remboursement ?",
        "Wie kann ich meine Bestellung stornieren?",
        "¿Dónde está mi pedido y cuándo llega?",
        "Who was Ignatz Zimmerlin?",
        "How do I reset the thermostat's Wi-Fi password?",
    ):
        assert speller.correct(question) == Corrected(question)


def test_a_speller_that_learns_of_a_new_library_corrects_like_one_made_for_it() -> None:
    before = Speller(OWN, MODEL)
    assert before.correct("Where is my matress?").text == "Where is my mattress?"
    # The mattress is gone, the harness is new.
    now = {word: count for word, count in OWN.items() if word != "mattress"} | {"harness": 9}
    after, afresh = before.knowing(now, languages=()), Speller(now, MODEL)
    for question in ("Where is my matress?", "when will my harnes come", "what is the xarness"):
        assert after.correct(question) == afresh.correct(question)
    assert after.correct("when will my harnes come").text == "when will my harness come"
    assert after.correct("Where is my matress?").text == "Where is my matress?"
    # The one it was made of has not changed, nor has one that learns before it ever corrected.
    assert before.correct("Where is my matress?").text == "Where is my mattress?"
    fresh = Speller(OWN, MODEL).knowing(now, languages=())
    assert fresh.correct("when will my harnes come") == afresh.correct("when will my harnes come")
    # So are the languages that the library has now.
    without = Speller(FRENCH, MODEL)
    french = without.knowing(FRENCH, languages=["fr"])
    assert french.correct("je vais voir") == Corrected("je vais voir")
    assert without.correct("je vais voir").text == "je vais avoir"
    # What comes back is known once.
    again = after.knowing(OWN, languages=())
    assert again.correct("Where is my matress?") == before.correct("Where is my matress?")


def test_a_question_of_mistyped_words_only_is_mended_where_the_library_has_all_of_them() -> None:
    speller = Speller({"kestrel": 3, "kettle": 3, "guarantee": 3}, MODEL)
    assert speller.correct("kestrl ketle garantee").text == "kestrel kettle guarantee"
    # One that the library has nothing like, and it may as well be another language.
    assert speller.correct("kestrl ketle garantee qwzx").changes == ()


@pytest.mark.parametrize(
    "question", ["ist das Rathaus am Montag offen", "Wann hat das Amt am Montag offen?"]
)
def test_a_german_word_is_no_mistyped_everyday_english_one(question: str) -> None:
    speller = Speller({"often": 5, "rathaus": 2, "montag": 2, "amt": 2}, {**MODEL, "often": 40})
    assert speller.correct(question).changes == ()
    assert speller.correct("how ofen is it in the home").text == "how often is it in the home"


def test_a_german_questions_own_rare_words_are_mended() -> None:
    german = {"wo": 50, "ist": 60, "das": 70}
    speller = Speller({"rathaus": 2, "often": 5}, {**MODEL, **german, "often": 40})
    assert speller.correct("wo ist das rathuas").text == "wo ist das rathaus"


def test_a_word_of_a_known_words_family_is_no_slip_of_another() -> None:
    known = Speller({"insurance": 3, "ensured": 2}, MODEL)
    assert known.correct("is my work insured").changes == ()
    assert Speller({"ensured": 2}, MODEL).correct("is my work insured").text != "is my work insured"


# The words of a German library; of the model's only what English has, too.
GERMAN: Mapping[str, int] = {
    **dict.fromkeys(("der", "und", "ist", "nicht", "eine", "kostet", "geht"), 20),
    **dict.fromkeys(("katze", "hunden", "impfung", "quittung", "steinmeier", "fundtiere"), 3),
    **dict.fromkeys(("waldner", "ausweis", "offnungszeiten"), 3),
}


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("Kann ich eine Kaze zurückgeben?", "Kann ich eine Katze zurückgeben?"),
        ("Muss ich die Impfugn zahlen?", "Muss ich die Impfung zahlen?"),
        ("Was kostet eine Inpfung?", "Was kostet eine Impfung?"),
        ("Nehmt ihr Findtiere an?", "Nehmt ihr Fundtiere an?"),
        ("Wann sind die Öfnungszeiten?", "Wann sind die Öffnungszeiten?"),
        ("Ist der Ausweiss dabei?", "Ist der Ausweis dabei?"),
        ("bekomme ich eine quitung", "bekomme ich eine quittung"),
        ("Was ist mit Qittung?", "Was ist mit Quittung?"),
    ],
)
def test_a_german_noun_is_mended_as_other_words_are(question: str, corrected: str) -> None:
    assert Speller(GERMAN, MODEL).correct(question).text == corrected


@pytest.mark.parametrize(
    "question",
    [
        "Wo wohnt Frau Steinmeier?",  # as the library has it
        "Ist Frau Walder da?",  # somebody else than Waldner
        "Ist das Herr Steinmaier?",
        "Kann ich mit Svenja gehen?",
        "Was kosten zwei Katzen?",  # forms of what the library has
        "Ist der Hund da?",
        "Geht ihr mit dem Hund?",
        "Brauche ich einen Ausweises?",
        'Was ist eine "Kaze"?',
        "Was ist KAZE?",
    ],
)
def test_german_names_and_forms_are_left_as_they_are(question: str) -> None:
    assert Speller(GERMAN, MODEL).correct(question).text == question


def test_a_capital_makes_a_name_where_the_library_or_the_question_is_not_german() -> None:
    bilingual = Speller({**GERMAN, **OWN}, MODEL)
    assert bilingual.correct("Where is my Kaze?").text == "Where is my Kaze?"
    english = Speller({"katze": 3, **OWN}, MODEL)
    assert english.correct("Kann ich eine Kaze haben?").text == "Kann ich eine Kaze haben?"


def test_the_plural_of_a_short_word_of_the_librarys_is_no_slip() -> None:
    model = {**MODEL, "teams": 100}
    assert Speller({"tea": 9}, model).correct("what about teas").text == "what about teas"
    assert Speller({"coffee": 9}, model).correct("what about teas").text == "what about teams"


def test_what_the_library_has_with_a_plurals_s_is_no_slip_of_another_word() -> None:
    model = {**MODEL, "bullet": 50}
    speller = Speller({"billets": 9, "mattress": 9}, model)
    assert speller.correct("what is a billet").text == "what is a billet"
    assert speller.correct("what is my mattres").text == "what is my mattress"
    assert Speller({}, model).correct("what is a billet").text == "what is a bullet"


@pytest.mark.parametrize("said", ["halo", "hallo", "merci", "thx", "obrigado"])
def test_greetings_and_thanks_are_never_mended(said: str) -> None:
    speller = Speller({"hall": 10, "mercy": 10, "brigade": 10, "the": 9, "halo": 2}, {"hi": 1})
    assert speller.correct(said) == Corrected(said)
