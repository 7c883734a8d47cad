"""The command line of training; see `python -m rag.training --help`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

from rag.encoder import bundled_encoder
from rag.errors import RagError
from rag.reader.bundled import BUNDLED_FOLDER, BundledReader
from rag.reader.features import PieceSplitter
from rag.reader.weights import Calibration
from rag.training.average import average
from rag.training.calibrate import balancing, calibrated, fit
from rag.training.checkpoint import CHECKPOINT
from rag.training.examples import CLAIMS, Example
from rag.training.export import compile_onnx, export, recalibrate, replacing
from rag.training.items import ItemMaker
from rag.training.learn import Recipe, TrainingProgress, train
from rag.training.manifest import manifest
from rag.training.metrics import SETS, best_threshold, measure, of_sets, read_all
from rag.training.mixture import leaning_on, read_data
from rag.training.sources import WRITTEN

PROBES = 100  # examples of the development part that the 8-bit model is fitted to


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 where it failed."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except RagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rag.training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    defaults = Recipe()
    for name, run, help_ in (
        ("train", _train, "train a network; writes its checkpoint into --checkpoints"),
        ("average", _average, "write the mean of several readers' weights as a checkpoint"),
        ("export", _export, "pack a checkpoint, calibrate it, compile it, write the manifest"),
        ("measure", _measure, "print the figures of a reader on a held-out part"),
    ):
        command = commands.add_parser(name, help=help_)
        command.set_defaults(run=run)
        if name == "average":
            command.add_argument("readers", type=Path, nargs="+", help="folders or checkpoints")
            command.add_argument(
                "--shares", type=float, nargs="+", default=(), help="how much each counts"
            )
        else:
            command.add_argument("--data", type=Path, required=True, help="the folder of the sets")
            command.add_argument(
                "--written", type=Path, default=WRITTEN, help="the folder of the pieces beside"
            )
        if name != "measure":
            command.add_argument(
                "--checkpoints", type=Path, required=True, help="the folder of the checkpoint"
            )
        if name in ("export", "measure"):
            command.add_argument("--reader", type=Path, default=BUNDLED_FOLDER, help="its folder")
        if name == "train":
            for option, kind, default, means in (
                ("--seed", int, defaults.seed, "of all that is drawn"),
                ("--passes", int, defaults.passes, "over the mixture"),
                ("--minutes", float, None, "train by the clock, not by passes"),
                ("--rate", float, defaults.rate, "the highest learning rate of the layers"),
                ("--start", Path, None, "a checkpoint or reader to go on from (or the encoder)"),
                ("--threads", int, defaults.threads, "of each worker"),
                ("--workers", int, defaults.workers, "processes that train in step"),
                ("--tight", float, defaults.tight, "share of examples cut short at first"),
            ):
                told = means if default is None else f"{means} (default: {default})"
                command.add_argument(option, type=kind, default=default, help=told)
            command.add_argument(
                "--lean-on", nargs="+", default=(), metavar="FILE",
                help="files of written pieces that come twice in a pass, such as 'pairs_*.jsonl'",
            )  # fmt: skip
            command.add_argument(
                "--keep", type=share, nargs="+", default=(), metavar="SOURCE=SHARE",
                help="how much of another source comes in a pass, such as written=0.35",
            )  # fmt: skip
            command.add_argument(
                "--half", action="store_true",
                help="matrix products in bfloat16: faster where the processor has it",
            )  # fmt: skip
        if name == "export":
            command.add_argument("--window", type=int, default=defaults.window_pieces)
        if name == "measure":
            command.add_argument("--part", choices=("dev", "test"), default="test")
            command.add_argument("--backend", choices=("torch", "onnx"), default="torch")
            command.add_argument(
                "--sets", nargs="+", choices=SETS, default=SETS, help="read these alone"
            )
    return parser


def share(text: str) -> tuple[str, float]:
    """Return the source and the share that "SOURCE=SHARE" names.

    Raises:
        ValueError: it does not, or the share is not 0 to 1.
    """
    source, _, value = text.partition("=")
    if not 0 <= float(value) <= 1:
        raise ValueError(f"a share must be 0 to 1, got {value}")
    return source, float(value)


def _train(options: argparse.Namespace) -> int:
    recipe = Recipe(
        seed=options.seed, passes=options.passes, minutes=options.minutes,
        rate=options.rate, threads=options.threads, workers=options.workers,
        tight=options.tight, half=options.half,
    )  # fmt: skip
    data = leaning_on(
        read_data(options.data, options.written), options.lean_on,
        others=dict(options.keep), seed=options.seed,
    )  # fmt: skip
    train(data, recipe, options.checkpoints, tell=_tell, checkpoint=options.start)
    return 0


def _tell(progress: TrainingProgress) -> None:
    print(
        f"{progress.done:6.1%}  step {progress.step}  examples {progress.examples}  "
        f"span {progress.span:.3f}  answerable {progress.answerable:.3f}  "
        f"sentence {progress.sentence:.3f}",
        flush=True,
    )


def _average(options: argparse.Namespace) -> int:
    print(average(options.readers, options.checkpoints, shares=options.shares))
    return 0


def _export(options: argparse.Namespace) -> int:
    data = read_data(options.data, options.written)
    with replacing(options.reader) as folder:
        export(
            options.checkpoints / CHECKPOINT, folder,
            calibration=Calibration(), window_pieces=options.window,
        )  # fmt: skip
        _calibrate(folder, data.dev)
        maker = ItemMaker(
            PieceSplitter.from_file(bundled_encoder() / "tokenizer.json"),
            window_pieces=options.window,
        )
        some = data.dev[:: max(1, len(data.dev) // PROBES)]
        compile_onnx(folder, [maker.make(example, Random(0)).row for example in some])
        written = json.dumps(
            manifest(options.data, data, options.written), indent=2, ensure_ascii=False
        )
        (folder / "manifest.json").write_text(written + "\n", encoding="utf-8")
    return 0


def _calibrate(folder: Path, examples: Sequence[Example]) -> None:
    """Fit what the reader in `folder` makes of its logits to examples not trained on."""
    asked = [example for example in examples if example.source != CLAIMS]
    readings = read_all(BundledReader.from_folder(folder), asked)
    labels = [example.answerable for example in asked]
    sets = [example.source.split("-")[0] for example in asked]
    calibration = fit(readings, labels, weights=balancing(labels, sets))
    recalibrate(
        folder, calibration, answers_from=best_threshold(asked, calibrated(readings, calibration))
    )


def _measure(options: argparse.Namespace) -> int:
    data = read_data(options.data, options.written)
    reader = BundledReader.from_folder(options.reader, backend=options.backend)
    part = of_sets(data.test if options.part == "test" else data.dev, options.sets)
    found = measure(reader, part, answers_from=reader.settings.answers_from)
    told = {name: value.to_dict() for name, value in found.items() if name in options.sets}
    print(json.dumps(told, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
