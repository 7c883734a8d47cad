"""What training makes small: the sum of three losses over one batch.

Span: -log of the summed probability of every right (start, end), where position 0 stands for "no
answer"; halved, since it is two choices. Answerable: binary cross entropy. Sentences: -log of the
summed probability of the sentences that answer, among those of the passage; where several are
needed together, the mean of their -log. Of a claim there is no span loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from rag.reader.batches import collate
from rag.reader.network import Network
from rag.training.examples import CLAIMS
from rag.training.items import Item, sentence_targets

_FAR = -1e4
_SENTENCE_WEIGHT = 0.5


class Losses(NamedTuple):
    """The three losses of a batch, each a mean over its rows."""

    span: Tensor
    answerable: Tensor
    sentence: Tensor

    @property
    def total(self) -> Tensor:
        """What is made small."""
        return self.span + self.answerable + _SENTENCE_WEIGHT * self.sentence


def losses(network: Network, items: Sequence[Item]) -> Losses:
    """Return the losses of a batch."""
    batch = collate([item.row for item in items])
    tokens, pairs = network(
        torch.from_numpy(batch.ids),
        torch.from_numpy(batch.kinds),
        torch.from_numpy(batch.marks),
        torch.from_numpy(batch.present),
    )
    numbers = torch.from_numpy(sentence_targets(items, batch.ids.shape[1]))
    allowed = numbers >= 0
    allowed[:, 0] = True
    starts, ends = (
        tokens[..., channel].masked_fill(~allowed, _FAR).log_softmax(1) for channel in (0, 1)
    )
    sentences = sentence_scores(tokens[..., 2], numbers).log_softmax(1)
    wanted = torch.tensor([float(item.answerable) for item in items])
    zero = pairs.sum() * 0
    spans, chosen = [zero], [zero]
    for at, item in enumerate(items):
        places = item.spans if item.answerable else ((0, 0),)
        if places and item.source != CLAIMS:
            first, last = zip(*places, strict=True)
            both = starts[at, list(first)] + ends[at, list(last)]
            spans.append(-torch.logsumexp(both, 0) / 2)
        if item.gold and len(set(item.numbers)) > 1:
            gold = sentences[at, sorted(item.gold)]
            chosen.append(-gold.mean() if item.together else -torch.logsumexp(gold, 0))
    return Losses(
        span=torch.stack(spans).sum() / len(items),
        answerable=functional.binary_cross_entropy_with_logits(pairs, wanted),
        sentence=torch.stack(chosen).sum() / len(items),
    )


def sentence_scores(evidence: Tensor, numbers: Tensor) -> Tensor:
    """Return the mean evidence of each sentence's positions, (b, most sentences).

    `evidence` and `numbers` are (b, t); a number of -1 is in no sentence. -1e4 where a row has no
    such sentence.
    """
    most = int(numbers.max()) + 1
    member = functional.one_hot(numbers + 1, most + 1)[..., 1:].to(evidence.dtype)
    count = member.sum(1)
    mean = torch.einsum("bt,bts->bs", evidence, member) / count.clamp(min=1)
    return mean.masked_fill(count == 0, _FAR)
