from pathlib import Path

import pytest

from convert.tflite.layers import describe, inspect
from edge.contract.errors import InputError

DATA = Path(__file__).parents[2] / "data"
MODELS = Path(__file__).parents[3] / "models"


def test_a_model_counted_by_hand():
    """tests/data/make_models.py: 3 channels weighed to one, means of the quarters, 4 means to 3 logits."""
    found = inspect((DATA / "tiny_rgb.tflite").read_bytes(), "tiny_rgb")
    assert [layer.multiply_adds for layer in found.layers if layer.multiply_adds] == [48 * 48 * 3, 4 * 3]
    assert found.multiply_adds == 48 * 48 * 3 + 12
    first = found.layers[0]
    assert (first.operator, first.version, first.output, first.dtype) == ("CONV_2D", 1, (1, 48, 48, 1), "FLOAT32")
    assert first.activations == 48 * 48 * 4
    assert first.weights == 3 * 4 + 4  # and its bias
    assert found.peak == 48 * 48 * 3 * 4 + 48 * 48 * 4  # the picture and what the first layer makes of it
    assert found.size == (DATA / "tiny_rgb.tflite").stat().st_size


def test_int8_activations_are_a_quarter():
    whole, eighth = (inspect((DATA / f"tiny_{kind}.tflite").read_bytes(), kind) for kind in ("float32", "int8"))
    assert whole.layers[0].activations == 4 * eighth.layers[0].activations
    assert eighth.layers[0].dtype == "INT8"


@pytest.mark.parametrize("name", ["emotion", "gate"])
def test_weights_of_shipped_models_are_their_parameters(name):
    import json

    found = inspect((MODELS / f"{name}.tflite").read_bytes(), name)
    parameters = json.loads((MODELS / f"{name}.json").read_text())["training"]["parameters"]
    # A weight is a byte and a bias four; normalization is folded in, so a convolution keeps a bias for each channel.
    assert 0.9 * parameters < found.weights < 1.1 * parameters
    assert sum(layer.multiply_adds > 0 for layer in found.layers) == sum(
        layer.operator == "CONV_2D" for layer in found.layers
    )


def test_the_table_ends_with_the_totals():
    found = inspect((DATA / "tiny_rgb.tflite").read_bytes(), "tiny_rgb")
    lines = describe(found).splitlines()
    assert len(lines) == 1 + len(found.layers) + 2
    assert lines[-2].split() == [str(len(found.layers)), "layers", "6,924", str(found.weights)]
    assert len({len(line) for line in lines[:-2]}) == 1


def test_what_is_no_model_is_one_line():
    good = (DATA / "tiny_int8.tflite").read_bytes()
    for data in (b"", b"PK\x03\x04 a zip", good[:7], good[:40], good[:8] + bytes(60)):
        with pytest.raises(InputError, match="TFLite model") as caught:
            inspect(data, "mine")
        assert "\n" not in str(caught.value)


def test_no_damage_makes_a_traceback():
    good = (DATA / "tiny_int8.tflite").read_bytes()
    refused = 0
    for at in range(8, len(good), 7):
        try:
            inspect(good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :], "mine")
        except InputError:
            refused += 1
    assert 0 < refused < len(good) / 7, "what breaks the form is refused; a changed weight is not seen"
