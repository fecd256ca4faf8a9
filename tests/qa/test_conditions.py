import pytest

from qa.differences import differences
from qa.readings import Difference, Reading

OPPOSED = [
    ("en", "It appears in the Friday paper.", "It appears in the Saturday paper.", "day"),
    ("en", "Registration ends in May.", "Registration ends in June.", "day"),
    ("en", "It costs £6.50.", "It costs €6.50.", "amount"),
    ("en", "It costs EUR 6.50.", "It costs 6.50 dollars.", "amount"),
    ("en", "The notice period is 14 days.", "The notice period is 14 weeks.", "amount"),
    ("en", "We reply within three days.", "We reply within three working days.", "amount"),
    ("en", "It costs 5 euros a month.", "It costs 5 euros a year.", "amount"),
    ("en", "Members are at least 16 years old.", "Members are at most 16 years old.", "bound"),
    ("en", "Anybody aged 16 or older may join.", "Anybody aged 16 or younger may join.", "bound"),
    ("en", "Call us before 5 pm.", "Call us after 5 pm.", "bound"),
    ("en", "It is open from Tuesday.", "It is open until Tuesday.", "bound"),
    ("en", "You can return it up to 30 days.", "You can return it after 30 days.", "bound"),
    ("en", "Pay before delivery.", "Pay after delivery.", "bound"),
    ("en", "You must show your card.", "You need not show your card.", "duty"),
    ("en", "Visitors may take photos here.", "Visitors must not take photos here.", "duty"),
    ("en", "Pets are allowed on the trip.", "Pets are forbidden on the trip.", "duty"),
    ("en", "A deposit is mandatory.", "A deposit is optional.", "duty"),
    ("en", "It is free of charge for subscribers.", "It is free of charge for everybody.", "word"),
    ("en", "The paper comes in the morning.", "The paper comes in the evening.", "word"),
    ("en", "The gate is locked at night.", "The gate is unlocked at night.", "word"),
    ("de", "Das Museum öffnet am Montag.", "Das Museum öffnet am Dienstag.", "day"),
    ("de", "Die Frist beträgt 14 Tage.", "Die Frist beträgt 14 Wochen.", "amount"),
    ("de", "Es kostet 6,50 €.", "Es kostet 6,50 Franken.", "amount"),
    ("de", "Mitglieder sind mindestens 16.", "Mitglieder sind höchstens 16.", "bound"),
    ("de", "Sie müssen den Ausweis zeigen.", "Sie müssen den Ausweis nicht zeigen.", "duty"),
    ("de", "Hunde sind im Laden erlaubt.", "Hunde sind im Laden verboten.", "duty"),
    ("fr", "Le musée est ouvert le lundi.", "Le musée est ouvert le mardi.", "day"),
    ("fr", "Le délai est de 14 jours.", "Le délai est de 14 semaines.", "amount"),
    ("fr", "Il faut au moins 16 ans.", "Il faut au plus 16 ans.", "bound"),
    ("fr", "Fumer est permis sur la terrasse.", "Fumer est interdit sur la terrasse.", "duty"),
    ("es", "El museo abre el lunes.", "El museo abre el martes.", "day"),
    ("es", "El plazo es de 14 días.", "El plazo es de 14 semanas.", "amount"),
    ("es", "Hay que tener al menos 16 años.", "Hay que tener como máximo 16 años.", "bound"),
    ("it", "Il museo apre lunedì.", "Il museo apre martedì.", "day"),
    ("it", "Il termine è di 14 giorni.", "Il termine è di 14 settimane.", "amount"),
    ("it", "Bisogna avere almeno 16 anni.", "Bisogna avere al massimo 16 anni.", "bound"),
    ("pt", "O museu abre na segunda-feira.", "O museu abre na terça-feira.", "day"),
    ("pt", "O prazo é de 14 dias.", "O prazo é de 14 semanas.", "amount"),
    ("pt", "É preciso ter pelo menos 16 anos.", "É preciso ter no máximo 16 anos.", "bound"),
    ("nl", "Het museum is open op maandag.", "Het museum is open op dinsdag.", "day"),
    ("nl", "De termijn is 14 dagen.", "De termijn is 14 weken.", "amount"),
    ("nl", "Leden zijn minstens 16 jaar.", "Leden zijn hoogstens 16 jaar.", "bound"),
]
AGREEING = [
    ("en", "It is open on Fridays.", "It is open every Friday."),
    ("en", "Open from Monday to Friday.", "Open Monday-Friday."),
    ("en", "It appears daily, also on Sundays.", "It appears every day."),
    ("en", "The course ends in May 2024.", "The course ends on 3 May 2024."),
    ("en", "The notice period is 14 days.", "The notice period is two weeks."),
    ("en", "It is valid for 12 months.", "It is valid for a year."),
    ("en", "It takes 90 minutes.", "It takes 1.5 hours."),
    ("en", "It costs €6.50.", "It costs 6.50 euros."),
    ("en", "It costs 5 euros per month.", "It costs 5 euros monthly."),
    ("en", "Members are at least 16.", "The minimum age of members is 16."),
    ("en", "No more than 5 books each.", "At most 5 books each."),
    ("en", "Anybody over 16 may join.", "Anybody of at least 16 may join."),
    ("en", "Order before 5 pm.", "Order until 5 pm."),
    ("en", "Showing a card is optional.", "You need not show a card."),
    ("en", "You don't have to show your card.", "You need not show your card."),
    ("en", "Pets aren't allowed on the trip.", "Pets are forbidden on the trip."),
    ("en", "You may not smoke here.", "You must not smoke here."),
    ("en", "You must show your card.", "You have to show your card."),
    ("en", "You may come earlier.", "May I say that you can come earlier?"),
    ("en", "Choose the colour of your card.", "Choose the color of your card."),
    ("en", "It is free for everyone.", "It is free for everybody."),
    ("en", "It lasts from 9 to 17.", "It lasts from 9 until 17."),
    ("de", "Wir liefern täglich.", "Wir liefern jeden Tag."),
    ("de", "Die Frist beträgt 14 Tage.", "Die Frist beträgt zwei Wochen."),
    ("de", "Sie brauchen keinen Ausweis zu zeigen.", "Sie müssen keinen Ausweis zeigen."),
    ("de", "Das Lesen ist erlaubt.", "Sie dürfen lesen."),
    ("fr", "Ouvert du lundi au vendredi.", "Ouvert lundi-vendredi."),
    ("es", "Cuesta 5 € al mes.", "Cuesta 5 euros por mes."),
    ("it", "Costa 5 € al mese.", "Costa 5 euro ogni mese."),
    ("pt", "Custa 5 € por mês.", "Custa 5 euros cada mês."),
    ("nl", "Het kost 5 € per maand.", "Het kost 5 euro elke maand."),
]


