"""The fast path does what the plain path does, or is not taken.  On tiny models; no download."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index import exporting, exports
from index.encoder import PrecisionMode, SentenceTransformerEncoder, load_encoder
from index.errors import ModelError, UsageError
from index.export_check import ROUNDED
from index.exports import exports_folder
from index.fast_path import FastModel
from index.plain_path import Kind, PlainModel
from tests.index.tiny_models import LONGEST, VOCABULARY, tiny_model

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "How long does tea keep?",
    "tea",
    "",
    " \n",
    "TEA Leaves",
    "half a pair \ud800 of tea",
    "naïve 今日は 🍵",
    "tea leaves " * 500,
    "the order is in a tin. " + "a " * LONGEST,
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, so that every model is exported in it."""
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_model(tmp_path / "tiny")


def path_of(encoder: SentenceTransformerEncoder) -> type:
    encoder.encode_queries(["tea"])
    return type(encoder._model)


def plain_rows(folder: Path, kind: Kind, dimension: int) -> NDArray[np.float32]:
    model = PlainModel(folder, name="tiny", device="cpu", dimension=dimension)
    texts = [text.encode("utf-8", "replace").decode() for text in TEXTS]
    return np.concatenate([model.encode([text], kind) for text in texts])


@pytest.mark.parametrize(
    "made",
    [
        pytest.param({}, id="mean"),
        pytest.param({"pooling": "cls"}, id="cls"),
        pytest.param({"pooling": "max"}, id="max"),
        pytest.param({"pooling": "mean_sqrt_len_tokens"}, id="mean over the root of the length"),
        pytest.param({"pooling": "weightedmean"}, id="weighted mean"),
        pytest.param({"pooling": "lasttoken"}, id="last token"),
        pytest.param({"pooling": ("cls", "mean")}, id="two poolings"),
        pytest.param({"dense": 8}, id="dense"),
        pytest.param({"normalize": False}, id="not normalized"),
        pytest.param({"lower": True}, id="lower case"),
        pytest.param({"truncate_dim": 6}, id="truncated dimension"),
        pytest.param({"prompts": {"query": "how ", "document": "the "}}, id="prompts"),
        pytest.param({"prompts": {"query": "how ", "passage": "the "}}, id="a prompt for passages"),
        pytest.param({"architecture": "XLMRoberta"}, id="positions from the padding on"),
        pytest.param({"architecture": "MPNet"}, id="relative positions"),
        pytest.param(
            {
                "architecture": "DistilBert",
                "settings": {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 32},
            },
            id="no token types",
        ),
        pytest.param(
            {
                "architecture": "Qwen3",
                "settings": {"num_key_value_heads": 1, "head_dim": 8},
                "pooling": "lasttoken",
            },
            id="causal",
        ),
    ],
)
def test_the_fast_path_makes_the_vectors_of_sentence_transformers(
    tmp_path: Path, made: dict[str, Any]
) -> None:
    folder = tiny_model(tmp_path / "tiny", **made)
    encoder = load_encoder(str(folder))
    assert path_of(encoder) is FastModel
    for kind, encode in (
        (Kind.QUERY, encoder.encode_queries),
        (Kind.DOCUMENT, encoder.encode_documents),
    ):
        fast = encode(TEXTS)
        assert np.abs(fast - plain_rows(folder, kind, encoder.identity.dimension)).max() < 1e-5
        assert np.linalg.norm(fast.astype(float), axis=1) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_weights_kept_in_16_bits_are_computed_with_in_32(tmp_path: Path, kind: str) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny_model(tmp_path / "whole")), device="cpu")
    model.to(getattr(torch, kind)).save(str(tmp_path / "half"))
    encoder = load_encoder(str(tmp_path / "half"))
    assert path_of(encoder) is FastModel
    rows = encoder.encode_documents(TEXTS)
    assert np.abs(rows - plain_rows(tmp_path / "half", Kind.DOCUMENT, 16)).max() < 1e-5
    whole = load_encoder(str(tmp_path / "whole")).encode_documents(TEXTS)
    assert np.einsum("ij,ij->i", rows, whole).min() > 0.999  # what 16 bits have kept of them


@pytest.mark.parametrize("mode", list(PrecisionMode))
def test_a_text_has_the_same_bits_alone_and_beside_others_of_its_length(
    folder: Path, mode: PrecisionMode
) -> None:
    encoder = load_encoder(str(folder), mode=mode)
    words = ["tea", "leaves", "keep", "how", "long", "does", "order", "the", "a", "tin"]
    texts = [" ".join(words[at % 10 :][: at % 7 + 1]) for at in range(40)]
    together = encoder.encode_documents(texts)
    assert isinstance(encoder._model, FastModel)
    assert encoder._model.batch > 1
    alone = np.concatenate([encoder.encode_documents([text]) for text in texts])
    assert (together == alone).all()


