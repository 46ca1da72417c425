"""Measures the whole chain on a stream: what `run` does with each frame, by stage."""

from array import array

from edge.assembly import load_pipeline
from edge.capture.credentials import description_of
from edge.contract.records import Analysis
from edge.outputs.event_log import EventLog
from edge.pipeline import Pipeline
from edge.terminal.progress import Progress
from edge.tools.bench.conditions import Conditions, Watch
from edge.tools.bench.figures import Figures
from edge.tools.bench.frames import Frames, open_frames
from edge.tools.bench.machine import this_machine
from edge.tools.bench.result import TOTAL, Result
from edge.tools.bench.scratch import scratch_folder
from edge.tools.bench.settings import Settings
from edge.tools.bench.startup import time_to_first_result
from edge.vision.timing import Stopwatch

STAGES = ("detect", "gate", "emotion", "track")
ANALYSIS = "analysis"
"""The stage that is all of these."""

WARM_UP = 10
"""Frames that are looked at before the measurement begins."""

ENOUGH = 200
"""Frames from which on the figures count: below, p99 is but one or two of them."""


def measure_stream(settings: Settings, name: str = "", starts: int = 3) -> Result:
    """Measures one setting.

    Args:
        settings: what to measure.
        name: for the result.
        starts: how often to start a fresh process for the time to the first result; 0 leaves that out.

    Raises:
        EdgeError: the source, the models or the temporary folder cannot be used.
    """
    startup = time_to_first_result(settings, starts) if starts else None
    watch = Stopwatch()
    pipeline = load_pipeline(
        settings.models,
        settings.threads,
        scale_factor=settings.scale_factor,
        min_neighbors=settings.min_neighbors,
        smallest=settings.smallest,
        search_width=settings.search_width,
        search_every=settings.search_every,
        timing=watch,
    )
    with (
        open_frames(settings.source, settings.size) as frames,
        scratch_folder() as folder,
        EventLog(folder / "log.jsonl", "bench") as log,
        Progress(settings.frames, name or description_of(settings.source)) as progress,
    ):
        run = _Run(pipeline, watch, frames, log)
        for _ in range(WARM_UP):
            run.look()
        run.begin()
        looking = Watch()
        for _ in range(settings.frames):
            run.look()
            looking.tick()
            progress.step()
        conditions = looking.end()
    objections = list(conditions.objections())
    if settings.frames < ENOUGH:
        objections.append(f"only {settings.frames} frames were measured; take {ENOUGH} or more")
    return Result(
        kind="stream",
        name=name,
        settings=settings.plain(),
        models={model.task: model.sha256 for model in pipeline.models},
        machine=this_machine(),
        conditions=conditions,
        objections=tuple(objections),
        stages=run.stages(),
        numbers={"startup_s": startup, **run.numbers(), **_use(conditions, run.streamed)},
    )


class _Run:
    """Looks at frames and keeps what each stage took, in seconds."""

    def __init__(self, pipeline: Pipeline, watch: Stopwatch, frames: Frames, log: EventLog):
        self._pipeline, self._watch, self._frames, self._log = pipeline, watch, frames, log
        self.begin()

    def begin(self) -> None:
        """Forgets what was measured so far."""
        self._rows = {stage: array("d") for stage in (*self._frames.stages, *STAGES, "output", ANALYSIS, TOTAL)}
        self._faces = 0
        self._swept = self._pipeline.search.swept
        self.streamed = 0.0

    def look(self) -> None:
        frame, row = self._frames.read()
        self._watch.take()
        analysis: Analysis = self._pipeline.analyze(frame)
        self._log.handle(analysis)
        self._watch.lap("output")
        row.update(self._watch.take())
        row[ANALYSIS] = sum(row.get(stage, 0.0) for stage in STAGES)
        row[TOTAL] = row.get("decode", 0.0) + row[ANALYSIS] + row["output"]
        for stage, values in self._rows.items():
            values.append(row.get(stage, 0.0))
        self._faces += len(analysis.observations)
        self.streamed += self._frames.passed

    def stages(self) -> dict[str, Figures]:
        return {stage: Figures.of(values) for stage, values in self._rows.items()}

    def numbers(self) -> dict[str, float | None]:
        count = len(self._rows[TOTAL])
        return {
            "frames": count,
            "fps": round(count / (sum(self._rows[TOTAL]) + sum(self._rows["capture"])), 2),
            "faces_per_frame": round(self._faces / count, 3),
            "swept": round((self._pipeline.search.swept - self._swept) / count, 4),
        }


def _use(conditions: Conditions, streamed: float) -> dict[str, float | None]:
    """What it used of the machine."""
    known = conditions.processor is not None and streamed > 0
    return {
        "cpu_s_per_minute": round(60 * (conditions.processor or 0.0) / streamed, 3) if known else None,
        "memory_mib": conditions.memory,
        "memory_peak_mib": conditions.peak,
    }
