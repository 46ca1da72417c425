"""The runtime, the models' files, and whether both together give the answers that they should."""

from collections.abc import Iterator
from pathlib import Path

from edge.contract.errors import ModelError
from edge.contract.manifest import Manifest, load_manifest
from edge.contract.places import models_folder
from edge.tools.doctor.finding import Finding, note, ok, problem, skipped
from edge.tools.doctor.requirements import Requirement
from edge.tools.doctor.setup import Setup, cause

TASKS = ("emotion", "gate")


def check_models(setup: Setup) -> Iterator[Finding]:
    """The runtime, and each model's two files, its hash and its golden answers."""
    runtime = check_runtime(setup)
    yield runtime
    folder = setup.settings.vision.models or models_folder()
    for task in TASKS:
        path = folder / f"{task}.tflite"
        try:
            manifest = _verified(path)
        except ModelError as error:
            yield problem(f"{task} model", str(error), *_restored(setup, folder))
            continue
        yield ok(f"{task} model", f"{setup.host.shown(path)}, sha256 {manifest.sha256[:12]} as its manifest says")
        if runtime.state == "problem":
            yield skipped(f"{task} answers", "needs the runtime")
        else:
            yield _answers(setup, path, task)


def check_runtime(setup: Setup) -> Finding:
    """The TFLite runtime, and whether it runs a model at all."""
    host, answer = setup.host, setup.ask("runtime")
    best = "tflite-runtime" if host.machine == "armv7l" else "ai-edge-litert"
    if not answer.good:
        again = host.reinstall(str(host.requirement(best)))
        missing = answer.error in ("ModelError", "ModuleNotFoundError")
        text = _none(answer.reason) or cause(answer, "importing it")
        return problem("runtime", text, *(host.install(best, "numpy") if missing else again))
    found = answer.found
    name, numpy = found["runtime"], found["numpy"]
    if found["failure"]:
        if not name.startswith("tflite-runtime") or numpy.startswith("1."):
            return problem("runtime", f"{name} cannot run a model: {found['failure']}", *host.install(best))
        # It declares that any numpy will do, and fails without a word of it.
        older = Requirement("numpy", ">=1.24,<2")
        mend = host.install_as(older) if best == "tflite-runtime" else host.install(best)
        return problem("runtime", f"{name} is built for numpy 1, and this is numpy {numpy}", *mend)
    if name.startswith("tflite-runtime") and best != "tflite-runtime":
        return note("runtime", f"{name}: {best} runs these models several times as fast here", *host.install(best))
    return ok("runtime", name)


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
        return host.reinstall(host.own_package)
    return (f"git -C {host.own_package} checkout -- models",)


def _none(reason: str) -> str:
    return "none is installed" if "No module named 'ai_edge_litert'" in reason and "'tflite_runtime'" in reason else ""
