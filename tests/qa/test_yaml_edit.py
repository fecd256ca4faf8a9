import pytest

from index.errors import UsageError
from qa.yaml_edit import YamlFile, dumped, end_of, mappings, put, value_at

LIST = "a:\n- b: |\n    one\n\n\n- c: 2\n"


def test_every_mapping_has_its_place() -> None:
    assert [at for at, _ in mappings(YamlFile(LIST, "p").root)] == [(), ("a", 0), ("a", 1)]
    assert value_at({"a": [{}, {"c": "2"}]}, ("a", 1, "c")) == "2"


def test_a_block_scalar_ends_before_its_blank_lines() -> None:
    _, first, second = (node for _, node in mappings(YamlFile(LIST, "p").root))
    assert LIST[: end_of(first, LIST)] == "a:\n- b: |\n    one"
    assert LIST[: end_of(second, LIST)] == LIST.rstrip()


def test_lines_go_after_the_line_of_a_place_also_where_the_last_has_no_end() -> None:
    assert put("a\nb\n", 0, "x\n") == "a\nx\nb\n"
    assert put("a\nb", 2, "x\n") == "a\nb\nx\n"
    assert put("", 0, "x\n") == "x\n"


def test_what_is_added_has_the_files_own_line_endings() -> None:
    assert YamlFile("a: 1\r\nb: 2\r\n", "p").inserted(0, "x: y\n") == "a: 1\r\nx: y\r\nb: 2\r\n"
    assert YamlFile("a: 1\nb: 2\r\n", "p").inserted(0, "x: y\n") == "a: 1\nx: y\nb: 2\r\n"


def test_the_last_entry_of_a_list_leaves_its_key_without_a_value() -> None:
    file = YamlFile("a:\n# why\n- b: 1\nc: 2\n", "p")
    assert file.without(*list(mappings(file.root))[1]) == "a:\n# why\nc: 2\n"


def test_what_does_not_say_what_it_should_is_refused() -> None:
    file = YamlFile("a: 1\n", "p")
    assert file.checked("a: 2\n", lambda root: root.update(a="2")) == "a: 2\n"
    for made in ("a: 3\n", "a: [\n"):
        with pytest.raises(UsageError, match=r"^p is written in a way that cannot be changed here"):
            file.checked(made, lambda root: root.update(a="2"))


def test_texts_of_several_lines_are_written_as_they_are_and_moved_to_their_column() -> None:
    assert dumped({"b": "one\n\ntwo\n"}, 2) == "  b: |\n    one\n\n    two\n"
