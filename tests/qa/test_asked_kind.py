"""What kind of thing a question asks for, and sentences that state one."""

import pytest

from qa.asked_kind import AskedKind, asked_kind, states


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how much is a guest ticket", AskedKind.MONEY),
        ("Price of the team plan?", AskedKind.MONEY),
        ("was kostet ein Ausweis", AskedKind.MONEY),
        ("combien coûte une carte ?", AskedKind.MONEY),
        ("¿Cuánto cuesta?", AskedKind.MONEY),
        ("how long does delivery take", AskedKind.DURATION),
        ("how many days do I have", AskedKind.DURATION),
        ("wie lange ist der Gutschein gültig", AskedKind.DURATION),
        ("what time do you close", AskedKind.TIME),
        ("Wann habt ihr geöffnet?", AskedKind.TIME),
        ("à quelle heure ouvrez-vous", AskedKind.TIME),
        ("how many books can I borrow", AskedKind.NUMBER),
        ("wie schwer darf das Gepäck sein", AskedKind.NUMBER),
        ("how do I get there", None),
        ("can I bring my dog", None),
        ("", None),
    ],
)
def test_what_a_question_asks_for(question: str, kind: AskedKind | None) -> None:
    assert asked_kind(question) is kind


@pytest.mark.parametrize(
    ("kind", "text", "stated"),
    [
        (AskedKind.MONEY, "Type: Hybrid | Price: $1,795 (Queen)", True),
        (AskedKind.MONEY, "Sie zahlen 12,50 € im Jahr.", True),
        (AskedKind.MONEY, "A card is 50p.", True),
        (AskedKind.MONEY, "Entry is free on Sundays.", True),
        (AskedKind.MONEY, "We have 3 pianos.", False),
        (AskedKind.DURATION, "Choose one with at least a 100-night trial.", True),
        (AskedKind.DURATION, "Das dauert zwei bis drei Wochen.", True),
        (AskedKind.DURATION, "It takes place in room 12.", False),
        (AskedKind.TIME, "Monday to Friday.", True),
        (AskedKind.TIME, "Until 17:30.", True),
        (AskedKind.TIME, "In the old mill.", False),
        (AskedKind.NUMBER, "Up to ten at a time.", True),
        (AskedKind.NUMBER, "As you like.", False),
    ],
)
def test_what_a_sentence_states(kind: AskedKind, text: str, stated: bool) -> None:
    assert states(kind, text) is stated