@pytest.mark.parametrize("mode", list(PrecisionMode))
def test_on_another_processor_no_batches_are_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mode: PrecisionMode
) -> None:
    rows = load_encoder(str(folder), mode=mode).encode_documents(TEXTS)
    monkeypatch.setattr(exports, "processor", lambda: "another")
    encoder = load_encoder(str(folder), mode=mode)
    assert np.abs(encoder.encode_documents(TEXTS) - rows).max() < 1e-6
    assert isinstance(encoder._model, FastModel)
    # In int8 it is exported again there, and tried again.
    assert (encoder._model.batch == 1) == (mode is PrecisionMode.FLOAT32)


def test_a_model_whose_texts_change_bits_in_batches_runs_them_one_by_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FastModel, "exact_in_batches", lambda self, text: False)
    encoder = load_encoder(str(folder))
    encoder.encode_queries(["tea"])
    assert isinstance(encoder._model, FastModel)
    assert encoder._model.batch == 1


def test_bits_that_change_in_batches_are_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = load_encoder(str(folder))
    encoder.encode_queries(["tea"])
    model = encoder._model
    assert isinstance(model, FastModel)
    assert model.exact_in_batches("tea leaves " * 20)
    right = FastModel._run

    def wrong(self: FastModel, texts: Any) -> NDArray[np.float32]:
        rows = right(self, texts)
        return rows if len(texts) < 3 else np.nextafter(rows, np.float32(2))

    monkeypatch.setattr(FastModel, "_run", wrong)
    assert not model.exact_in_batches("tea leaves " * 20)


def test_int8_is_another_model_near_the_one_in_float32(folder: Path, cache: Path) -> None:
    whole, small = load_encoder(str(folder)), load_encoder(str(folder), mode=PrecisionMode.INT8)
    assert small.identity.name == "tiny (int8)"
    assert small.identity.revision == f"{whole.identity.revision}+int8.1"
    assert (small.identity.mode, whole.identity.mode) == ("int8", "float32")
    assert small.identity.files_revision == whole.identity.files_revision
    one, other = whole.encode_documents(TEXTS), small.encode_documents(TEXTS)
    assert path_of(whole) is path_of(small) is FastModel
    assert len(list(cache.iterdir())) == 2  # each has an export of its own
    assert np.einsum("ij,ij->i", one, other).min() > 0.99
    assert (one != other).mean() > 0.5
    again = load_encoder(str(folder), mode=PrecisionMode.INT8)
    again.prepare()
    assert (again.encode_documents(TEXTS) == other).all()


def test_int8_that_is_too_far_off_is_refused_and_never_replaced_by_float32(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    floors = replace(ROUNDED, least_cosine=1.1)
    monkeypatch.setattr(exporting, "ROUNDED", floors)
    encoder = load_encoder(str(folder), mode=PrecisionMode.INT8)
    message = r"tiny \(int8\) cannot be used: its export gives .*; leave out --precision-mode int8"
    for _ in range(2):  # the second time from the cache
        with pytest.raises(ModelError, match=message):
            encoder.encode_queries(["tea"])
    assert path_of(load_encoder(str(folder))) is FastModel


def test_int8_is_refused_where_its_export_cannot_be_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no-folder").write_text("")
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "no-folder"))
    with pytest.raises(ModelError, match=r"it cannot be kept .* in FOOTNOTE_CACHE"):
        load_encoder(str(folder), mode=PrecisionMode.INT8).encode_queries(["tea"])


def test_a_damaged_int8_export_is_made_again(folder: Path, cache: Path) -> None:
    rows = load_encoder(str(folder), mode=PrecisionMode.INT8).encode_queries(TEXTS)
    (export,) = cache.iterdir()
    weights = export / "model.weights"
    data = bytearray(weights.read_bytes())
    data[0] ^= 1
    weights.unlink()
    weights.write_bytes(data)
    again = load_encoder(str(folder), mode=PrecisionMode.INT8)
    assert (again.encode_queries(TEXTS) == rows).all()
    assert weights.read_bytes() != data


