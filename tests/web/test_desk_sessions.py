from pathlib import Path

import pytest

from qa.users import Users
from qa.web.desk_sessions import (
    Sessions,
    Throttle,
    Who,
    address_key,
    browser_mark,
    known_browser,
)

PASSWORD = "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def users(tmp_path: Path) -> Users:
    known = Users(tmp_path / ".users.json")
    known.add("anna", PASSWORD)
    return known


def test_a_session_ends_after_an_hour_alone_and_after_twelve_in_any_case(users: Users) -> None:
    clock = Clock()
    sessions = Sessions(users, now=clock)
    token = sessions.open("anna")
    clock.now += 3599
    assert sessions.find(token) is not None
    clock.now += 3600
    assert sessions.find(token) is None
    token = sessions.open("anna")
    for _ in range(23):  # 11.5 hours, looked at every half hour
        clock.now += 1800
        assert sessions.find(token) is not None
    clock.now += 1800
    assert sessions.find(token) is None


def test_of_a_token_only_a_hash_is_kept(users: Users) -> None:
    sessions = Sessions(users)
    token = sessions.open("anna")
    assert len(token) == 43  # 32 bytes in base 64
    assert token not in repr(vars(sessions))
    assert sessions.open("anna") != token


def test_a_closed_session_and_a_made_up_token_are_nobodys(users: Users) -> None:
    sessions = Sessions(users)
    token = sessions.open("anna")
    sessions.close(token)
    assert sessions.find(token) is None
    assert sessions.find("x") is None
    assert sessions.find("") is None


def test_a_new_password_ends_the_sessions_of_the_old_one(users: Users) -> None:
    sessions = Sessions(users)
    token = sessions.open("anna")
    users.add("anna", "another long password", replace=True)
    assert sessions.find(token) is None


def test_after_five_tries_each_doubles_the_wait_up_to_the_longest() -> None:
    clock = Clock()
    throttle = Throttle(now=clock)
    by = ((Who.USER, "anna"),)
    for _ in range(5):
        assert throttle.begin(by) == 0.0
    waits = []
    for _ in range(7):
        wait = throttle.begin(by)
        waits.append(wait)
        clock.now += wait
        assert throttle.begin(by) == 0.0
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_a_try_that_came_too_early_does_not_make_the_wait_longer() -> None:
    clock = Clock()
    throttle = Throttle(now=clock)
    by = ((Who.ADDRESS, "192.0.2.1"),)
    for _ in range(6):
        throttle.begin(by)
    assert throttle.begin(by) == 1.0
    clock.now += 0.75
    assert throttle.begin(by) == 0.25


def test_of_a_hundred_tries_at_once_five_are_heard() -> None:
    throttle = Throttle(now=Clock())
    by = ((Who.ADDRESS, "192.0.2.1"), (Who.USER, "anna"))
    assert sum(throttle.begin(by) == 0.0 for _ in range(100)) == 5


def test_failed_tries_are_forgotten_after_a_quarter_of_an_hour() -> None:
    clock = Clock()
    throttle = Throttle(now=clock)
    by = ((Who.USER, "anna"),)
    for _ in range(5):
        throttle.begin(by)
    clock.now += 900
    assert [throttle.begin(by) for _ in range(5)] == [0.0] * 5


def test_the_right_password_clears_the_user_but_not_the_address() -> None:
    throttle = Throttle(now=Clock())
    address, anna = (Who.ADDRESS, "192.0.2.1"), (Who.USER, "anna")
    for _ in range(5):
        throttle.begin((address, anna))
    throttle.succeeded((address, anna))
    assert throttle.begin((anna,)) == 0.0
    assert [throttle.begin((address,)) for _ in range(2)] == [0.0, 1.0]


def test_an_editors_own_browser_is_not_kept_out_by_others_tries(users: Users) -> None:
    secret = users.secret("anna")
    assert secret is not None
    mark = browser_mark("anna", secret)
    browser = known_browser(mark, "anna", secret)
    assert browser is not None
    throttle = Throttle(now=Clock())
    others = ((Who.ADDRESS, "192.0.2.1"), (Who.USER, "anna"))
    while throttle.begin(others) == 0.0:
        pass
    assert throttle.begin(((Who.BROWSER, browser),)) == 0.0


def test_nobody_can_make_up_the_mark_of_a_known_browser(users: Users) -> None:
    secret = users.secret("anna")
    assert secret is not None
    mark = browser_mark("anna", secret)
    assert known_browser(mark, "bert", secret) is None
    assert known_browser(mark + "0", "anna", secret) is None
    assert known_browser("", "anna", secret) is None
    assert known_browser("é.é", "anna", secret) is None
    assert known_browser(browser_mark("nobody", ""), "nobody", None) is None
    users.add("anna", "another long password", replace=True)
    assert known_browser(mark, "anna", users.secret("anna")) is None


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_of_one_network_are_counted_together(host: str, key: str) -> None:
    assert address_key(host) == key
