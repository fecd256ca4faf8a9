import json
from pathlib import Path

import pytest

from index.errors import ModelError
from index.vocabulary import read_vocabulary


def tokenizer(folder: Path, **model: object) -> Path:
    (folder / "tokenizer.json").write_text(json.dumps({"model": model}), encoding="utf-8")
    return folder


def test_of_wordpiece_whole_words_count_in_the_order_of_their_ids(tmp_path: Path) -> None:
    vocabulary = {"[PAD]": 0, "the": 2, "##ing": 3, "tea": 1, "a": 4, "2019": 5, "don't": 6}
    folder = tokenizer(tmp_path, type="WordPiece", vocab=vocabulary)
    assert read_vocabulary(folder) == {"tea": 0, "the": 1}


def test_without_a_tokenizer_file_the_list_of_pieces_is_read(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("[PAD]\nthe\n##ing\ntea\n", encoding="utf-8")
    assert read_vocabulary(tmp_path) == {"the": 0, "tea": 1}


def test_of_sentencepiece_the_beginnings_of_words_count_the_likeliest_first(
    tmp_path: Path,
) -> None:
    pieces = [["<s>", 0.0], ["▁tea", -7.5], ["▁the", -3.0], ["ing", -4.0], ["▁", -2.0]]
    assert read_vocabulary(tokenizer(tmp_path, type="Unigram", vocab=pieces)) == {
        "the": 0,
        "tea": 1,
    }


def test_of_byte_pairs_the_beginnings_of_words_count(tmp_path: Path) -> None:
    folder = tokenizer(tmp_path, type="BPE", vocab={"t": 0, "Ġthe": 1, "ing": 2, "Ġtea": 3})
    assert read_vocabulary(folder) == {"the": 0, "tea": 1}


def test_words_are_folded_and_the_first_of_equal_ones_counts(tmp_path: Path) -> None:
    pieces = [["▁Tür", -1.0], ["▁The", -2.0], ["▁TÜR", -3.0], ["▁the", -4.0], ["▁tea", -5.0]]
    assert read_vocabulary(tokenizer(tmp_path, type="Unigram", vocab=pieces)) == {
        "tur": 0,
        "the": 1,
        "tea": 2,
    }


def test_a_tokenizer_in_the_first_modules_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "0_Transformer").mkdir()
    tokenizer(tmp_path / "0_Transformer", type="WordPiece", vocab={"tea": 0})
    assert read_vocabulary(tmp_path) == {"tea": 0}


def test_a_model_without_a_tokenizers_files_has_no_vocabulary(tmp_path: Path) -> None:
    assert read_vocabulary(tmp_path) == {}


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"model": {"vocab": 3}}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokenizer.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"tokenizer\.json cannot be read"):
        read_vocabulary(tmp_path)
