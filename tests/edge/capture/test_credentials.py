import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.capture.credentials import without_credentials


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://cam.local/stream", "rtsp://cam.local/stream"),
        ("rtsp://joe:secret@cam.local:554/stream", "rtsp://***@cam.local:554/stream"),
        ("http://joe@cam.local/", "http://***@cam.local/"),
        ("rtsp://joe:p@ss/w?rd#1@cam.local/s", "rtsp://***@cam.local/s"),
        ("http://cam/v.cgi?user=joe&pwd=secret&size=2", "http://cam/v.cgi?user=***&pwd=***&size=2"),
        ("http://cam/v.cgi?size=2;PASSWORD=secret", "http://cam/v.cgi?size=2;PASSWORD=***"),
        ("http://cam/v?access_token=abc#top", "http://cam/v?access_token=***#top"),
        ("/dev/video0", "/dev/video0"),
    ],
)
def test_what_is_shown(address, shown):
    assert without_credentials(address) == shown


@given(st.text("abcXYZ019:/@?#&=.%-", min_size=1).map(lambda text: f"S3CR{text}T"))
def test_no_password_gets_through_whatever_it_holds(password):
    shown = without_credentials(f"rtsp://joe:{password}@cam.local/stream")
    assert "joe" not in shown
    assert "S3CR" not in shown
    assert shown == "rtsp://***@cam.local/stream"
