import importlib.util

import pytest

# These need what an installation without requirements-train.txt lacks.
_WANTED = ("optuna", "openpyxl", "matplotlib", "sklearn")
collect_ignore_glob = [] if all(map(importlib.util.find_spec, _WANTED)) else ["test_*.py"]


@pytest.fixture(scope="session")
def tried():
    """Forty trials whose accuracy depends on the rate, and a little on the activation."""
    import numpy as np

    from train.tuning.trials import Tried

    rng = np.random.default_rng(1)

    def one(number: int) -> Tried:
        values = {
            "filters": int(rng.choice([16, 32, 64])),
            "activation": str(rng.choice(["relu", "elu", "swish", "tanh"])),
            "dropout": float(rng.integers(0, 11) / 20),
            "l1": float(10 ** rng.uniform(-8, -4)),
            "l2": float(10 ** rng.uniform(-7, -2)),
            "rate": float(10 ** rng.uniform(-4, -2)),
        }
        top1 = 0.62 - 0.06 * (np.log10(values["rate"]) + 3) ** 2 - 0.02 * (values["activation"] == "tanh")
        figures = {"top1": float(top1), "top3": 0.85, "macro_f1": 0.5, "best_epoch": 9, "parameters": 123456}
        return Tried(number, values, figures, f"trial-{number:03d}", 61.27)

    return [one(number) for number in range(40)]
