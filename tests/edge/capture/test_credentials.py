import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.capture.credentials import description_of, name_of, without_credentials


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
        ("http://cam/v.cgi?pw=secret&size=2", "http://cam/v.cgi?pw=***&size=2"),
        (
            "rtsp://192.168.1.10:554/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp?real_stream",
            "rtsp://192.168.1.10:554/user=***_password=***_channel=1_stream=0.sdp?real_stream",
        ),
        (
            "rtsp://192.168.1.10/user=admin&password=se/cr?et&channel=2&stream=1.sdp",
            "rtsp://192.168.1.10/user=***&password=***&channel=2&stream=1.sdp",
        ),
        ("rtsp://cam/user=joe_x_password=my_pa/ss_word_channel=1", "rtsp://cam/user=***_password=***_channel=1"),
        ("rtsp://cam/user=joe_password=secret.sdp?real_stream", "rtsp://cam/user=***_password=***"),
        ("rtsp://cam/passage/users/1?size=2", "rtsp://cam/passage/users/1?size=2"),
        ("films/user=joe_1.mp4", "films/user=joe_1.mp4"),
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


@pytest.mark.parametrize(
    ("spec", "description", "name"),
    [
        ("0", "camera 0", "camera 0"),
        ("12", "camera 12", "camera 12"),
        ("/dev/video0", "/dev/video0", "video0"),
        ("/dev/v4l/by-id/usb-046d_C270-video-index0", "/dev/v4l/by-id/usb-046d_C270-video-index0", None),
        ("picamera", "picamera", "picamera"),
        ("demo", "demo", "demo"),
        ("rtsp://joe:s3cret@hall.local:554/stream1?token=x#y", None, "hall.local:554/stream1"),
        ("http://10.0.0.7/mjpeg;pwd=s3cret", "http://10.0.0.7/mjpeg;pwd=***", "10.0.0.7/mjpeg"),
        ("rtsp://[fe80::1]/", "rtsp://[fe80::1]/", "[fe80::1]"),
        ("rtsp://joe:s3cret@", "rtsp://***@", "rtsp"),
        ("recordings/monday.mp4", "recordings/monday.mp4", "monday.mp4"),
        (".", ".", "."),
        ("/", "/", "/"),
    ],
)
def test_what_a_source_is_called(spec, description, name):
    assert name_of(spec) == (name or spec.rpartition("/")[2])
    assert "s3cret" not in name_of(spec) + description_of(spec)
    if description:
        assert description_of(spec) == description


@given(st.text(min_size=1))
def test_every_source_has_a_name(spec):
    assert name_of(spec)
    assert description_of(spec)
