from edge.web.viewers import GONE_AFTER, MOST, PERIOD, Viewers


def test_no_more_than_so_many_look_at_once():
    now = [100.0]
    viewers = Viewers(lambda: now[0])
    names = [f"page {number}" for number in range(MOST)]
    assert all(viewers.admit(name) for name in names)
    assert not viewers.admit("one too many")
    assert viewers.admit(names[0]), "who looks already may go on"
    now[0] += GONE_AFTER * 0.6
    assert viewers.admit(names[0])
    now[0] += GONE_AFTER * 0.6
    assert viewers.admit("another"), "a page that was closed makes room"
    assert viewers.admit(names[0]), "and one that goes on asking keeps its place"


def test_each_has_its_own_pace():
    now = [100.0]
    viewers = Viewers(lambda: now[0])
    viewers.admit("a")
    assert viewers.wait("a") == 0
    viewers.served("a")
    now[0] += PERIOD / 4
    assert abs(viewers.wait("a") - PERIOD * 3 / 4) < 1e-9
    assert viewers.wait("b") == 0
    now[0] += PERIOD
    assert viewers.wait("a") == 0


def test_names_do_not_pile_up():
    now = [0.0]
    viewers = Viewers(lambda: now[0])
    for number in range(1000):
        now[0] += GONE_AFTER
        assert viewers.admit(str(number))
        viewers.served(str(number))
    assert len(viewers._asked) + len(viewers._served) < 5
