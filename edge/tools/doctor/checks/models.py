"""The runtime, the models' files, and whether both together give the answers that they should."""

from collections.abc import Iterator
from pathlib import Path

from edge.contract.errors import ModelError
from edge.contract.manifest import Manifest, load_manifest
from edge.contract.places import models_folder
from edge.tools.doctor.finding import Finding, note, ok, problem
from edge.tools.doctor.setup import Setup, cause

TASKS = ("emotion", "gate")


def check_runtime(setup: Setup) -> Iterator[Finding]:
    """The TFLite runtime."""
    host, answer = setup.host, setup.ask("runtime")
    name = "tflite-runtime" if host.machine == "armv7l" else "ai-edge-litert"
    if not answer.good:
        both = [host.pip("install", "--force-reinstall", "--no-deps", str(host.requirement(name)))]
        if "numpy" in answer.reason or "_ARRAY_API" in answer.reason or "multiarray" in answer.reason:
            both = [host.pip("install", "numpy>=1.24,<2")]  # its 2.14.0 was built for numpy 1, and says so nowhere
        elif answer.error == "ModelError":
            both = list(host.install(name))
        yield problem("runtime", _no_runtime(answer.reason) or cause(answer, "importing it"), *both)
    elif answer.found["runtime"].startswith("tflite-runtime") and name != "tflite-runtime":
        text = f"{answer.found['runtime']}: ai-edge-litert runs these models several times as fast here"
        yield note("runtime", text, *host.install(name))
    else:
        yield ok("runtime", answer.found["runtime"])


def check_models(setup: Setup) -> Iterator[Finding]:
    """Each model's two files, its hash, and its golden answers."""
    folder = setup.settings.vision.models or models_folder()
    for task in TASKS:
        path = folder / f"{task}.tflite"
        try:
            manifest = _verified(path)
        except ModelError as error:
            yield problem(f"{task} model", str(error), *_restored(setup, folder))
            continue
        yield ok(f"{task} model", f"{setup.host.shown(path)}, sha256 {manifest.sha256[:12]} as its manifest says")
        yield _answers(setup, path, task)


def _verified(path: Path) -> Manifest:
    """Reads both files; needs no library."""
    manifest = load_manifest(path)
    try:
        manifest.check_bytes(path.read_bytes(), str(path))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
    return manifest


def _answers(setup: Setup, path: Path, task: str) -> Finding:
    name = f"{task} answers"
    answer = setup.ask("inference", {"model": str(path), "task": task})
    if not answer.good:
        return problem(name, cause(answer, "running it"), *setup.host.install(*_libraries(setup)))
    found = answer.found
    if not found["pictures"]:
        return note(name, "its manifest records none; a model that is converted again has some")
    if not found["agrees"]:
        text = f"not as recorded: {found['where']} is {found['difference']:.3f} off"
        return problem(name, text, *_restored(setup, path.parent))
    time = f"{found['milliseconds']:.1f} ms each"
    return ok(name, f"{found['pictures']} pictures as recorded, within {found['difference']:.3f}; {time}")


def _libraries(setup: Setup) -> tuple[str, str]:
    return "numpy", "tflite-runtime" if setup.host.machine == "armv7l" else "ai-edge-litert"


def _restored(setup: Setup, folder: Path) -> tuple[str, ...]:
    """How to get the files back that came along; others are their owner's to convert again."""
    host = setup.host
    if folder != models_folder():
        return (f"python -m convert verify {folder}/*.tflite  # where they were converted, then copy both files again",)
    if host.checkout is None:
        return (host.pip("install", "--force-reinstall", "--no-deps", host.own_package),)
    return (f"git -C {host.own_package} checkout -- models",)


def _no_runtime(reason: str) -> str:
    return "none is installed" if "No module named 'ai_edge_litert'" in reason and "'tflite_runtime'" in reason else ""
