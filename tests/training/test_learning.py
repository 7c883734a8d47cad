"""Losses and figures by hand; a tiny network learns; the same seed gives the same weights."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from rag import training
from rag.errors import ModelError
from rag.reader import BundledReader, Reading
from rag.reader.features import PieceSplitter, Row
from rag.reader.network import FROZEN
from rag.reader.weights import WEIGHTS, Calibration
from rag.training import __main__ as command_line
from rag.training.average import average
from rag.training.calibrate import balancing, calibrated, fit, logistic_regression
from rag.training.checkpoint import CHECKPOINT, read_weights
from rag.training.examples import CLAIMS, Example
from rag.training.export import compile_onnx, export, replacing
from rag.training.half import in_half
from rag.training.items import Item, ItemMaker
from rag.training.learn import Recipe, TrainingProgress, save, start, train
from rag.training.metrics import auc, best_f1, best_threshold, figures
from rag.training.mixture import leaning_on, read_data
from rag.training.objective import losses, sentence_scores
from tests.conftest import make_tiny_model
from tests.training.sets import write_sets

RECIPE = Recipe(
    seed=5, passes=1, rate=1e-3, warmup_steps=1, batch_positions=1200, window_pieces=128, threads=1
)


def test_sentence_scores_are_means() -> None:
    evidence = torch.tensor([[9.0, 1.0, 3.0, 5.0, 9.0]])
    numbers = torch.tensor([[-1, 0, 0, 2, -1]])
    assert sentence_scores(evidence, numbers).tolist() == [[2.0, -10_000.0, 5.0]]


def test_losses_by_hand() -> None:
    """With all logits 0 every position and sentence is as likely as the others."""

    class Zero(torch.nn.Module):
        def forward(self, ids: torch.Tensor, *_: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return torch.zeros(*ids.shape, 3), torch.zeros(len(ids))

    row = Row([1, 2, 3, 4, 5, 3], [0, 0, 0, 1, 1, 1], [0] * 6, [0, 0, 0, 8, 8, 0], 3)
    right = Item(row, "news", True, ((3, 4), (4, 4)), (0, 1), frozenset({1}))
    wrong = replace(right, answerable=False, spans=(), gold=frozenset())
    found = losses(Zero(), [right, wrong])  # type: ignore[arg-type]
    # 3 positions are allowed: 2 of 9 pairs are right, 1 of 9 is "no answer"
    assert float(found.span) == pytest.approx((math.log(9 / 2) + math.log(9)) / 2 / 2)
    assert float(found.answerable) == pytest.approx(math.log(2))
    assert float(found.sentence) == pytest.approx(math.log(2) / 2)
    several = replace(right, numbers=(0, 1), gold=frozenset({0, 1}))
    alone, all_of_them = (
        float(losses(Zero(), [replace(several, together=together)]).sentence)  # type: ignore[arg-type]
        for together in (False, True)
    )
    assert (alone, all_of_them) == (pytest.approx(0), pytest.approx(math.log(2)))
    claims = [replace(each, source=CLAIMS) for each in (right, wrong)]
    found = losses(Zero(), claims)  # type: ignore[arg-type]
    assert float(found.span) == 0
    assert float(found.answerable) == pytest.approx(math.log(2))


def test_the_same_seed_gives_the_same_weights_and_another_does_not(
    tmp_path: Path, tiny_model: Path
) -> None:
    data = read_data(write_sets(tmp_path / "sets"), tmp_path / "sets" / "written")
    told: list[TrainingProgress] = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        recipe = replace(RECIPE, seed=seed)
        train(data, recipe, tmp_path / name, tell=told.append, tell_steps=5, encoder=tiny_model)
    a, b, c = ((tmp_path / name / CHECKPOINT).read_bytes() for name in "abc")
    assert a == b != c
    assert told[0].step == 5
    assert 0 < told[0].done < 1
    assert json.loads((tmp_path / "c" / "recipe.json").read_text())["seed"] == 6


def test_products_in_bfloat16_are_near_and_leave_everything_else_in_float32(
    tiny_model: Path,
) -> None:
    """Outputs and gradients of a batch, against those of the same network in float32."""
    row = Row([1, 2, 3, 4, 5, 3], [0, 0, 0, 1, 1, 1], [0] * 6, [0, 0, 0, 8, 8, 0], 3)
    right = Item(row, "news", True, ((3, 4),), (0, 1), frozenset({1}))
    gradients = []
    for half in (False, True):
        torch.manual_seed(1)
        network = start(tiny_model, dropout=0.0)
        names = list(network.state_dict())
        if half:
            assert in_half(network) is network
        assert list(network.state_dict()) == names
        losses(network, [right, replace(right, answerable=False, spans=())]).total.backward()
        gradients.append({n: p.grad for n, p in network.named_parameters() if p.requires_grad})
    plain, rounded = gradients
    assert any(not torch.equal(plain[name], rounded[name]) for name in plain)
    for name, gradient in plain.items():
        assert rounded[name].dtype == torch.float32
        largest = float(gradient.abs().max())
        assert float((gradient - rounded[name]).abs().max()) <= 0.05 * largest + 1e-5, name


def nothing(progress: TrainingProgress) -> None:
    """A listener that other processes can be handed."""


@pytest.mark.slow
def test_two_workers_train_in_step_and_the_same_seed_gives_the_same_weights(
    tmp_path: Path, tiny_model: Path
) -> None:
    data = read_data(write_sets(tmp_path / "sets"), tmp_path / "sets" / "written")
    recipe = replace(RECIPE, workers=2, average_steps=3, passes=4)
    for name in "ab":
        train(data, recipe, tmp_path / name, tell=nothing, encoder=tiny_model)
    a, b = ((tmp_path / name / CHECKPOINT).read_bytes() for name in "ab")
    assert a == b
    alone = train(
        data, replace(recipe, workers=1), tmp_path / "c", tell=nothing, encoder=tiny_model
    )
    items = [ItemMaker(PieceSplitter.from_file(tiny_model / "tokenizer.json"), window_pieces=128)
             .make(example, Random(0)) for example in data.train]  # fmt: skip
    untrained = start(tiny_model, dropout=0.0).eval()
    together = start(tiny_model, dropout=0.0).eval()
    together.load_state_dict(load_file(tmp_path / "a" / CHECKPOINT), strict=False)
    with torch.no_grad():
        before, one, two = (
            float(losses(network, items).total) for network in (untrained, alone, together)
        )
    assert one < before
    assert two < before


def test_a_recipe_rises_and_falls() -> None:
    recipe = Recipe(warmup_steps=10, tight=0.8, tight_until=(0.2, 0.6))
    assert [recipe.tight_share(at) for at in (0, 0.2, 0.4, 0.6, 1)] == pytest.approx(
        [0.8, 0.8, 0.4, 0, 0]
    )
    assert recipe.rate_share(0, 0.0) == pytest.approx(0.1)
    assert recipe.rate_share(99, 0.25) == pytest.approx(0.75)


def test_figures_by_hand() -> None:
    def example(key: str, answers: tuple[str, ...]) -> Example:
        return Example(
            "s", "g", key, "q", "The red fox. It ran.", ((0, 12), (13, 20)), bool(answers),
            ((4, 11),) if answers else (), frozenset({0} if answers else ()), answers,
        )  # fmt: skip

    def reading(span: tuple[int, int], logit: float, sentences: tuple[float, ...]) -> Reading:
        return Reading(span, 0.0, logit, 0.5, sentences)

    found = figures(
        [example("a", ("red fox",)), example("b", ("red fox", "fox")), example("c", ())],
        [
            reading((0, 11), 2.0, (1.0, 0.0)),  # "The red fox": exact without its article
            reading((4, 7), -1.0, (0.0, 1.0)),  # "red": 2/3 of "red fox", nothing of "fox"
            reading((0, 3), -2.0, (0.0, 0.0)),
        ],
    )
    assert (found.answerable, found.unanswerable) == (2, 1)
    assert found.span_f1 == pytest.approx((1 + 2 / 3) / 2)
    assert found.exact == 0.5
    assert found.auc == 1.0
    assert found.first_sentence == 0.5
    assert found.f1_with_declining == pytest.approx((1 + 0 + 1) / 3)
    assert found.best_f1_with_declining == pytest.approx((1 + 2 / 3 + 1) / 3)


def test_where_nothing_can_be_answered_it_is_best_to_decline_everything() -> None:
    """Both logits are alike: at or below them both are answered, wrongly; above, one is right."""
    asked = Example("s", "g", "a", "q", "A fox.", ((0, 6),), True, ((2, 5),), frozenset({0}), ("fox",))  # fmt: skip # noqa: E501
    unanswered = replace(asked, answerable=False, spans=(), gold=frozenset(), answers=())
    wrong = Reading((0, 1), 0.0, 1.0, 0.7, (0.0,))
    found = figures([asked, unanswered], [wrong, wrong])
    assert found.f1_with_declining == 0.0
    assert found.best_f1_with_declining == 0.5


def test_the_threshold_is_where_f1_with_declining_is_highest() -> None:
    right = Example("news", "g", "1", "?", "3 May 1999", ((0, 10),), True, ((0, 5),), frozenset({0}), ("3 May",))  # fmt: skip # noqa: E501
    unanswered = replace(right, answerable=False, spans=(), answers=())
    exact = Reading((0, 5), 1.0, 1.0, 0.7, (0.0,))
    sure, unsure = replace(exact, logit=2.0), replace(exact, logit=-2.0)  # .88 and .12
    assert best_threshold([right, unanswered], [sure, unsure]) == 0.5  # of all that part the two
    assert best_threshold([right, right, unanswered], [sure, unsure, unsure]) == 0.5
    assert best_threshold([right, unanswered, unanswered], [exact, exact, exact]) == 0.75
    assert best_threshold([right], [exact]) == 0.5
    declining = figures([right, unanswered], [exact, exact], answers_from=0.75)
    assert declining.f1_with_declining == 0.5  # both declined, the logit 1 is below that of .75
    assert figures([right, unanswered], [exact, exact]).f1_with_declining == 0.5  # both answered


def test_auc_counts_ties_half_and_needs_both_kinds() -> None:
    assert auc([1.0, 2.0], [1.0]) == 0.75
    assert auc([], [1.0]) is None
    assert best_f1("a fox", ["the fox", "dog"]) == 1.0
    assert best_f1("", ["dog"]) == 0.0


def test_the_calibration_is_the_likeliest() -> None:
    draw = np.random.default_rng(0)
    readings = [
        Reading((0, 1), float(m), float(p), 0.5, ()) for p, m in draw.normal(size=(4000, 2)) * 2
    ]
    logits = np.array([0.8 * r.logit + 0.3 * r.margin - 0.5 for r in readings])
    answerable = draw.random(4000) < 1 / (1 + np.exp(-logits))
    found = fit(readings, answerable.tolist())
    assert [found.pair, found.margin, found.constant] == pytest.approx([0.8, 0.3, -0.5], abs=0.15)
    features = np.array([(r.logit, r.margin) for r in readings])
    labels, ones = answerable.astype(float), np.ones(4000)
    best = logistic_regression(features, labels, ones)

    def cost(w: np.ndarray) -> float:
        z = features @ w[:2] + w[2]
        return float(np.logaddexp(0, z).sum() - labels @ z + 5e-4 * (w[:2] ** 2).sum())

    assert all(
        cost(best) <= cost(best + step) for step in np.vstack([np.eye(3), -np.eye(3)]) * 1e-3
    )


def test_a_calibrated_reading_is_a_probability_however_far_its_logit() -> None:
    readings = [Reading((0, 1), 0.0, logit, 0.5, ()) for logit in (-1e6, 0.0, 1e6)]
    found = calibrated(readings, Calibration(pair=1.0))
    assert [reading.answerable for reading in found] == [0.0, 0.5, 1.0]


def test_balancing_gives_each_set_and_kind_the_same_sum() -> None:
    weights = balancing([True, True, False, True], ["a", "a", "a", "b"])
    assert weights == pytest.approx([4 / 6, 4 / 6, 4 / 3, 4 / 3])


def test_the_command_line_trains_exports_and_measures(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    pytest.importorskip("onnxruntime")
    sets = write_sets(tmp_path / "sets")
    for module in ("learn", "export", "__main__"):
        monkeypatch.setattr(f"rag.training.{module}.bundled_encoder", lambda: tiny_model)
    monkeypatch.setattr("rag.reader.bundled.bundled_encoder", lambda: tiny_model)
    where = [
        "--data",
        str(sets),
        "--written",
        str(sets / "written"),
        "--checkpoints",
        str(tmp_path / "run"),
    ]
    train(
        read_data(sets, sets / "written"),
        RECIPE,
        tmp_path / "run",
        tell=lambda _: None,
        encoder=tiny_model,
    )
    reader = str(tmp_path / "reader")
    options = [*where, "--reader", reader, "--window", "128"]
    assert command_line.main(["export", *options]) == 0
    assert BundledReader.from_folder(Path(reader)).settings.calibration != Calibration()
    assert (tmp_path / "reader" / "manifest.json").is_file()
    measure = ["measure", *where[:4], "--reader", reader]
    assert command_line.main([*measure, "--part", "dev"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["squad-2.0"]["unanswerable"] == 6
    assert command_line.main([*measure, "--part", "dev", "--sets", "squad-2.0"]) == 0
    assert json.loads(capsys.readouterr().out) == {"squad-2.0": found["squad-2.0"]}
    assert command_line.main(["measure", "--data", str(tmp_path), "--reader", reader]) == 1
    assert "error: the question set" in capsys.readouterr().err
    whole = {path.name: path.read_bytes() for path in (tmp_path / "reader").iterdir()}

    def refuse(*_: object) -> None:
        raise ModelError("no room")

    monkeypatch.setattr(command_line, "compile_onnx", refuse)
    assert command_line.main(["export", *options]) == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "reader").iterdir()} == whole
    (tmp_path / "run" / CHECKPOINT).unlink()
    assert command_line.main(["export", *options]) == 1
    assert "network.safetensors cannot be read: No such file" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"sets", "run", "reader"}


def test_the_commands_that_the_package_shows_are_those_it_takes() -> None:
    shown = [line.split()[3:] for line in str(training.__doc__).splitlines() if "python -m" in line]
    parsed = [command_line._parser().parse_args(command) for command in shown]
    assert [options.run.__name__ for options in parsed] == ["_train", "_export", "_measure"]


def test_a_leg_leans_on_files_and_keeps_shares_as_the_command_line_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sets = write_sets(tmp_path / "sets")
    given: list[Any] = []
    monkeypatch.setattr(command_line, "train", lambda data, *_, **__: given.append(data))
    command = [
        "train", "--data", str(sets), "--written", str(sets / "written"),
        "--checkpoints", str(tmp_path / "run"),
    ]  # fmt: skip
    assert command_line.main(command) == 0
    leaning = [*command, "--lean-on", "pie*.jsonl", "--keep", "news=0", "squad-1.1=0.5"]
    assert command_line.main(leaning) == 0
    plain, leant = given
    assert plain.train == read_data(sets, sets / "written").train
    assert (
        leant.train
        == leaning_on(
            plain, ["pieces.jsonl"], others={"news": 0.0, "squad-1.1": 0.5}, seed=Recipe().seed
        ).train
    )
    assert command_line.main([*command, "--lean-on", "nothing*"]) == 1
    assert "no file of pieces to train on is called 'nothing*'" in capsys.readouterr().err
    assert command_line.main([*command, "--keep", "nobody=1"]) == 1
    assert "there is no source 'nobody' to train on" in capsys.readouterr().err
    for wrong in ("news", "news=2", "news=nan"):
        with pytest.raises(SystemExit):
            command_line.main([*command, "--keep", wrong])
        assert f"invalid share value: '{wrong}'" in capsys.readouterr().err


@pytest.mark.parametrize("there", [True, False], ids=["over another", "new"])
def test_a_folder_is_replaced_at_the_end_or_not_at_all(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "reader"
    if there:
        folder.mkdir()
        (folder / "card.md").write_text("kept", encoding="utf-8")
    with pytest.raises(ModelError, match="No such file"), replacing(folder) as half:  # noqa: PT012
        (half / "weights").touch()
        (half / "nothing").unlink()
    assert [path.name for path in tmp_path.rglob("*")] == (["reader", "card.md"] if there else [])
    with replacing(folder) as half:
        (half / "weights").touch()
        assert not (folder / "weights").exists()
    assert {path.name for path in tmp_path.rglob("*")} == (
        {"reader", "weights", "card.md"} if there else {"reader", "weights"}
    )
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="cannot be written to"), replacing(tmp_path / "file"):
        pass


@pytest.fixture(scope="module")
def trained(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a checkpoint, and below it the reader that it makes."""
    out = tmp_path_factory.mktemp("trained")
    torch.manual_seed(1)
    save(start(tiny_model, dropout=0.0), out, RECIPE)
    export(
        out / CHECKPOINT, out / "reader",
        calibration=Calibration(), window_pieces=128, encoder=tiny_model,
    )  # fmt: skip
    return out


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        ("missing", "cannot be read: No such file"),
        ("truncated", "cannot be read: Error while deserializing"),
        ("packed", r"it has .*\.scale, which the network does not have"),
        ("the encoder", "it has embeddings.*, which the network does not have"),
        ("lacking", "it lacks token_head.bias"),
        ("other size", r"token_head.bias is \(4,\), not \(3,\)"),
        ("whole numbers", "token_head.bias is int8, not float32"),
        ("half", "are of the type 'BF16', not float32"),
    ],
)
def test_what_is_no_checkpoint_is_refused(
    harm: str, message: str, trained: Path, tiny_model: Path, tmp_path: Path
) -> None:
    path, bias = tmp_path / CHECKPOINT, "token_head.bias"
    weights = load_file(trained / CHECKPOINT)
    if harm == "truncated":
        path.write_bytes((trained / CHECKPOINT).read_bytes()[:-100])
    elif harm == "packed":
        path.write_bytes((trained / "reader" / WEIGHTS).read_bytes())
    elif harm == "the encoder":
        path.write_bytes((tiny_model / "model.safetensors").read_bytes())
    elif harm != "missing":
        changed = {
            "lacking": {},
            "other size": {bias: torch.zeros(4)},
            "whole numbers": {bias: weights[bias].to(torch.int8)},
            "half": {bias: weights[bias].to(torch.bfloat16)},
        }[harm]
        save_file({n: v for n, v in weights.items() if n != bias} | changed, path)
    data = read_data(write_sets(tmp_path / "sets"), tmp_path / "sets" / "written")
    with pytest.raises(ModelError, match=message) as caught:
        train(data, RECIPE, tmp_path / "run", tell=nothing, encoder=tiny_model, checkpoint=path)
    assert "\n" not in str(caught.value)
    with pytest.raises(ModelError, match=message):
        average([trained / CHECKPOINT, path], tmp_path / "mean", encoder=tiny_model)
    with pytest.raises(ModelError, match=message):
        export(
            path, tmp_path / "out",
            calibration=Calibration(), window_pieces=128, encoder=tiny_model,
        )  # fmt: skip
    assert not any((tmp_path / name).exists() for name in ("run", "mean", "out"))