def test_int8_runs_on_the_cpu_whatever_there_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encoder._may_have_gpu", lambda: True)
    monkeypatch.setattr("index.encoder.best_device", lambda: "cuda:0")
    encoder = load_encoder(str(folder), mode=PrecisionMode.INT8)
    assert encoder.device == "cpu"
    assert len(encoder.encode_documents(["tea"] * 100)) == 100
    with pytest.raises(UsageError, match="a model runs in int8 on the CPU only, not on cuda:0"):
        load_encoder(str(folder), device="cuda:0", mode=PrecisionMode.INT8)


def test_questions_and_documents_differ_by_their_prompts_alone(tmp_path: Path) -> None:
    prompts = {"query": "how long ", "document": "the "}
    encoder = load_encoder(str(tiny_model(tmp_path / "prompted", prompts=prompts)))
    bare = load_encoder(str(tiny_model(tmp_path / "bare")))
    assert path_of(encoder) is path_of(bare) is FastModel
    assert (encoder.encode_queries(["tea"]) == bare.encode_queries(["how long tea"])).all()
    assert (encoder.encode_documents(["tea"]) == bare.encode_documents(["the tea"])).all()
    assert not np.allclose(encoder.encode_queries(["tea"]), encoder.encode_documents(["tea"]))


def test_what_stands_after_the_models_limit_changes_nothing(folder: Path) -> None:
    encoder = load_encoder(str(folder))
    assert path_of(encoder) is FastModel
    full = "tea " * (LONGEST - 2)  # two more tokens open and close every text
    whole, longer, shorter = encoder.encode_documents([full, f"{full} order", full[:-4]])
    assert (whole == longer).all()
    assert not np.allclose(whole, shorter)


def test_an_export_is_made_once_and_then_found_without_the_plain_path(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_encoder(str(folder))
    rows = first.encode_queries(TEXTS)
    (export,) = cache.iterdir()
    before = {path.name: path.stat().st_mtime_ns for path in export.iterdir()}
    assert sorted(before) == [
        "manifest.json",
        "model.onnx",
        "model.weights",
        "sample.npy",
        "tokenizer.json",
    ]

    def refuse(*arguments: object) -> PlainModel:
        raise AssertionError("the plain path was taken")

    monkeypatch.setattr(exporting, "load_plain", refuse)
    assert (load_encoder(str(folder)).encode_queries(TEXTS) == rows).all()
    assert {path.name: path.stat().st_mtime_ns for path in export.iterdir()} == before


def test_the_sample_is_kept_with_the_models_own_vectors(folder: Path, cache: Path) -> None:
    encoder = load_encoder(str(folder))
    assert path_of(encoder) is FastModel
    (export,) = cache.iterdir()
    kept = np.load(export / "sample.npy", allow_pickle=False)
    assert encoder._model is not None
    again = exporting.sample_vectors(encoder._model.encode)
    assert exporting.agreement(kept, again).least_cosine > 0.99999


@pytest.mark.parametrize("name", ["model.onnx", "model.weights", "tokenizer.json"])
def test_a_damaged_export_is_made_again(folder: Path, cache: Path, name: str) -> None:
    rows = load_encoder(str(folder)).encode_queries(TEXTS)
    (export,) = cache.iterdir()
    path = export / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()  # the loaded one still maps it
    path.write_bytes(data)
    again = load_encoder(str(folder))
    assert path_of(again) is FastModel
    assert (again.encode_queries(TEXTS) == rows).all()
    assert path.read_bytes() != data


def test_a_model_whose_export_disagrees_works_on_the_plain_path_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = PlainModel.tokenizer

    def wrong(self: PlainModel) -> str:
        return right(self).replace('"tea":5', '"tea":6').replace('"leaves":6', '"leaves":5')

    with monkeypatch.context() as disagreeing:
        disagreeing.setattr(PlainModel, "tokenizer", wrong)
        encoder = load_encoder(str(folder))
        assert path_of(encoder) is PlainModel
        (told,) = (record for record in caplog.records if record.levelno == logging.WARNING)
        assert told.getMessage().startswith(
            "model tiny runs on Sentence Transformers, which is slow to start: its export gives "
        )
        assert (encoder.encode_queries(["tea"]) == plain_rows(folder, Kind.QUERY, 16)[1]).all()
    # It is not tried again with the same versions, and still says so.
    caplog.clear()
    assert path_of(load_encoder(str(folder))) is PlainModel
    assert "its export gives" in caplog.text


def test_a_prompt_that_is_left_out_of_the_pooling_takes_the_plain_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prompts = {"query": "how "}
    folder = tiny_model(tmp_path / "tiny", prompts=prompts, include_prompt=False)
    assert path_of(load_encoder(str(folder))) is PlainModel
    assert "it leaves its prompt out of what is pooled" in caplog.text


def test_a_module_that_is_not_known_to_treat_all_texts_alike_takes_the_plain_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from sentence_transformers.sentence_transformer.modules import WordWeights

    weights = WordWeights(vocab=list(VOCABULARY), word_weights={"tea": 2.0})
    folder = tiny_model(tmp_path / "tiny", before_pooling=weights)
    assert path_of(load_encoder(str(folder))) is PlainModel
    assert "it is made of Transformer, WordWeights, Pooling" in caplog.text


def test_where_nothing_can_be_kept_the_plain_path_is_taken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "no-folder").write_text("")
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "no-folder"))
    assert path_of(load_encoder(str(folder))) is PlainModel
    assert "its export cannot be kept" in caplog.text
    assert "name a folder that can be written to in FOOTNOTE_CACHE" in caplog.text


