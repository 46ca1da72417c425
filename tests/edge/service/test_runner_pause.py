"""While somebody wants it, nothing is looked at, and nothing is remembered."""

from edge.contract.records import Analysis, Pause, Stop
from edge.service.runner import Runner
from tests.edge.service.runs import Film, Memory, OneFace, start


def told(paused: set[int], frames: int = 6) -> tuple[OneFace, list]:
    film, memory, pipeline, now = Film(frames), Memory(), OneFace(), []
    film._during = now.append
    runner = Runner(film, pipeline, [memory], paused=lambda: now[-1] in paused)
    runner.run(start)
    return pipeline, memory.moments


def test_frames_are_taken_and_forgotten():
    pipeline, moments = told({2, 3})
    assert pipeline.seen == 4
    kinds = [type(moment) for moment in moments]
    assert kinds.count(Pause) == 2
    begun = kinds.index(Pause)
    assert moments[begun - 1].episodes, "tracks end before the pause is told"
    assert moments[begun - 1].mono == 11.0, "with the last frame that was looked at"
    assert not isinstance(moments[kinds.index(Pause, begun + 1) - 1], Analysis), "none began during the pause"
    assert moments[begun].state == "begun"
    assert moments[begun].mono == 12.0
    ended = len(kinds) - 1 - kinds[::-1].index(Pause)
    assert (moments[ended].state, moments[ended].mono) == ("ended", 14.0)
    assert not any(isinstance(moment, Analysis) and moment.observations for moment in moments[begun:ended])


def test_it_is_told_once():
    _, moments = told({0, 1, 2, 3, 4, 5})
    assert [moment.state for moment in moments if isinstance(moment, Pause)] == ["begun"]
    assert isinstance(moments[-1], Stop)
    assert moments[-1].frames == 0