def test_a_reader_s_folder_stands_for_its_weights_where_they_are_the_ones_it_names(
    trained: Path, tiny_model: Path, tmp_path: Path
) -> None:
    whole, packed = (
        read_weights(path, tiny_model) for path in (trained / CHECKPOINT, trained / "reader")
    )
    assert whole.keys() == packed.keys() >= set(FROZEN)
    for name, value in packed.items():
        assert value == pytest.approx(whole[name], abs=0.01)
    copy = tmp_path / "reader"
    shutil.copytree(trained / "reader", copy)
    data = bytearray((copy / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (copy / WEIGHTS).write_bytes(data)
    with pytest.raises(ModelError, match="changed or swapped"):
        average([copy, trained / CHECKPOINT], tmp_path / "mean", encoder=tiny_model)
    with pytest.raises(ModelError, match="changed or swapped"):
        compile_onnx(copy, [], encoder=tiny_model)
    with pytest.raises(ModelError, match=r"model\.safetensors has sha256"):
        read_weights(trained / "reader", make_tiny_model(tmp_path / "other", seed=8))


def test_an_encoder_that_cannot_be_read_is_told(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "encoder")
    path = tmp_path / "encoder" / "model.safetensors"
    save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(ModelError, match=r"lacks 'embeddings\.word_embeddings\.weight'"):
        start(tmp_path / "encoder", dropout=0.0)
    path.write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be read"):
        start(tmp_path / "encoder", dropout=0.0)


def test_the_mean_of_two_readers_is_the_mean_of_their_weights(
    tmp_path: Path, tiny_model: Path
) -> None:
    names = ("a", "b")
    for at, name in enumerate(names):
        with_seed = start(tiny_model, dropout=0.0)
        with torch.no_grad():
            for key, weight in with_seed.named_parameters():
                if key not in FROZEN:
                    weight.add_(0.25 * (at + 1))
        (tmp_path / name).mkdir()
        save_file(with_seed.state_dict(), tmp_path / name / CHECKPOINT)
    checkpoints = [tmp_path / name / CHECKPOINT for name in names]
    mean = load_file(average(checkpoints, tmp_path / "mean", encoder=tiny_model))
    one, other = (load_file(path) for path in checkpoints)
    for name, value in mean.items():
        expected = (one[name] + other[name]) / 2
        assert value.numpy() == pytest.approx(expected.numpy(), abs=1e-6)
    export(
        checkpoints[0], tmp_path / "packed",
        calibration=Calibration(), window_pieces=128, encoder=tiny_model,
    )  # fmt: skip # a folder stands for the weights that it packs
    again = average([tmp_path / "packed", checkpoints[0]], tmp_path / "again", encoder=tiny_model)
    for name, value in load_file(again).items():
        assert value.numpy() == pytest.approx(one[name].numpy(), abs=0.01)
    uneven = average(checkpoints, tmp_path / "uneven", shares=(1, 3), encoder=tiny_model)
    for name, value in load_file(uneven).items():
        expected = one[name] / 4 + other[name] * 3 / 4
        assert value.numpy() == pytest.approx(expected.numpy(), abs=1e-6)
    with pytest.raises(ModelError, match="none below 0"):
        average(checkpoints, tmp_path / "c", shares=(1, -1), encoder=tiny_model)
    with pytest.raises(ModelError, match="at least two readers, got 1"):
        average(checkpoints[:1], tmp_path / "c", encoder=tiny_model)