def test_a_user_without_a_home_folder_takes_the_plain_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("FOOTNOTE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert path_of(load_encoder(str(folder))) is PlainModel
    assert "its export cannot be kept (there is no home folder" in caplog.text


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_without_the_packages_for_it_the_plain_path_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert path_of(load_encoder(str(folder))) is PlainModel
    assert "the packages for the fast path are not there" in caplog.text
    monkeypatch.delitem(sys.modules, package)
    assert path_of(load_encoder(str(folder))) is FastModel  # that was no refusal for good


def test_a_device_that_is_named_and_no_cpu_takes_the_plain_path(folder: Path, cache: Path) -> None:
    # "meta" is torch's device without memory: on the plain path it is asked for, and fails.
    with pytest.raises(RuntimeError, match="meta tensors"):
        load_encoder(str(folder), device="meta").encode_queries(["tea"])
    assert not cache.exists()


def test_a_model_that_does_not_load_leaves_nothing_in_the_cache(folder: Path, cache: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="tiny cannot be loaded on cpu"):
        load_encoder(str(folder)).encode_queries(["tea"])
    assert not cache.exists()


def run(program: str, *arguments: str, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_that_export_at_once_make_one_export_and_the_same_vectors(
    folder: Path, cache: Path
) -> None:
    program = """
import sys
from index.encoder import load_encoder
encoder = load_encoder(sys.argv[1])
print(encoder.encode_queries(["how long does tea keep?"]).tobytes().hex())
print(type(encoder._model).__name__)
"""
    both = [run(program, str(folder), environment={}) for _ in range(2)]
    printed = [process.communicate(timeout=120) for process in both]
    assert printed[0] == printed[1]
    assert printed[0][0].endswith("FastModel\n")
    assert printed[0][1] == ""
    assert len(list(cache.iterdir())) == 1


def test_an_exported_model_runs_without_torch_transformers_or_sentence_transformers(
    folder: Path,
) -> None:
    assert path_of(load_encoder(str(folder))) is FastModel
    program = """
import sys
from index.encoder import load_encoder
encoder = load_encoder(sys.argv[1])
encoder.encode_documents(["tea", "leaves"])
heavy = {"torch", "transformers", "sentence_transformers", "onnx"}
print(encoder.device, *sorted(heavy & set(sys.modules)))
"""
    printed, errors = run(program, str(folder), environment={}).communicate(timeout=120)
    assert (printed, errors) == ("cpu\n", "")


def test_threads_share_one_export_and_get_the_vectors_of_their_own_texts(folder: Path) -> None:
    encoder = load_encoder(str(folder))
    expected = encoder.encode_documents(TEXTS)
    fresh = load_encoder(str(folder))
    with ThreadPoolExecutor(8) as threads:
        rows = list(threads.map(lambda text: fresh.encode_documents([text])[0], TEXTS * 8))
    assert (np.array(rows) == np.tile(expected, (8, 1))).all()


def test_what_is_prepared_in_the_background_is_what_encodes(folder: Path) -> None:
    rows = load_encoder(str(folder)).encode_queries(TEXTS)
    encoder = load_encoder(str(folder))
    encoder.prepare()
    assert (encoder.encode_queries(TEXTS) == rows).all()


def test_preparing_makes_no_export_and_tells_no_error(folder: Path, cache: Path) -> None:
    encoder = load_encoder(str(folder))
    encoder.prepare()
    for thread in threading.enumerate():
        if thread.name == "encoder":
            thread.join()
    assert not exports_folder().exists()
    assert path_of(encoder) is FastModel
