"""The training loop: passes over the mixture, a rate that falls to zero, checkpoints on the way.

Several workers train in step (local SGD, Stich 2019): each takes its share of the batches with an
optimiser of its own, and every few steps their weights become the mean of all. On cores that other
work shares, workers of one thread wait less for each other than the threads of one worker do.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import torch
from safetensors.torch import save_file
from torch import distributed
from torch.multiprocessing.spawn import spawn

from rag.encoder import bundled_encoder
from rag.reader.features import PieceSplitter
from rag.reader.network import FROZEN, Network
from rag.reader.weights import Tensors
from rag.training.checkpoint import CHECKPOINT, read_checkpoint, read_encoder, read_weights
from rag.training.half import in_half
from rag.training.items import Item, ItemMaker, batches
from rag.training.mixture import Data, one_pass
from rag.training.objective import losses
from rag.training.variants import tight

_HEADS = ("token_head", "answerable", "marks")


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
    threads: int = 2  # of each worker
    workers: int = 1
    average_steps: int = 16  # steps between two averagings of the workers' weights
    half: bool = False  # matrix products in bfloat16: faster where the processor has it

    def tight_share(self, done: float) -> float:
        """Return the share of tight examples when so much of the training (0 to 1) is done."""
        low, high = self.tight_until
        return self.tight * min(1.0, max(0.0, (high - done) / (high - low)))

    def rate_share(self, step: int, done: float) -> float:
        """Return the share of the highest rate at a step: up with the steps, down to zero."""
        return min(1.0, (step + 1) / self.warmup_steps) * (1 - done)


@dataclass(frozen=True, slots=True)
class TrainingProgress:
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
    tell: Callable[[TrainingProgress], None],
    tell_steps: int = 50,
    encoder: Path | None = None,
    checkpoint: Path | None = None,
) -> Network:
    """Return the trained network; `out` gets its weights, and the recipe.

    It starts from the encoder, or from the weights of `checkpoint`, which may be a reader's folder.
    Checkpoints are written over each other each time `tell` is called.

    Raises:
        ModelError: the bundled encoder is missing, or `checkpoint` holds no weights of the network.
    """
    encoder = bundled_encoder() if encoder is None else encoder
    weights = None if checkpoint is None else read_weights(checkpoint, encoder)
    out.mkdir(parents=True, exist_ok=True)
    if recipe.workers == 1:
        return _work(0, data, recipe, out, tell, tell_steps, encoder, weights)
    with tempfile.TemporaryDirectory() as scratch:
        spawn(  # type: ignore[no-untyped-call]
            _work_with_others,
            (f"{scratch}/meeting", data, recipe, out, tell, tell_steps, encoder, weights),
            nprocs=recipe.workers,
        )
    network = start(encoder, dropout=recipe.dropout)
    _give(network, read_checkpoint(out / CHECKPOINT, encoder))
    return network.eval()


def _work_with_others(rank: int, meeting: str, data: Data, recipe: Recipe, *rest: Any) -> None:
    distributed.init_process_group(
        "gloo", init_method=f"file://{meeting}", rank=rank, world_size=recipe.workers
    )
    _work(rank, data, recipe, *rest)
    distributed.destroy_process_group()


def _work(
    rank: int,
    data: Data,
    recipe: Recipe,
    out: Path,
    tell: Callable[[TrainingProgress], None],
    tell_steps: int,
    encoder: Path,
    weights: Tensors | None,
) -> Network:
    """Train as one of the workers; the first one tells and saves."""
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    network = start(encoder, dropout=recipe.dropout)
    if weights is not None:
        _give(network, weights)
    if recipe.half:
        in_half(network)
    torch.manual_seed(recipe.seed + rank)  # all start alike; what they drop differs
    maker = ItemMaker(
        PieceSplitter.from_file(encoder / "tokenizer.json"), window_pieces=recipe.window_pieces
    )
    optimiser = _optimiser(network, recipe)
    highest = [group["lr"] for group in optimiser.param_groups]
    examples = 0
    sums = [0.0, 0.0, 0.0]
    network.train()
    for step, (done, batch) in enumerate(_schedule(data, recipe, maker, rank)):
        for group, rate in zip(optimiser.param_groups, highest, strict=True):
            group["lr"] = rate * recipe.rate_share(step, done)
        found = losses(network, batch)
        optimiser.zero_grad()
        found.total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
        optimiser.step()
        examples += len(batch)
        sums = [total + value.item() for total, value in zip(sums, found, strict=True)]
        meets = recipe.workers > 1 and (step + 1) % recipe.average_steps == 0
        if meets and average(network, done) >= 1:
            break
        if rank == 0 and (step + 1) % tell_steps == 0:
            save(network, out, recipe)
            tell(
                TrainingProgress(step + 1, examples, done, *(total / tell_steps for total in sums))
            )
            sums = [0.0, 0.0, 0.0]
    if recipe.workers > 1:
        average(network, 1.0)
    if rank == 0:
        save(network, out, recipe)
    return network.eval()


def average(network: Network, done: float) -> float:
    """Give the network the mean of all workers' trained weights; return the mean of their `done`.

    So that all of them see the same, whatever their clocks say.
    """
    trained = [p.data for p in network.parameters() if p.requires_grad]
    flat = torch.cat([*(values.flatten() for values in trained), torch.tensor([done])])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    at = 0
    for values in trained:
        values.copy_(flat[at : at + values.numel()].view_as(values))
        at += values.numel()
    return float(flat[-1])


def _schedule(
    data: Data, recipe: Recipe, maker: ItemMaker, rank: int
) -> Iterator[tuple[float, list[Item]]]:
    """Yield (how much is done, 0 to 1, the next batch of worker `rank`) until all is done.

    All workers get as many batches. By the clock, several workers end together when `average` says
    so, and a single one when its clock does.
    """
    random, began = Random(recipe.seed), time.monotonic()

    def done(passes: float) -> float:
        if recipe.minutes is None:
            return passes / recipe.passes
        return min(1.0, (time.monotonic() - began) / (60 * recipe.minutes))

    def over(now: float) -> bool:
        return now >= 1 and (recipe.minutes is None or recipe.workers == 1)

    for number in count():
        mixed = one_pass(data, seed=1000 * recipe.seed + number + 1)
        for low in range(0, len(mixed), recipe.portion):
            at = number + low / len(mixed)
            if over(done(at)):
                return
            # By the clock, workers may differ in a portion's share of tight examples, not in how
            # many batches each of them trains on before it ends.
            share = recipe.tight_share(done(at))
            portion = [
                tight(example, random) if random.random() < share else example
                for example in mixed[low : low + recipe.portion]
            ]
            items = [maker.make(example, random) for example in portion]
            batched = batches(items, positions=recipe.batch_positions, random=random)
            each = len(batched) // recipe.workers
            for nth, batch in enumerate(batched[rank :: recipe.workers][:each]):
                now = done(at + nth / each * len(portion) / len(mixed))
                if over(now):
                    return
                yield now, batch


def start(encoder: Path, *, dropout: float) -> Network:
    """Return the network on the encoder in a folder, its heads drawn from torch's generator."""
    shape, base = read_encoder(encoder)
    network = Network(shape, dropout=dropout)
    _give(network, base)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name not in FROZEN)
    return network


def _give(network: Network, weights: Tensors) -> None:
    network.load_state_dict(
        {name: torch.from_numpy(value) for name, value in weights.items()}, strict=False
    )


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
