"""An RTSP camera by GStreamer's own server, run by the system's Python: rtsp_server.py PORT jpeg|h264, prints "ready".

Each line of standard input, such as 320x240, is the size of the pictures from then on, in mid-stream.

On Debian: apt install gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-base gstreamer1.0-plugins-good (jpeg)
gstreamer1.0-plugins-ugly (h264)
"""

import os
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

ENCODERS = {
    "jpeg": ("jpegenc", "rtpjpegpay"),
    "h264": ("x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15", "rtph264pay config-interval=1"),
}
PICTURES = "videotestsrc is-live=true pattern=smpte ! videoscale ! capsfilter name=size"
"""The lower right corner is noise, as all of a real camera's picture is."""


def caps(size):
    width, height = size.split("x")
    return f"video/x-raw,format=I420,width={width},height={height},framerate=15/1"


class Sizes:
    """Sets the size of what is being sent, and of what whoever comes later is sent."""

    def __init__(self):
        self._size = "160x120"
        self._filters = []
        GLib.io_add_watch(0, GLib.IO_IN, self._resize)

    def on_media(self, _factory, media):
        self._filters = [media.get_element().get_child_by_name("size")]
        self._apply()

    def _resize(self, source, _condition):
        line = os.read(source, 100).decode().strip()
        self._size = line or self._size
        self._apply()
        return bool(line)

    def _apply(self):
        for one in self._filters:
            one.set_property("caps", Gst.Caps.from_string(caps(self._size)))


def main():
    Gst.init(None)
    encoder, payload = ENCODERS[sys.argv[2]]
    for name in ("videotestsrc", encoder.split()[0], payload.split()[0]):
        if Gst.ElementFactory.find(name) is None:
            sys.exit(f"the plugin for {name} is missing")
    server = GstRtspServer.RTSPServer(address="127.0.0.1", service=sys.argv[1])
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {PICTURES} caps={caps('160x120')} ! {encoder} ! {payload} name=pay0 )")
    factory.set_shared(True)
    sizes = Sizes()
    factory.connect("media-configure", sizes.on_media)
    server.get_mount_points().add_factory("/camera", factory)
    if not server.attach(None):
        sys.exit("the port is in use")
    print("ready", flush=True)
    GLib.MainLoop().run()


main()
