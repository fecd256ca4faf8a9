from qa.term_sets import question_terms, telling_terms, term_set


def test_a_questions_terms_are_in_its_order_each_as_often_as_it_has_it() -> None:
    assert question_terms("Is TEA tea?") == ("is", "tea", "tea")
    assert term_set("Is TEA tea?") == {"is", "tea"}


def test_telling_terms_are_no_function_words_and_told_once() -> None:
    asked = "is dry moon tea frozen or does the tea freeze"
    assert telling_terms(asked) == ("dry", "moon", "tea", "frozen", "freeze")
    assert telling_terms("what is it") == ()
