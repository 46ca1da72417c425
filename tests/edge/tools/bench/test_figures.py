from edge.tools.bench.figures import Figures


def test_seconds_become_milliseconds_in_any_order():
    found = Figures.of([0.004, 0.001, 0.003, 0.002])
    assert found == Figures(mean=2.5, p50=2.0, p90=4.0, p95=4.0, p99=4.0, max=4.0)
