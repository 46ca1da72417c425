"""What decides a training beside the code and the data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from train.augment import Augmentation
from train.balancing import Balancing


@dataclass(frozen=True, slots=True)
class Target:
    """An output and what it learns.

    Attributes:
        output: its name.
        learns: "labels", or "votes": then the target is how the votes are spread, or the label where there are none.
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
        options: what that function is told beyond its defaults, by name.
        side: height and width of the network's input, in pixels; examples of another size are resized to it.
        targets: the outputs that are trained; the first is the one that is reported.
        embedding: whether the kept model also gives the features before the heads.
        epochs: passes over the training examples.
        batch: pictures a step.
        optimizer: "sgd" or "adam".
        momentum: of SGD, in Nesterov's form; 0 for none.
        rate: peak learning rate.
        schedule: "cosine" goes to zero after the warm-up; "constant" stays, without one.
        warmup: epochs of linear warm-up.
        weight_decay: decoupled, a step, multiplied by the learning rate.
        loss: "categorical" cross-entropy, or "binary" of each output by itself.
        smoothing: share of the target that is spread over all labels (arXiv 1512.00567).
        averaging: share of all steps over which the weights that are evaluated and kept are averaged; 0 for none.
        balance: how far the labels are drawn equally often: 0 as they come, 1 equally often. Between, a label with
            1/k of an equal share is drawn k ** balance times as often as it comes.
        balancing: what is done about unequal labels before the training, or by the loss.
        drop: labels that are left out of every split, and that the network has no output for.
        without_repeats: whether training pictures that are in the validation or the test split as well, pixel for
            pixel, are left out.
        mixup: alpha of the shares in which pictures are mixed in pairs (arXiv 1710.09412); 0 mixes none.
        relax: share of the epochs, at the end, over which the augmentation fades to half its strength, so that the
            last epochs look more like the pictures that the network is for.
        refine: share that the network's own answers have in the targets of the last epoch (PS-KD, arXiv 2006.12000:
            it grows linearly from 0); 0 trains on the data set's labels alone.
        refine_every: epochs between two rounds of asking the averaged network about the training pictures and their
            mirror images.
        distill: share that the answers of teachers have in the targets, where a training is given any
            (arXiv 1503.02531).
        recall: after the training, logits are adjusted until every label is recalled this often on the validation
            split, 0 to 1; 0 leaves them alone.
        precision: Keras dtype policy while training; what is kept is always float32.
    """

    task: str
    architecture: str
    targets: tuple[Target, ...]
    epochs: int
    options: Mapping[str, Any] = field(default_factory=dict)
    side: int = 48
    embedding: bool = False
    batch: int = 64
    optimizer: str = "sgd"
    momentum: float = 0.9
    rate: float = 0.05
    schedule: str = "cosine"
    warmup: float = 1.0
    weight_decay: float = 5e-4
    loss: str = "categorical"
    smoothing: float = 0.1
    averaging: float = 0.05
    balance: float = 0.0
    balancing: Balancing = field(default_factory=Balancing)
    drop: tuple[str, ...] = ()
    without_repeats: bool = False
    mixup: float = 0.0
    relax: float = 0.0
    refine: float = 0.0
    refine_every: int = 6
    distill: float = 0.8
    recall: float = 0.0
    precision: str = "mixed_bfloat16"
    augmentation: Augmentation = field(default_factory=Augmentation)

    @property
    def learns_votes(self) -> bool:
        """Whether any output learns votes where there are any."""
        return any(target.learns == "votes" for target in self.targets)


def recipe_from(settings: Mapping[str, Any]) -> Recipe:
    """A recipe as a run folder records it; what an older one does not say is as it was then."""
    rebuilt: dict[str, Any] = {
        "targets": targets_from(settings["targets"]),
        "augmentation": Augmentation(**settings["augmentation"]),
        "drop": tuple(settings.get("drop", ())),
    }
    if "balancing" in settings:
        told = settings["balancing"]
        rebuilt["balancing"] = Balancing(told["method"], Augmentation(**told["changed"]))
    return Recipe(**{**settings, **rebuilt})
