from pathlib import Path

from edge.contract import places
from edge.contract.places import models_folder

ROOT = Path(__file__).parents[3]


def test_in_a_checkout_the_models_lie_beside_the_package():
    assert models_folder() == ROOT / "models"


def test_in_an_installation_they_lie_inside_whatever_else_is_called_models(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / "edge" / "models").mkdir(parents=True)
    monkeypatch.setattr(places, "__file__", str(tmp_path / "edge" / "contract" / "places.py"))
    assert models_folder() == tmp_path / "edge" / "models"
