import pytest

from edge.contract.records import CameraEvent, Heartbeat, Pause, Start, Stop
from edge.web.live import Live
from tests.edge.web.asking import analysis, frame, seen


def shown(live: Live) -> Live:
    live.watch(frame(0, 5.0), analysis(0, 5.0, seen()))
    assert live.scene.state == "live"
    return live


def test_the_newest_frame_wins(live):
    assert (live.scene.state, live.scene.frame) == ("waiting", None)
    for index in range(3):
        live.watch(frame(index, 5.0 + index), analysis(index, 5.0 + index, seen()))
    assert live.scene.number == 3
    assert live.scene.frame.index == live.scene.analysis.index == 2
    assert [second for second, _ in live.timeline.since(-1)] == [5, 6, 7]


@pytest.mark.parametrize(
    ("moment", "state", "reason"),
    [
        (CameraEvent(1.0, 6.0, "lost", "unplugged"), "lost", "unplugged"),
        (CameraEvent(1.0, 6.0, "back"), "waiting", ""),
        (Pause(1.0, 6.0, "begun"), "paused", ""),
        (Pause(1.0, 6.0, "ended"), "waiting", ""),
        (Stop(1.0, 6.0, "SIGTERM", 9, 0, 1), "ended", "SIGTERM"),
    ],
)
def test_a_picture_is_forgotten_when_no_others_follow(live, moment, state, reason):
    number = shown(live).scene.number
    live.handle(moment)
    assert (live.scene.state, live.scene.reason, live.scene.number) == (state, reason, number + 1)
    assert (live.scene.frame, live.scene.analysis) == (None, None)
    shown(live)


def test_other_moments_change_nothing_but_the_name(live):
    before = shown(live).scene
    live.handle(Heartbeat(1.0, 6.0, 60.0, 600, 0, 0, 0, 12.5, None, None))
    live.handle(analysis(1, 6.0))
    live.handle(Start(1.0, 6.0, "0.1.0", "litert", "hall", ()))
    assert live.scene is before
    assert live.source == "hall"


def test_the_end_comes_once(live):
    live.handle(Stop(1.0, 6.0, "end of source", 9, 0, 1))
    number = live.scene.number
    live.end()
    assert (live.scene.number, live.scene.reason) == (number, "end of source")
    other = Live()
    other.end()
    assert other.scene.state == "ended"


def test_the_rate_is_of_the_last_seconds():
    now = [0.0]
    live = Live("demo", lambda: now[0])
    assert live.fps == 0.0
    for tick in range(100):
        now[0] = tick / 5
        live.watch(frame(tick, tick / 5), analysis(tick, tick / 5))
    assert live.fps == pytest.approx(5)
    now[0] += 60
    assert live.fps == 0.0
