"""In place of the bindings of the display, which have no wheels: picamera2 imports them for what is not used here."""

from types import SimpleNamespace

PixelFormat = SimpleNamespace(
    RGB888=1, BGR888=2, XRGB8888=3, XBGR8888=4, YUV420=5, YVU420=6, YUYV=7, YVYU=8, UYVY=9, VYUY=10, NV12=11
)
