"""The commands of the program as functions. All raise the errors of `stroma_msc.program`."""

from __future__ import annotations

import difflib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Union

from .program import LIBRARY, OutputError, ScenarioError, call
from .results import Frames, Results

PathLike = Union[str, "os.PathLike[str]"]
Scenario = Union[PathLike, Mapping[str, Any]]
SCENARIOS, CAMPAIGNS = ("tutorials", "studies", "validation"), ("sweeps",)


def scenarios(*folders: str, library: PathLike = LIBRARY) -> list[str]:
    """Names of the scenarios of the library; of its campaigns with the folder `sweeps`."""
    files = (path for folder in folders or SCENARIOS for path in Path(library, folder).glob("*.yaml"))
    return sorted(path.relative_to(library).with_suffix("").as_posix() for path in files)


def _options(**options: Any) -> list[str]:
    """Options of the command line; those that are None or False are left out, and a mapping is repeated by key."""
    words: list[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, Mapping):
            texts = {key: v if isinstance(v, str) else json.dumps(v) for key, v in value.items()}
            words += [f"{flag}={key}={text}" for key, text in texts.items()]
        elif value is True:
            words.append(flag)
        elif value is not None and value is not False:
            words.append(f"{flag}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
    return words


def _file(given: PathLike, folders: tuple[str, ...], library: PathLike | None) -> Path:
    """A file, or one that the library has under this name."""
    base, name = Path(library or LIBRARY), os.fspath(given)
    inside = (base / folder / f"{name}.yaml" for folder in ("", *folders))
    found = next((path for path in (Path(name), *inside) if path.is_file()), None)
    if found is None:
        known = scenarios(*folders, library=base)
        close = difflib.get_close_matches(name, known + [Path(k).name for k in known], n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ScenarioError(f"{name} is neither a file nor a name of the library{hint}", 65, [])
    return found


def _placed(
    given: Scenario, folders: tuple[str, ...], library: PathLike | None, out: PathLike | None, overwrite: bool = True
) -> tuple[Path, Path, bool]:
    """File, output directory, and whether it may hold files; a mapping is written there as JSON, which is YAML."""
    if not isinstance(given, Mapping):
        file = _file(given, folders, library)
        return file, Path(out or Path("results", file.stem)), overwrite
    directory = Path(out or Path("results", str(given.get("name", "scenario"))))
    if not overwrite and directory.is_dir() and any(directory.iterdir()):
        raise OutputError(f"the output directory {directory} is not empty; pass overwrite=True or another out", 73, [])
    content, is_campaign = dict(given), folders == CAMPAIGNS
    if is_campaign and "scenario" in content:
        content["scenario"] = str(_placed(content["scenario"], SCENARIOS, library, directory)[0].absolute())
    file = directory / ("sweep.json" if is_campaign else "scenario.json")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(str(error), 74, []) from error
    return file, directory, True


def run(
    scenario: Scenario, *, set: Mapping[str, Any] | None = None, replicates: int | None = None, seed: int | None = None,
    out: PathLike | None = None, overwrite: bool = False, threads: int | None = None, record: str | None = None,
    checkpoint_every: str | None = None, strict: bool = False, report: bool = False, library: PathLike | None = None,
    progress: bool = False, frames: Frames = "pandas",
) -> Results:
    """Runs a scenario: a file, a name of the library (`tutorials/mouse-iv`) or a mapping of its keys.

    `set` overrides values by key path, as texts with units: `{"treatment.dose": "2e5 cells"}`. `replicates` are those
    of each arm. `out` defaults to `results/NAME`, which is to be empty unless `overwrite`; a mapping is written there
    as `scenario.json`, and paths in it start there. `record="cells:100"` also follows 100 cells,
    `checkpoint_every="12h"` writes checkpoints at this interval of simulated time, `strict` makes notes errors, and
    `report` also writes `report.html`. The same scenario and seed give the same tables for any number of `threads`.
    """
    file, directory, overwrite = _placed(scenario, SCENARIOS, library, out, overwrite)
    answer = call(
        "run", str(file), "--json",
        *_options(
            set=set, replicates=replicates, seed=seed, out=directory, overwrite=overwrite, threads=threads, record=record,
            checkpoint_every=checkpoint_every, strict=strict, report=report, library=library, quiet=not progress,
        ),
        progress=progress,
    )
    return Results(directory, frames, answer)


def resume(
    directory: PathLike, *, threads: int | None = None, strict: bool = False, report: bool = False,
    library: PathLike | None = None, progress: bool = False, frames: Frames = "pandas",
) -> Results:
    """Continues a run that was interrupted; its tables are those of a run that was not."""
    options = _options(threads=threads, strict=strict, report=report, library=library, quiet=not progress)
    call("resume", os.fspath(directory), *options, progress=progress)
    return Results(directory, frames)


def sweep(
    campaign: Scenario, *, set: Mapping[str, Any] | None = None, out: PathLike | None = None,
    threads: int | None = None, yes: bool = False, retry_failed: bool = False, strict: bool = False,
    report: bool = False, library: PathLike | None = None, progress: bool = False, frames: Frames = "pandas",
) -> Results:
    """Runs a scenario at every point of a design: tables `runs`, `summary` and what the design calls for.

    `campaign` is a file, a name of the library (`sweeps/dose-by-route`) or a mapping of its keys, whose `scenario` may
    be any that `run` takes. Repeating the call runs only what is missing or has changed. More than 1000 runs need `yes`.
    """
    file, directory, _ = _placed(campaign, CAMPAIGNS, library, out)
    answer = call(
        "sweep", str(file), "--json",
        *_options(
            set=set, out=directory, threads=threads, yes=yes, retry_failed=retry_failed, strict=strict, report=report,
            library=library, quiet=not progress,
        ),
        progress=progress,
    )
    return Results(directory, frames, answer)


def calibrate(
    campaign: Scenario, *, set: Mapping[str, Any] | None = None, out: PathLike | None = None,
    threads: int | None = None, strict: bool = False, report: bool = False, library: PathLike | None = None,
    progress: bool = False, frames: Frames = "pandas",
) -> Results:
    """Fits the varied parameters of a campaign to data: tables `posterior`, `calibration` and `predictive`.

    Repeating the call continues a calibration that was interrupted.
    """
    file, directory, _ = _placed(campaign, CAMPAIGNS, library, out)
    options = _options(
        set=set, out=directory, threads=threads, strict=strict, report=report, library=library, quiet=not progress
    )
    call("calibrate", str(file), *options, progress=progress)
    return Results(directory, frames)


def validate(
    *rows: str, out: PathLike = "results/validation", replicates: int | None = None, reduced: bool = False,
    set: Mapping[str, Any] | None = None, overwrite: bool = False, threads: int | None = None, report: bool = False,
    library: PathLike | None = None, progress: bool = False, frames: Frames = "pandas",
) -> Results:
    """Compares the model with published experiments (`T01`, a file of rows, all without any): table `validation`.

    `reduced` makes doses 50,000 agents and wells narrow columns. A row that is missed raises nothing.
    """
    options = _options(
        out=out, replicates=replicates, reduced=reduced, set=set, overwrite=overwrite, threads=threads, report=report,
        library=library,
    )
    call("validate", *rows, *options, progress=progress)
    return Results(out, frames)


def check(
    scenario: Scenario, *, set: Mapping[str, Any] | None = None, strict: bool = False, changed: bool = False,
    library: PathLike | None = None,
) -> str:
    """Every value of a scenario with its origin and source, or those `changed` from the defaults; runs nothing."""
    options = _options(set=set, strict=strict, changed=changed, library=library)
    if not isinstance(scenario, Mapping):
        return call("check", str(_file(scenario, SCENARIOS, library)), *options)
    with tempfile.TemporaryDirectory() as folder:
        return call("check", str(_placed(scenario, SCENARIOS, library, folder)[0]), *options)


def report(results: Results | PathLike, *, library: PathLike | None = None) -> Path:
    """Writes the report of a run or a campaign, one HTML file that needs no network, and returns its path."""
    directory = results.directory if isinstance(results, Results) else Path(results)
    call("report", str(directory), *_options(library=library, quiet=True))
    return directory / "report.html"


def read(directory: PathLike, *, frames: Frames = "pandas") -> Results:
    """The results of a run or a campaign that was made before, by this package or by the program."""
    results = Results(directory, frames)
    results.manifest
    return results
