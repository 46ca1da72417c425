"""What the camera says of itself: an imx219, the Camera Module 2."""

from types import SimpleNamespace

from ._libcamera import ControlId, ControlType, Size

draft = SimpleNamespace(ColorFilterArrangementEnum=SimpleNamespace(RGGB=0, GRBG=1, GBRG=2, BGGR=3, RGB=4, MONO=5))

PROPERTIES = {
    ControlId("Model", ControlType.String): "imx219",
    ControlId("Location", ControlType.Integer32): 2,
    ControlId("Rotation", ControlType.Integer32): 180,
    ControlId("PixelArraySize", ControlType.Size): Size(3280, 2464),
    ControlId("ColorFilterArrangement", ControlType.Integer32): 3,
}
