"""Losses and figures by hand; a tiny network learns; the same seed gives the same weights."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from rag.errors import ModelError
from rag.reader import BundledReader, Reading
from rag.reader.features import PieceSplitter, Row
from rag.reader.network import FROZEN
from rag.reader.weights import Calibration
from rag.training import __main__ as command_line
from rag.training.average import average
from rag.training.calibrate import balancing, fit, logistic_regression
from rag.training.examples import CLAIMS, Example
from rag.training.export import export
from rag.training.half import in_half
from rag.training.items import Item, ItemMaker
from rag.training.learn import CHECKPOINT, Progress, Recipe, start, train
from rag.training.metrics import auc, best_f1, best_threshold, figures
from rag.training.mixture import read_data
from rag.training.objective import losses, sentence_scores
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
    told: list[Progress] = []
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


def nothing(progress: Progress) -> None:
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
        checkpoints[0], tmp_path / "packed", calibration=Calibration(), encoder=tiny_model
    )  # a folder stands for the weights that it packs
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
