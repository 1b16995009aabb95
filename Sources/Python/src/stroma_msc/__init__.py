"""Stroma: agent-based simulation of mesenchymal stromal cell therapy.

>>> import stroma_msc as stroma
>>> run = stroma.run("tutorials/mouse-iv", set={"treatment.dose": "2e5 cells"}, replicates=2)
>>> run.summary
"""

from .commands import calibrate, check, read, report, resume, run, scenarios, sweep, validate
from .program import (
    LIBRARY, PROGRAM, Interrupted, Note, OutputError, ScenarioError, StromaError, UsageError,
)
from .results import Results

__all__ = [
    "LIBRARY", "PROGRAM", "Interrupted", "Note", "OutputError", "Results", "ScenarioError", "StromaError",
    "UsageError", "calibrate", "check", "read", "report", "resume", "run", "scenarios", "sweep", "validate",
]
