"""Sentence Transformers models of a few thousand random weights, made in a second.

What they make of a text means nothing; that two ways of running them make the same of it does.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

WORDS = ("tea", "leaves", "keep", "how", "long", "does", "order", "the", "a", "tin", "?", ".")
PIECES = ("##s", "##ing", *"abcdefghijklmnopqrstuvwxyz", *(f"##{c}" for c in "abcdefghijklmnoprst"))
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
VOCABULARY = (*SPECIAL, *WORDS, *PIECES)
WIDTH = 16
LONGEST = 24

# Small enough for any architecture of the transformers library that has these settings.
_SETTINGS: dict[str, Any] = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": WIDTH,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
}


def tiny_model(
    folder: Path,
    *,
    architecture: str = "Bert",
    settings: Mapping[str, Any] | None = None,
    pooling: str | tuple[str, ...] = "mean",
    include_prompt: bool = True,
    dense: int | None = None,
    normalize: bool = True,
    prompts: Mapping[str, str] | None = None,
    lower: bool = False,
    truncate_dim: int | None = None,
    before_pooling: Any = None,  # a module of another kind
) -> Path:
    """Write a model into ``folder`` as Sentence Transformers saves it, and return the folder."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules as models
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import WordPiece

    torch.manual_seed(7)
    tokenizer = Tokenizer(
        WordPiece({piece: number for number, piece in enumerate(VOCABULARY)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = ("pad", "unk", "cls", "sep", "mask")
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=LONGEST,
        **{f"{name}_token": token for name, token in zip(names, SPECIAL, strict=True)},
    )
    config = getattr(transformers, f"{architecture}Config")(**{**_SETTINGS, **(settings or {})})
    base = folder.with_name(f"{folder.name}-base")
    getattr(transformers, f"{architecture}Model")(config).save_pretrained(base)
    fast.save_pretrained(base)
    transformer = models.Transformer(str(base), max_seq_length=LONGEST)
    pooled = models.Pooling(WIDTH, pooling_mode=pooling, include_prompt=include_prompt)
    between = [] if before_pooling is None else [before_pooling]
    modules: list[Any] = [transformer, *between, pooled]
    if dense is not None:
        modules.append(models.Dense(pooled.get_embedding_dimension(), dense))
    if normalize:
        modules.append(models.Normalize())
    model = SentenceTransformer(
        modules=modules, device="cpu", prompts=dict(prompts or {}), truncate_dim=truncate_dim
    )
    model.save(str(folder))
    return folder
