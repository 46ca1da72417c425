import pytest

from train.report.distribution import draw_distribution


def test_shares_by_split():
    axes = draw_distribution({"train": [3, 1, 0], "test": [0, 0, 0]}, ("a", "b", "c")).axes[0]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([75, 25, 0, 0, 0, 0])
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b", "c"]
