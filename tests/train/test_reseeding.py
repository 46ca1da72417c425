import keras
import numpy as np
import pytest

from train.reseeding import Reseeder

pytestmark = pytest.mark.train

STEPS = 20


def network() -> keras.Model:
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dropout(0.5)(keras.layers.Dropout(0.5)(inputs)))


def states(model: keras.Model, seed: int, epoch: int) -> list[tuple[int, ...]]:
    """What each dropout layer draws from in each step of an epoch: the layers' states one after the other."""
    reseeder = Reseeder(seed)
    reseeder.set_model(model)
    reseeder.on_epoch_begin(epoch)
    found = []
    for layer in model.layers[1:]:
        found += [tuple(map(int, layer.seed_generator.next())) for _ in range(STEPS)]
    return found


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_no_step_of_any_layer_or_epoch_draws_what_another_drew(seed):
    model = network()
    drawn = [state for epoch in range(30) for state in states(model, seed, epoch)]
    assert len(set(drawn)) == len(drawn) == 30 * STEPS * 2
    # What TensorFlow makes of them.
    assert len(set(map(tuple, np.array(drawn) % (2**31 - 2)))) == len(drawn)


def test_seed_and_epoch_alone_decide():
    assert states(network(), 1, 5) == states(network(), 1, 5)
    assert not set(states(network(), 1, 5)) & set(states(network(), 2, 5))
