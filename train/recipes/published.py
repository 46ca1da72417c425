"""What others have published on FER2013, to be trained here under the same conditions as everything else.

Each recipe says below what is published and what its author left open; all of these stand for a choice of this
project: the split (FER2013's own, the best epoch on PublicTest kept, PrivateTest read once), float32, no averaging of
weights, no weight decay and no label smoothing. Rates that are not published are Keras' defaults.
"""

from dataclasses import replace

from train.augment import Augmentation
from train.balancing import Balancing
from train.recipes.recipe import Recipe, Target

_PROBABILITIES = (Target("probabilities", softmax=True),)

_BASE = Recipe(
    task="emotion",
    architecture="plain",
    targets=_PROBABILITIES,
    epochs=30,
    optimizer="adam",
    rate=0.001,
    schedule="constant",
    weight_decay=0.0,
    smoothing=0.0,
    averaging=0.0,
    precision="float32",
)

_GATE = replace(
    _BASE,
    task="gate",
    architecture="two-stage-gate",
    optimizer="sgd",
    momentum=0.0,
    rate=0.01,
    loss="binary",
    batch=32,
    epochs=20,
)
"""Project 1. Published: the layers, two sigmoid outputs, binary cross-entropy, SGD; 96.8 %.

Open: activation (ReLU), padding (none, Keras' default), rate (Keras' default), batch (Keras' default), epochs.
"""

_SWISH = replace(_BASE, architecture="swish", batch=32, epochs=30)
"""Project 2. Published: the layers, swish, Adam; 61.5 % top-1, 88 % top-3.

Open: padding (none, Keras' default), dropout (none named, so none), batch (Keras' default), epochs.
"""

_VGG_LIKE = replace(_BASE, architecture="vgg-like", batch=64, epochs=50)
"""Project 3. Published: the layers, the first convolution unpadded, 2,137,991 parameters; 66 %.

The number settles what the text leaves open: pooling after each pair of convolutions, and batch normalization behind
every convolution and every Dense layer (7,168 of the parameters). Open: dropout (0.25 behind each pooling and Dense
layer), optimizer (Adam), batch, epochs.
"""

_TWO_CONVOLUTIONS = replace(
    _BASE,
    architecture="two-convolutions",
    batch=128,
    epochs=100,
    balancing=Balancing("augment", Augmentation(shift=0.1)),
)
"""Project 4. Published: the layers, dropouts of 0.5, Adam, batch 128, 100 epochs, classes made equal by translating
pictures; 90 % on its training pictures, 60 % on its validation.

Open: side of the convolutions (3x3, unpadded), pooling after each, how far pictures are moved (a tenth of the side).
"""

_BLOCKS = replace(
    _BASE,
    architecture="blocks",
    batch=64,
    epochs=40,
    augmentation=Augmentation(shift=0.1, scale=0.1, flip=0.5),
)
"""Project 5. Published: blocks of convolutions, 3 to 6 of them, 5 the best; shift, zoom, flip; Adam, 40 epochs; 67 %.

Open: what a block is (see `train.architectures.plain.blocks`), how far pictures are changed (a tenth), batch.
"""

_MINI_XCEPTION = replace(
    _BASE,
    architecture="mini-xception",
    side=64,
    batch=32,
    epochs=102,
    schedule="cosine",
    warmup=0.0,
    augmentation=Augmentation(shift=0.1, scale=0.1, rotation=10, flip=0.5),
)
"""oarriaga/face_classification. Published: the network, faces at 64x64, Adam, batch 32, the augmentation; 66 %.

Its training stops 50 epochs after the best validation loss and divides the rate by 10 after 12 without a better one;
the published weights are of epoch 102. Here: 102 epochs, the rate falling to zero with a cosine.
"""

_VGG19 = replace(
    _BASE,
    architecture="vgg19",
    rate=0.0001,
    schedule="cosine",
    batch=64,
    epochs=30,
    augmentation=Augmentation(shift=0.1, scale=0.1, rotation=10, flip=0.5),
)
"""VGG19, all layers trained, from weights that the user has (--weights) or from nothing. Everything here is a choice of
this project."""

PUBLISHED = {
    "gate-cnn": _GATE,
    "swish": _SWISH,
    "vgg-like": _VGG_LIKE,
    "two-convolutions": _TWO_CONVOLUTIONS,
    **{f"blocks-{number}": replace(_BLOCKS, options={"blocks": number}) for number in (3, 4, 5, 6)},
    "mini-xception": _MINI_XCEPTION,
    "vgg19": _VGG19,
}
"""By the name that `train fit` takes."""
