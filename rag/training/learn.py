"""The training loop: passes over the mixture, a rate that falls to zero, checkpoints on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from random import Random

import torch
from safetensors.torch import load_file, save_file

from rag.reader.bundled import bundled_encoder
from rag.reader.engines import encoder_shape
from rag.reader.features import PieceSplitter
from rag.reader.network import FROZEN, Network, from_encoder
from rag.training.items import Item, ItemMaker, batches
from rag.training.mixture import Data, one_pass
from rag.training.objective import losses
from rag.training.variants import tight

_HEADS = ("token_head", "answerable", "marks")
CHECKPOINT = "network.safetensors"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How it is trained.

    With `minutes` the rate falls with the clock and training ends with it, on a machine that is
    shared; the run can then not be repeated exactly. Without, it falls with the passes.
    At first most examples come with the sentences around the answer only (see `tight_share`):
    twice as many are then seen in the same time.
    """

    seed: int = 7
    passes: int = 4
    minutes: float | None = None
    rate: float = 3e-4  # the highest learning rate of the encoder's layers
    head_rate: float = 1e-3  # the same of the heads and marks, which start from nothing
    warmup_steps: int = 100
    batch_positions: int = 1700  # rows x longest of a batch
    portion: int = 1200  # examples that are sorted into batches together
    tight: float = 0.9  # share of tight examples at first
    tight_until: tuple[float, float] = (0.25, 0.65)  # from here to here it falls to none
    window_pieces: int = 384
    dropout: float = 0.1
    decay: float = 0.01
    clip: float = 1.0
    threads: int = 2

    def tight_share(self, done: float) -> float:
        """Return the share of tight examples when so much of the training (0 to 1) is done."""
        low, high = self.tight_until
        return self.tight * min(1.0, max(0.0, (high - done) / (high - low)))

    def rate_share(self, step: int, done: float) -> float:
        """Return the share of the highest rate at a step: up with the steps, down to zero."""
        return min(1.0, (step + 1) / self.warmup_steps) * (1 - done)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands: steps and examples so far, and the mean losses since the last word."""

    step: int
    examples: int
    done: float  # 0 to 1
    span: float
    answerable: float
    sentence: float


def train(
    data: Data,
    recipe: Recipe,
    out: Path,
    *,
    tell: Callable[[Progress], None],
    tell_steps: int = 50,
    encoder: Path | None = None,
    checkpoint: Path | None = None,
) -> Network:
    """Return the trained network; `out` gets its weights, and the recipe.

    It starts from the encoder, or from the weights of `checkpoint`. Checkpoints are written over
    each other each time `tell` is called.

    Raises:
        ModelError: the bundled encoder is missing.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    encoder = bundled_encoder() if encoder is None else encoder
    network = start(encoder, dropout=recipe.dropout)
    if checkpoint is not None:
        network.load_state_dict(load_file(checkpoint), strict=False)
    maker = ItemMaker(
        PieceSplitter.from_file(encoder / "tokenizer.json"), window_pieces=recipe.window_pieces
    )
    optimiser = _optimiser(network, recipe)
    highest = [group["lr"] for group in optimiser.param_groups]
    examples = 0
    sums = [0.0, 0.0, 0.0]
    network.train()
    for step, (done, batch) in enumerate(_schedule(data, recipe, maker)):
        for group, rate in zip(optimiser.param_groups, highest, strict=True):
            group["lr"] = rate * recipe.rate_share(step, done)
        found = losses(network, batch)
        optimiser.zero_grad()
        found.total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
        optimiser.step()
        examples += len(batch)
        sums = [total + value.item() for total, value in zip(sums, found, strict=True)]
        if (step + 1) % tell_steps == 0:
            save(network, out, recipe)
            tell(Progress(step + 1, examples, done, *(total / tell_steps for total in sums)))
            sums = [0.0, 0.0, 0.0]
    save(network, out, recipe)
    return network.eval()


def _schedule(data: Data, recipe: Recipe, maker: ItemMaker) -> Iterator[tuple[float, list[Item]]]:
    """Yield (how much is done, 0 to 1, the next batch) until all is done."""
    random, began = Random(recipe.seed), time.monotonic()

    def done(passes: float) -> float:
        if recipe.minutes is None:
            return passes / recipe.passes
        return (time.monotonic() - began) / (60 * recipe.minutes)

    for number in count():
        mixed = one_pass(data, seed=1000 * recipe.seed + number + 1)
        for low in range(0, len(mixed), recipe.portion):
            at = number + low / len(mixed)
            if done(at) >= 1:
                return
            share = recipe.tight_share(done(at))
            portion = [
                tight(example, random) if random.random() < share else example
                for example in mixed[low : low + recipe.portion]
            ]
            items = [maker.make(example, random) for example in portion]
            batched = batches(items, positions=recipe.batch_positions, random=random)
            for nth, batch in enumerate(batched):
                now = done(at + nth / len(batched) * len(portion) / len(mixed))
                if now >= 1:
                    return
                yield now, batch


def start(encoder: Path, *, dropout: float) -> Network:
    """Return the network on the encoder in a folder, its heads drawn from torch's generator."""
    shape = encoder_shape(encoder / "config.json")
    network = Network(shape, dropout=dropout)
    weights = load_file(encoder / "model.safetensors")
    network.load_state_dict(from_encoder(weights, shape.layers), strict=False)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name not in FROZEN)
    return network


def save(network: Network, out: Path, recipe: Recipe) -> None:
    """Write the network's trained weights and the recipe into the folder `out`."""
    state = {
        name: value.detach().contiguous()
        for name, value in network.state_dict().items()
        if name not in FROZEN
    }
    save_file(state, out / CHECKPOINT)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=2) + "\n", encoding="utf-8")


def _optimiser(network: Network, recipe: Recipe) -> torch.optim.Optimizer:
    heads: list[torch.nn.Parameter] = []
    layers: list[torch.nn.Parameter] = []
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            (heads if name.startswith(_HEADS) else layers).append(parameter)
    return torch.optim.AdamW(
        [{"params": layers, "lr": recipe.rate}, {"params": heads, "lr": recipe.head_rate}],
        betas=(0.9, 0.98),
        weight_decay=recipe.decay,
        fused=True,
    )
