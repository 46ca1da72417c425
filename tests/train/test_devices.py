import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.train

ROOT = Path(__file__).parents[2]

TWO_DEVICES = """
import dataclasses, sys
from pathlib import Path
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)

from train.augment import Augmentation
from train.datasets.examples import Examples, Splits
from train.devices import together
from train.fit import fit, start
from train.recipes import RECIPES

with together(["CPU:0", "CPU:1"]):
    assert tf.distribute.get_strategy().num_replicas_in_sync == 2

rng = np.random.default_rng(1)
labels = np.arange(16) % 2
pixels = (rng.integers(0, 40, (16, 48, 48)) + 200 * labels[:, None, None]).astype(np.uint8)
examples = Examples(pixels, labels)
recipe = dataclasses.replace(
    RECIPES["gate"], epochs=2, batch=8, precision="float32", balance=0, augmentation=Augmentation()
)
splits = Splits(examples, examples, examples)
run = start("two", recipe, splits, Path(sys.argv[1]) / "run", 1, Path(sys.argv[1]))
seen = fit(run, splits, devices=["CPU:0", "CPU:1"])
print("pictures", seen["sets"]["test, original labels"]["images"], "epochs", len(run.history()))
print("loss", *[row["loss"] for row in run.history()])
"""


def test_two_devices_train_one_network(tmp_path):
    """In a process of its own: how many devices there are is settled when TensorFlow wakes."""
    done = subprocess.run(
        [sys.executable, "-c", TWO_DEVICES, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "pictures 16 epochs 2" in done.stdout
    losses = [float(value) for value in done.stdout.split("loss")[-1].split()]
    assert len(losses) == 2
    assert all(0 < loss < 10 for loss in losses)
    assert (tmp_path / "run" / "model.keras").is_file()
