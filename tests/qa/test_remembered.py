import gc
import weakref

from qa.remembered import Remembered, RememberedOf


class Thing:
    """What can be referred to weakly."""


def test_what_was_found_is_not_looked_for_again() -> None:
    asked: list[str] = []

    def find() -> bool:
        asked.append("looked")
        return False  # nothing, and remembered all the same

    known: Remembered[str, bool] = Remembered(2)
    assert [known.get("a", find), known.get("a", find)] == [False, False]
    assert asked == ["looked"]


def test_it_begins_anew_where_there_is_as_much_as_it_may_hold() -> None:
    known: Remembered[int, int] = Remembered(2)
    sizes = []
    for key in (1, 2, 1, 3, 1):
        assert known.get(key, lambda key=key: 10 * key) == 10 * key
        sizes.append(len(known))
    assert sizes == [1, 2, 2, 1, 2]


def test_things_are_remembered_apart_and_what_was_found_goes_with_them() -> None:
    one, other = Thing(), Thing()
    known: RememberedOf[str, str] = RememberedOf(9)
    assert known.of(one).get("a", lambda: "one's") == "one's"
    assert known.of(other).get("a", lambda: "other's") == "other's"
    assert known.of(one).get("a", lambda: "forgotten") == "one's"
    gone = weakref.ref(known.of(one))
    del one
    gc.collect()
    assert gone() is None
