import threading

from edge.web.timeline import Timeline


def test_seconds_hold_means_over_their_frames():
    timeline = Timeline()
    timeline.add(10.0, ["happy"])
    timeline.add(10.9, ["happy", "sad"])
    timeline.add(11.0, [])
    assert timeline.since(-1) == [(10, {"happy": 1.0, "sad": 0.5}), (11, {})]
    assert timeline.since(11) == [(11, {})]
    timeline.add(11.5, ["sad"])
    assert timeline.since(11) == [(11, {"sad": 0.5})]


def test_a_second_without_frames_is_left_out():
    timeline = Timeline()
    timeline.add(3.2, [])
    timeline.add(7.2, [])
    assert [second for second, _ in timeline.since(0)] == [3, 7]


def test_it_forgets():
    timeline = Timeline(span=5)
    for tenth in range(1000):
        timeline.add(tenth / 10, ["happy"])
    assert [second for second, _ in timeline.since(-1)] == [95, 96, 97, 98, 99]


def test_an_earlier_time_is_another_stream():
    timeline = Timeline()
    timeline.add(100.0, ["sad"])
    timeline.add(20.0, ["happy"])
    assert timeline.since(-1) == [(20, {"happy": 1.0})]


def test_who_asks_from_a_later_second_knew_another_stream():
    """A page that stays open while the machine boots: its seconds are another boot's."""
    timeline = Timeline()
    timeline.add(3.5, ["sad"])
    timeline.add(4.5, ["happy"])
    assert timeline.since(4) == [(4, {"happy": 1.0})]
    assert timeline.since(50001) == timeline.since(-1) == [(3, {"sad": 1.0}), (4, {"happy": 1.0})]
    assert Timeline().since(50001) == []


def test_it_is_read_while_it_is_written():
    timeline, done = Timeline(span=50), threading.Event()

    def read():
        while not done.is_set():
            seconds = [second for second, _ in timeline.since(-1)]
            assert seconds == sorted(set(seconds))

    reader = threading.Thread(target=read)
    reader.start()
    for tick in range(20000):
        timeline.add(tick / 20, ["happy"] * (tick % 3))
    done.set()
    reader.join()
    assert len(timeline.since(-1)) == 50
