"""The personal profile, where the settings name one."""

from collections.abc import Iterator

from edge.contract.places import models_folder
from edge.tools.doctor.finding import Finding, ok, problem, skipped
from edge.tools.doctor.setup import Setup, cause


def check_profile(setup: Setup) -> Iterator[Finding]:
    """Whether the profile can be read and belongs to the emotion model: a run with another does not start."""
    vision, host = setup.settings.vision, setup.host
    if vision.profile is None:
        yield skipped("profile", "none in the settings")
        return
    model = (vision.models or models_folder()) / "emotion.tflite"
    answer = setup.ask("profile", {"profile": str(vision.profile), "model": str(model)})
    if answer.good:
        yield ok("profile", f"{host.shown(vision.profile)}, for this emotion model")
    elif answer.error == "ModelError":
        yield skipped("profile", "needs the emotion model")
    else:
        mend = host.edge("calibrate", "--out", host.shown(vision.profile))
        yield problem("profile", cause(answer, "reading it"), mend)
