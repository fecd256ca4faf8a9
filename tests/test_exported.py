"""The public surface: what ``index`` and ``qa`` say is public, is, and nothing else."""

import ast
import importlib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(params=["index", "qa"])
def package(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


def declared(package: ModuleType) -> list[str]:
    """Return the names that the package declares to type checkers, in source order."""
    source = (ROOT / package.__name__ / "__init__.py").read_text(encoding="utf-8")
    return [
        alias.asname
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname is not None
    ]


def test_public_names_are_sorted_and_unique(package: ModuleType) -> None:
    # As ruff sorts them: constants, then classes, then functions.
    kinds = [0 if name.isupper() else 1 if name[0].isupper() else 2 for name in package.__all__]
    order = sorted(zip(kinds, package.__all__, strict=True))
    assert [name for _, name in order] == list(package.__all__)
    assert len(set(package.__all__)) == len(package.__all__)


def test_every_public_name_is_there(package: ModuleType) -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None
        assert not isinstance(getattr(package, name), ModuleType), f"{name} is a module"


def test_type_checkers_see_the_public_names(package: ModuleType) -> None:
    assert sorted(declared(package)) == sorted(package.__all__)


def test_dir_lists_the_public_names(package: ModuleType) -> None:
    assert set(package.__all__) <= set(dir(package))


def test_an_unknown_name_is_an_attribute_error(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'x'"):
        _ = package.x
