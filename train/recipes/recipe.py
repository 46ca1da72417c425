"""What decides a training beside the code and the data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from train.augment import Augmentation


@dataclass(frozen=True, slots=True)
class Target:
    """An output and what it learns.

    Attributes:
        output: its name.
        learns: "labels", or "votes" where the data set has them: then the target is how the votes are spread.
        softmax: whether it gives probabilities instead of logits.
        weight: of its loss.
    """

    output: str
    learns: str = "labels"
    softmax: bool = False
    weight: float = 1.0


def targets_from(settings: Iterable[Mapping[str, Any]]) -> tuple[Target, ...]:
    """Targets as a run folder and a manifest record them."""
    return tuple(Target(**one) for one in settings)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A network and its training.

    Attributes:
        task: which data and labels it is for.
        architecture: a name in `train.architectures.ARCHITECTURES`.
        targets: the outputs that are trained; the first is the one that is reported.
        embedding: whether the kept model also gives the features before the heads.
        epochs: passes over the training examples.
        batch: pictures a step.
        rate: peak learning rate of SGD with Nesterov momentum 0.9; cosine to zero after the warm-up.
        warmup: epochs of linear warm-up.
        weight_decay: decoupled, a step, multiplied by the learning rate.
        smoothing: share of the target that is spread over all labels (arXiv 1512.00567).
        averaging: share of all steps over which the weights that are evaluated and kept are averaged.
        balance: how far the labels are drawn equally often: 0 as they come, 1 equally often. Between, a label with
            1/k of an equal share is drawn k ** balance times as often as it comes.
        relax: share of the epochs, at the end, over which the augmentation fades to half its strength, so that the
            last epochs look more like the pictures that the network is for.
        refine: share that the network's own answers have in the targets of the last epoch (PS-KD, arXiv 2006.12000:
            it grows linearly from 0); 0 trains on the data set's labels alone.
        refine_every: epochs between two rounds of asking the averaged network about the training pictures and their
            mirror images.
        recall: after the training, logits are adjusted until every label is recalled this often on the validation
            split, 0 to 1; 0 leaves them alone.
        precision: Keras dtype policy while training; what is kept is always float32.
    """

    task: str
    architecture: str
    targets: tuple[Target, ...]
    epochs: int
    embedding: bool = False
    batch: int = 64
    rate: float = 0.05
    warmup: float = 1.0
    weight_decay: float = 5e-4
    smoothing: float = 0.1
    averaging: float = 0.05
    balance: float = 0.0
    relax: float = 0.0
    refine: float = 0.0
    refine_every: int = 6
    recall: float = 0.0
    precision: str = "mixed_bfloat16"
    augmentation: Augmentation = field(default_factory=Augmentation)
