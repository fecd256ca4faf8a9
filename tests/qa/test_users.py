import stat
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from index.errors import FootnoteError, UsageError
from qa.user_cli import user
from qa.users import HASH_VARIABLE, USER_VARIABLE, Users, password_hash, users_path

PASSWORD = "correct horse battery"


def users(folder: Path, **environment: str) -> Users:
    return Users(folder / ".users.json", environment)


def test_a_user_is_known_by_the_password_and_by_no_other(tmp_path: Path) -> None:
    users(tmp_path).add("Zoë", PASSWORD)
    known = users(tmp_path)
    assert known.names() == ("Zoë",)
    assert known.check("Zoë", PASSWORD)
    assert not known.check("Zoë", PASSWORD + " ")
    assert not known.check("zoë", PASSWORD)
    assert not known.check("nobody", PASSWORD)  # which is compared with Zoë's hash
    assert not known.check("Zoë", "")


def test_no_password_stands_in_the_file_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    users(tmp_path).add("anna", PASSWORD)
    file = tmp_path / ".users.json"
    assert PASSWORD not in file.read_text()
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [".users.json"]


def test_two_users_of_one_password_have_different_hashes(tmp_path: Path) -> None:
    known = users(tmp_path)
    known.add("anna", PASSWORD)
    known.add("bert", PASSWORD)
    assert known.secret("anna") != known.secret("bert")


def test_with_no_user_nobody_is_let_in(tmp_path: Path) -> None:
    known = users(tmp_path)
    assert known.names() == ()
    assert not known.check("", "")
    assert not known.check("admin", "admin")


def test_an_accent_typed_as_two_characters_is_the_same_password(tmp_path: Path) -> None:
    known = users(tmp_path)
    known.add("anna", "cafe\u0301 au lait bitte")
    assert known.check("anna", "caf\u00e9 au lait bitte")


def test_a_password_is_replaced_only_where_that_is_asked_for(tmp_path: Path) -> None:
    known = users(tmp_path)
    known.add("anna", PASSWORD)
    with pytest.raises(UsageError, match="there is a user 'anna' already: --replace"):
        known.add("anna", "another long password")
    assert known.check("anna", PASSWORD)
    known.add("anna", "another long password", replace=True)
    assert not known.check("anna", PASSWORD)
    assert known.check("anna", "another long password")


def test_a_removed_user_is_gone_for_whoever_has_the_file_open(tmp_path: Path) -> None:
    serving, editing = users(tmp_path), users(tmp_path)
    editing.add("anna", PASSWORD)
    assert serving.check("anna", PASSWORD)
    editing.remove("anna")
    assert not serving.check("anna", PASSWORD)
    with pytest.raises(UsageError, match="there is no user 'anna'"):
        editing.remove("anna")


def test_a_user_of_the_environment_needs_no_file(tmp_path: Path) -> None:
    environment = {USER_VARIABLE: "eve", HASH_VARIABLE: password_hash(PASSWORD)}
    known = Users(tmp_path / ".users.json", environment)
    assert known.names() == ("eve",)
    assert known.check("eve", PASSWORD)
    with pytest.raises(UsageError, match="'eve' comes from FOOTNOTE_DESK_USER"):
        known.add("eve", PASSWORD, replace=True)
    with pytest.raises(UsageError, match="'eve' comes from FOOTNOTE_DESK_USER"):
        known.remove("eve")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({USER_VARIABLE: "eve"}, "FOOTNOTE_DESK_PASSWORD_HASH is not set"),
        ({HASH_VARIABLE: PasswordHasher().hash("x")}, "FOOTNOTE_DESK_USER is not set"),
        ({USER_VARIABLE: "eve", HASH_VARIABLE: "hunter2"}, "is no password hash"),
        ({USER_VARIABLE: " eve", HASH_VARIABLE: PasswordHasher().hash("x")}, "cannot be the name"),
    ],
)
def test_an_environment_that_names_half_a_user_is_refused(
    tmp_path: Path, environment: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        Users(tmp_path / ".users.json", environment)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "is no list of users of this version"),
        ('{"format": 2, "users": {}}', "is no list of users of this version"),
        ('{"format": 1, "users": {"anna": "plain"}}', "'anna' has no password hash"),
    ],
)
def test_a_broken_file_lets_nobody_in(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / ".users.json").write_text(text)
    known = users(tmp_path)
    with pytest.raises(FootnoteError, match=message):
        known.check("anna", "plain")
    with pytest.raises(FootnoteError, match=message):
        known.add("bert", PASSWORD)
    assert (tmp_path / ".users.json").read_text() == text


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("anna", "eleven char", "has 11 characters; at least 12"),
        ("anna", "x" * 1025, "more than 1024"),
        ("", PASSWORD, "cannot be the name"),
        ("an\nna", PASSWORD, "cannot be the name"),
        ("x" * 65, PASSWORD, "cannot be the name"),
    ],
)
def test_a_name_or_password_that_cannot_be_is_told(
    tmp_path: Path, name: str, password: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        users(tmp_path).add(name, password)


def test_users_stand_beside_the_library_where_no_article_is_looked_for(tmp_path: Path) -> None:
    assert users_path(tmp_path / "library.sqlite") == tmp_path / ".users.json"


def test_the_command_adds_lists_and_removes(tmp_path: Path) -> None:
    runner, library = CliRunner(), str(tmp_path / "library.sqlite")
    added = runner.invoke(
        user, ["add", "anna", "--library", library], input=f"{PASSWORD}\n{PASSWORD}\n"
    )
    assert added.exit_code == 0
    told = " can open the desk: /desk at the server's address\n"
    assert added.stdout == f"anna{told}"
    assert PASSWORD not in added.output
    second = ["add", "bert", "--password-stdin", "--library", library]
    assert runner.invoke(user, second, input=f"{PASSWORD}\n").stdout == f"bert{told}"
    assert runner.invoke(user, ["list", "--library", library]).stdout == "anna\nbert\n"
    assert runner.invoke(user, ["remove", "anna", "--library", library]).exit_code == 0
    assert runner.invoke(user, ["list", "--library", library]).stdout == "bert\n"
    assert Users(tmp_path / ".users.json").check("bert", PASSWORD)


def test_the_command_prints_a_hash_for_the_environment(tmp_path: Path) -> None:
    printed = CliRunner().invoke(user, ["hash", "--password-stdin"], input=f"{PASSWORD}\n")
    environment = {USER_VARIABLE: "eve", HASH_VARIABLE: printed.stdout.strip()}
    assert Users(tmp_path / ".users.json", environment).check("eve", PASSWORD)