def found(language: str, one: str, other: str) -> tuple[Difference, ...]:
    return differences(Reading(one, language), Reading(other, language))


@pytest.mark.parametrize(("language", "one", "other", "kind"), OPPOSED)
def test_opposed_answers_contradict(language: str, one: str, other: str, kind: str) -> None:
    for first, second in ((one, other), (other, one)):
        kinds = [d.kind for d in found(language, first, second) if d.contradicts]
        assert kinds == [kind]


@pytest.mark.parametrize(("language", "one", "other"), AGREEING)
def test_the_same_in_other_words_does_not_contradict(language: str, one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        assert [d for d in found(language, first, second) if d.contradicts] == []


def test_words_of_which_nothing_is_known_are_told_and_do_not_contradict() -> None:
    (difference,) = found("en", "The card of the club is blue.", "The card of the club is green.")
    assert [fact.text for fact in difference.one + difference.other] == ["blue", "green"]
    assert not difference.contradicts


def test_conditions_of_other_matters_do_not_contradict() -> None:
    one = "The museum opens on Monday. Cups may be washed."
    other = "Parcels leave on Tuesday. Dogs may not bark."
    assert [d.contradicts for d in found("en", one, other)] == [False]


def test_places_count_in_the_whole_answer() -> None:
    one, other = "Yes. You must pay now.", "Indeed. You need not pay now."
    (difference,) = found("en", one, other)
    assert [one[f.start : f.end] for f in difference.one] == ["must"]
    assert [other[f.start : f.end] for f in difference.other] == ["need not"]
