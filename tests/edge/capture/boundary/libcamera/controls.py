"""The controls that the camera has, with their limits."""

from types import SimpleNamespace

from ._libcamera import ControlId, ControlInfo, ControlType, Rectangle

ExposureTime = ControlId("ExposureTime", ControlType.Integer32)
ExposureTimeMode = ControlId("ExposureTimeMode", ControlType.Integer32)
AnalogueGain = ControlId("AnalogueGain", ControlType.Float)
AnalogueGainMode = ControlId("AnalogueGainMode", ControlType.Integer32)
FrameDurationLimits = ControlId("FrameDurationLimits", ControlType.Integer64)
NoiseReductionMode = ControlId("NoiseReductionMode", ControlType.Integer32)
ScalerCrop = ControlId("ScalerCrop", ControlType.Rectangle)
ScalerCrops = ControlId("ScalerCrops", ControlType.Rectangle)

draft = SimpleNamespace(NoiseReductionModeEnum=SimpleNamespace(Off=0, Fast=1, HighQuality=2, Minimal=3, ZSL=4))

_WHOLE, _LEAST = Rectangle(0, 0, 3280, 2464), Rectangle(0, 0, 64, 64)
CONTROLS = {
    ExposureTime: ControlInfo(75, 11766829, 20000),
    ExposureTimeMode: ControlInfo(0, 1, 0),
    AnalogueGain: ControlInfo(1.0, 10.67, 1.0),
    AnalogueGainMode: ControlInfo(0, 1, 0),
    FrameDurationLimits: ControlInfo(11976, 11767556, 33333),
    NoiseReductionMode: ControlInfo(0, 4, 0),
    ScalerCrop: ControlInfo(_LEAST, _WHOLE, _WHOLE),
    ScalerCrops: ControlInfo(_LEAST, _WHOLE, _WHOLE),
}
