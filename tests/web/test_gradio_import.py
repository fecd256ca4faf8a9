"""In fresh processes: Gradio can be imported only once in each."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_gradio_parses_none_of_its_sources_and_writes_no_stub_when_it_is_imported() -> None:
    program = """
import ast
parsed = []
parse = ast.parse
ast.parse = lambda *arguments, **options: parsed.append(1) or parse(*arguments, **options)
import qa.web.app
import gradio
from gradio.component_meta import create_or_modify_pyi
print(len(parsed) < 20, create_or_modify_pyi.__module__)
"""
    assert run(program) == "True qa.web.gradio_import"


def test_components_have_their_events_all_the_same() -> None:
    program = """
import qa.web
import gradio
print([callable(getattr(gradio.Textbox, name)) for name in ("submit", "change")])
with gradio.Blocks():
    gradio.Textbox().submit(lambda text: text)
"""
    assert run(program) == "[True, True]"


def test_a_gradio_without_that_function_is_imported_as_it_is() -> None:
    program = """
import sys, types
from qa.web.gradio_import import _Loader
module = types.ModuleType("other")
_Loader("other", __import__("colorsys").__file__).exec_module(module)
print(hasattr(module, "rgb_to_hls"), hasattr(module, "create_or_modify_pyi"))
"""
    assert run(program) == "True False"
