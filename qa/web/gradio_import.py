"""Importing Gradio in half the time, and without writing into its installation.

While it is imported, Gradio writes a stub (.pyi) beside the source of each of its 76 components,
for editors of Python code, after parsing that source twice: 1.2 of 2.6 s, each time, in a folder
that may be read-only or that another process is importing from.  There is no switch for it.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

_MODULE = "gradio.component_meta"
_WRITER = "create_or_modify_pyi"


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if hasattr(module, _WRITER):  # else a version that does not write any more
            setattr(module, _WRITER, lambda *arguments: None)


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _MODULE:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def write_no_stubs() -> None:
    """Have Gradio write no stubs when it is imported.  Where it is imported already, too late."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
