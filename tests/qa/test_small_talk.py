"""What asks nothing, and what only begins like that."""

import pytest

from qa.small_talk import is_small_talk

TALK = """
hi|Hello|hello!|HI THERE|heyyy|Good morning|Hi, how are you?|How's it going?|thanks!!|Thank you.|
ok|OK!|ok thanks|great, thank you so much for your help!|👋 hi|Bye!|got it
Hallo|Hallo zusammen|Guten Tag|Grüß Gott|gruess gott|Danke|Vielen Dank für Ihre Hilfe!|Tschüss|
Alles klar, danke
Bonjour|bonjour à tous|Salut, ça va ?|merci beaucoup !|D'accord, merci|d’accord|Au revoir
¡Hola! ¿Qué tal?|buenos dias|Muchas gracias|vale, gracias|adiós
Ciao|Buongiorno|grazie mille|va bene, grazie
Hoi|goedemorgen|dank je wel|Hartelijk bedankt voor je hulp
Olá, tudo bem?|ola|bom dia|Muito obrigada!
"""
QUESTIONS = """
hi, how long is the warranty|hello world|thanks giving opening hours|ok button|thank you card|
hi 4512|hello help|can i say hi|good|morning|welcome|help|please help|yes|no|what|why?|the
team|cheers|perfect|nice|salve|vale|prima|great|super|and you|for the help|for everything
Hallo, wann haben Sie offen?|Tag der offenen Tür|danke für nichts
bonjour tristesse|merci de répondre|hola, cuánto cuesta|gracias a dios|ciao bella|buona|dank
obrigado senhor|你好 hi|?|!!!|👋
"""


def listed(text: str) -> list[str]:
    return [phrase for line in text.split("\n") for phrase in line.split("|") if phrase]


@pytest.mark.parametrize("text", listed(TALK))
def test_greetings_thanks_and_farewells_ask_nothing(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize("text", ["", *listed(QUESTIONS)])
def test_whatever_has_something_else_in_it_is_asked(text: str) -> None:
    assert not is_small_talk(text)


def test_a_long_row_of_greetings_is_looked_through_in_no_time() -> None:
    assert is_small_talk("danke schön " * 6)
    assert not is_small_talk("danke schön " * 6 + "x")
    assert not is_small_talk("hi " * 500)
