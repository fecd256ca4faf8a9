import pytest
import yaml

from index.errors import ReadError
from index.readers.aliases import AliasLimitLoader
from index.readers.yaml_nodes import is_null, plain, yaml_errors


def composed(text: str) -> yaml.Node:
    with yaml_errors("a.yaml"):
        return yaml.compose(text, Loader=AliasLimitLoader)


def test_values_are_the_texts_that_their_author_wrote() -> None:
    text = "year: 2024\nyes: no\nwhen: 2024-05-06\nlist: [1.0, '']\nnothing:\nnull: ~\n"
    assert plain(composed(text)) == {
        "year": "2024",
        "yes": "no",
        "when": "2024-05-06",
        "list": ["1.0", ""],
        "nothing": None,
        "null": None,
    }


def test_an_empty_text_in_quotes_is_something() -> None:
    assert [is_null(node) for node in composed("['', ~, null, x]").value] == [
        False,
        True,
        True,
        False,
    ]


def test_broken_yaml_is_named_with_its_line() -> None:
    with pytest.raises(ReadError, match=r"^a\.yaml:3: not valid YAML: "):
        composed("a: b\nc: [\n")


def test_what_is_nested_too_deeply_is_an_error_of_the_file() -> None:
    with pytest.raises(ReadError, match=r"^a\.yaml: nested too deeply"):
        composed("[" * 3000)


def test_aliases_may_nest_deeper_than_the_text_does() -> None:
    # Each line holds 90 lists around the one before: composing ends, walking through does not.
    lines = ["a0: &a0 x"]
    for row in range(1, 30):
        lines.append(f"a{row}: &a{row} {'[' * 90}*a{row - 1}{']' * 90}")
    root = composed("\n".join(lines))
    with pytest.raises(ReadError, match=r"^a\.yaml: nested too deeply"), yaml_errors("a.yaml"):
        plain(root)
