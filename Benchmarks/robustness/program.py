"""The program as a user runs it, and the files that it leaves."""
import os
import pathlib
import subprocess
import tempfile

ENVIRONMENT = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}

# A scenario that runs in a blink and uses every part: two grids, fields that are solved, label, two arms.
TINY = """name: tiny
duration: 5 d
clock: {cell_step: 10 min, output_every: 12 h}
host: mouse
product: human-marrow-msc
label: in111
treatment: {route: intravenous, dose: 2e3 cells}
factors: [tnfa, cxcl12, pge2]
tissues:
  lung_block:
    organ: lung
    voxels: 8 x 8 x 8
    spacing: 200 um
    factors:
      tnfa: {given: {baseline: 0.01 ng/mL, amplitude: 0.2 ng/mL, rise: 2 h, half_life: 24 h}}
      pge2: {}
  infarct:
    organ: heart
    voxels: 8 x 8 x 8
    spacing: 400 um
    factors:
      cxcl12: {given: {baseline: 0.3 nM, amplitude: 3 nM, width: 300 um}}
      pge2: {}
notes:
  accept:
    closed_block: "the program is tested, not its answers"
    unsensed_factor: "the program is tested, not its answers"
"""

# Runs of some milliseconds, for campaigns.
SMALL = """name: small
duration: 3 d
clock: {cell_step: 20 min, output_every: 24 h}
host: mouse
product: human-marrow-msc
label: in111
treatment: {route: intravenous, dose: 2e4 cells}
"""

CAMPAIGN = """name: many
scenario: small.yaml
replicates: 4
endpoints: [survival_1_d, survival_3_d]
timeseries: true
design: {method: latin-hypercube, points: POINTS}
vary:
  stress.lung.lumen: range
  survival.damage_relaxation: range
"""

ARMS = """arms:
  thawed: {product: {handling: thawed}, treatment: {dose: 1e3 cells}}
  fresh:
"""


def scratch():
    """An empty folder, in memory where there is one: what a program wrote before it was killed is there, synced or not."""
    return tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)


class Program:
    """A program with its library, run in a folder."""

    def __init__(self, path, library, folder):
        self.path, self.library, self.folder = os.path.abspath(path), os.path.abspath(library), str(folder)

    def start(self, *words):
        """Starts it; what it says goes to files of the folder."""
        takes = words[0] not in ("export", "diff") and "--library" not in words
        library = ["--library", self.library] if takes else []
        with open(self.folder + "/.output", "wb") as output, open(self.folder + "/.errors", "wb") as errors:
            return subprocess.Popen([self.path, *words, *library], cwd=self.folder, stdin=subprocess.DEVNULL,
                                    stdout=output, stderr=errors, env=ENVIRONMENT)

    def run(self, *words, limit=120):
        """Its exit code, "hang" beyond a number of seconds."""
        process = self.start(*words)
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return "hang"

    def said(self):
        """What it last wrote to standard error."""
        return pathlib.Path(self.folder, ".errors").read_text(errors="replace").strip()


def tables(folder):
    """The bytes of the tables, slices and frames of a run or campaign, by name."""
    files = sorted(pathlib.Path(folder).glob("*.csv")) + sorted(pathlib.Path(folder).glob("frames/*.frame"))
    files += pathlib.Path(folder).glob("slices.bin")
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def table(head, rows):
    """Lines of columns of one width each."""
    rows = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
