"""Tiny real models that the tests make: a tokenizer, a reader that learned to find numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WORDS = "the of and in a to is river water question nile rhine danube sea long many 智 谱 清 言"
POSITIONS = 128


def save_tokenizer(folder: Path) -> int:
    """Save a word-piece tokenizer of ASCII and a few words; return how many pieces it knows."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    pieces = [f"##{letter}" for letter in letters if letter.isalnum()]
    vocabulary = dict.fromkeys([*special, *letters, *pieces, *WORDS.split()])
    numbered = {piece: number for number, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(numbered, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=POSITIONS, pad_token="[PAD]",
        unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
    ).save_pretrained(folder)  # fmt: skip
    return len(numbered)


@contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """Draw weights from `seed` on one thread, and leave torch's own draws as they were."""
    import torch

    # One thread: in so small a model, threads wait for each other longer than they work.
    torch.set_num_threads(1)
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    yield
    torch.set_rng_state(state)


def make_reranker(folder: Path, *, seed: int = 13, labels: int = 1) -> Path:
    """Save a BERT with drawn weights that gives a pair `labels` scores."""
    from transformers import BertConfig, BertForSequenceClassification

    size = save_tokenizer(folder)
    with drawn_from(seed):
        # Weights drawn wider than a trained model's, so that different texts get different scores.
        config = BertConfig(
            vocab_size=size, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=POSITIONS, num_labels=labels,
            initializer_range=0.3,
        )  # fmt: skip
        BertForSequenceClassification(config).eval().save_pretrained(folder)
    return folder


# Training steps, at a rate that falls: whatever the seed or the processor, .99 of the lessons are
# learned then; of 400 steps at a higher rate .78 to .98.
STEPS = 800


def make_reader(folder: Path, *, seed: int = 11) -> Path:
    """Save a BERT that learned in a moment to find a number, or that there is none."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

    size = save_tokenizer(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    draw = random.Random(seed)
    with drawn_from(seed):
        model = BertForQuestionAnswering(
            BertConfig(
                vocab_size=size,
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                max_position_embeddings=POSITIONS,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            )
        )
        optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
        falling = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.02, total_iters=STEPS)
        for _ in range(STEPS):
            loss = model(**_lesson(draw, tokenizer)).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            falling.step()
    model.eval().save_pretrained(folder)
    return folder


def _lesson(draw: random.Random, tokenizer: Any) -> dict[str, Any]:
    """Return a batch of questions and passages, three in four of which hold a number."""
    import torch

    passages, wanted = [], []
    for _ in range(16):
        words = draw.choices(
            [*WORDS.split(), "dam", "was", "built", "😀", "ship."], k=draw.randint(4, 20)
        )
        number = str(draw.randint(1, 9999)) if draw.random() < 0.75 else ""
        if number:
            at = draw.randint(0, len(words))
            words.insert(at, number + draw.choice(["", "."]))
        passages.append(" ".join(words))
        wanted.append(number)
    batch = tokenizer(
        ["how long is the nile"] * 16, passages, padding=True, return_tensors="pt",
        return_offsets_mapping=True,
    )  # fmt: skip
    starts, ends = [], []
    for row, (passage, number) in enumerate(zip(passages, wanted, strict=True)):
        first = passage.find(number)
        inside = [
            at
            for at, (part, (low, high)) in enumerate(
                zip(batch.sequence_ids(row), batch["offset_mapping"][row].tolist(), strict=True)
            )
            if number and part == 1 and first <= low and high <= first + len(number)
        ]
        starts.append(inside[0] if inside else 0)
        ends.append(inside[-1] if inside else 0)
    batch.pop("offset_mapping")
    return {
        **batch,
        "start_positions": torch.tensor(starts),
        "end_positions": torch.tensor(ends),
    }


def make_chat_model(folder: Path, *, seed: int = 17) -> Path:
    """Save a causal language model with drawn weights and a chat template."""
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    size = save_tokenizer(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }} {% endfor %}"
    tokenizer.eos_token = "[SEP]"
    tokenizer.save_pretrained(folder)
    with drawn_from(seed):
        config = LlamaConfig(
            vocab_size=size, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=8192, initializer_range=0.3,
            bos_token_id=2, eos_token_id=3, pad_token_id=0,
        )  # fmt: skip
        model = LlamaForCausalLM(config).eval()
    model.generation_config.max_new_tokens = 24
    model.save_pretrained(folder)
    return folder
