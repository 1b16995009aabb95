"""Forges checkpoints with right checksums and sees how the program takes them.

    forge.py PROGRAM LIBRARY SCENARIO CHECKPOINT [--sampled N] [--products N] [--cargo N] [--every N]

    stroma run SCENARIO --out base --set duration=6h --checkpoint-every 6h --record cells:N makes such a checkpoint.

Every field of the state is altered in turn, a few elements of each list, with values that cannot be (NaN, negative,
huge) and with values that can. For each forged file the run that goes on from it must end with exit code 65 or
normally; a trap, a hang or another exit code is counted as a failure.
"""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
from collections import Counter

MARK = b"stroma checkpoint"


class Layout:
    """Names and places of the fields of a checkpoint."""

    def __init__(self, data, products, cargo):
        self.data, self.at, self.fields = data, len(MARK) + 4, []
        count = self.int("heading.count", note=False)
        self.heading = json.loads(data[self.at:self.at + count])
        self.at += count
        self.products, self.cargo = products, cargo
        self.model()
        self.snapshots()
        self.at += 8
        assert self.at + 32 == len(data), (self.at, len(data))

    def note(self, name, kind, at):
        self.fields.append((name, kind, at))

    def int(self, name, note=True):
        value, = struct.unpack_from("<q", self.data, self.at)
        if note: self.note(name, "q", self.at)
        self.at += 8
        return value

    def value(self, name, kind):
        self.note(name, kind, self.at)
        self.at += struct.calcsize("<" + kind)

    def skip(self, size): self.at += size

    def array(self, name, stride, parts, most=3):
        """A list of elements of a stride, with parts as (name, kind, offset)."""
        count = self.int(name + ".count")
        start, self.at = self.at, self.at + count * stride
        chosen = sorted({0, count // 2, count - 1})[:most] if count else []
        for i in chosen:
            for part, kind, offset in parts:
                self.note(name + part, kind, start + i * stride + offset)
        return count

    def flat(self, name, kind, most=3):
        return self.array(name, struct.calcsize("<" + kind), [("", kind, 0)], most)

    def lists(self, name, kind):
        for _ in range(self.int(name + ".lists")): self.flat(name, kind, 1)

    def text(self, name): self.flat(name, "B", 1)

    def blocks(self, name, fields):
        names = fields.split()
        parts = [("." + f[:-2], {"u": "I", "i": "i", "f": "f"}[f[-1]], 64 * r) for r, f in enumerate(names)]
        self.array(name + ".blocks", 64 * len(names), parts)
        self.array(name + ".values", 64, [("", "f", 0)])
        self.int(name + ".count")

    def state(self, at=0): return [(".state", "f", at), (".state.last", "f", at + 60)]

    def model(self):
        self.int("step")
        cell = [(".identity", "I", 0), (".episode", "I", 4), (".damage", "f", 8), (".budget", "f", 12)]
        self.array("blood.cells", 80, cell + self.state(16))
        self.array("blood.place", 16, [(".payload", "q", 0), (".tag", "B", 8)])
        self.flat("blood.nextJump", "d")
        self.flat("blood.jumps", "I")
        lodger = [(".identity", "I", 0), (".since", "I", 4), (".excess", "f", 8), (".budget", "f", 12),
                  (".cohort", "I", 16), (".episode", "I", 20)]
        self.array("organs.lodgers", 24, lodger)
        self.flat("organs.check", "I")
        self.flat("organs.vacancies", "I")
        self.value("organs.agenda.first", "I")
        self.lists("organs.agenda.due", "I")
        self.array("cohorts.state", 64, self.state())
        for name, kind in (("place", "B"), ("dose", "B"), ("members", "I"), ("cells", "q"), ("free", "I"),
                           ("spent", "d"), ("joined", "B")):
            self.flat("cohorts." + name, kind)
        for tissue in self.heading["layout"]["tissues"]: self.tissue(tissue)
        self.flat("places.rates", "d")
        self.array("places.states", 32, [("." + n, "d", 8 * i) for i, n in enumerate(("damage", "integral", "extra", "killing"))])
        self.int("places.first")
        for name in ("dna", "corpseLabel", "phagocyteLabel"): self.flat("remains." + name, "d")
        self.value("remains.excreted", "d")
        for name, kind in (("decisions", "B"), ("agents", "I"), ("entered", "q"), ("living", "q"), ("labelled", "q"),
                           ("dilution", "d")): self.flat("census." + name, kind)
        for name in ("born", "deadAtThaw", "shed"): self.int("census." + name)
        self.lists("census.deaths", "q")
        self.flat("census.lumen", "q")
        for _ in range(self.flat("census.gone", "I")):
            self.text("census.fate.state")
            self.int("census.fate.site")
        self.flat("roster.founders", "I")

    def tissue(self, tissue):
        self.value("fields.isPlaced", "B")
        for name in ("concentration", "source", "sink", "capacity"): self.flat("fields." + name, "f")
        self.array("fields.balance", 80, [(".%d" % i, "d", 8 * i) for i in range(10)], 2)
        self.array("fields.trail", 48, [(".%d" % i, "d", 8 * i) for i in range(5)] + [(".isSteady", "B", 40)], 2)
        self.array("fields.cadence", 32, [(".steps", "q", 0), (".elapsed", "q", 8), (".scale", "d", 16), (".cells", "q", 24)], 2)
        self.blocks("grid", "identity:u episode:u since:u niche:i voxel:i damage:f budget:f x:f y:f z:f vx:f vy:f vz:f potency:f weight:f diameter:f")
        self.int("grid.weight")
        self.value("hosts.next", "I")
        for kind in tissue["kinds"]:
            self.blocks("hosts", "identity:u generation:u kills:u voxel:i x:f y:f z:f rest:f trigger:f cycle:f budget:f")
            for n in ("initial", "recruited", "born", "joined", "dead", "left", "divisions", "kills"): self.int("hosts.ledger." + n)
        self.flat("antigen.values", "f")
        self.flat("antigen.marked", "i")
        self.flat("antigen.runs", "B")
        self.int("antigen.count")
        self.array("corpses", 16, [(".identity", "I", 0), (".voxel", "q", 8)])
        self.flat("formulation.store", "d")
        for name, count in (("products", self.products), ("cargo", self.cargo)):
            for _ in range(count):
                self.flat(name + ".rates", "f")
                self.int(name + ".left")
        if tissue["hasMatter"]:
            for name in ("injured", "scar", "sprouts", "vessels", "progenitors", "tumour", "atRisk"): self.flat("matter." + name, "f")

    def snapshots(self):
        count = self.int("snapshots")
        for n in range(count):
            before = len(self.fields)
            self.snapshot()
            # A few of them stand for all.
            if n not in (0, count - 1): del self.fields[before:]

    def snapshot(self):
        self.value("seen.parts", "B")
        self.value("seen.time", "d")
        for name in ("dose", "agents"): self.int("seen." + name)
        self.flat("seen.entered", "q")
        self.flat("seen.refused", "B")
        self.array("seen.living", 48, [(".lumen", "q", 0), (".tissue", "q", 8), (".circulating", "q", 16), (".licensed", "q", 24), (".activated", "q", 32), (".label", "d", 40)], 1)
        self.lists("seen.deaths", "q")
        for name in ("deadAtThaw", "shed", "toBeGiven", "born"): self.int("seen." + name)
        for name in ("corpseDNA", "remainsLabel"): self.flat("seen." + name, "d", 1)
        self.value("seen.excreted", "d")
        self.flat("seen.occluded", "d", 1)
        for _ in range(self.int("seen.levels")):
            for _ in range(self.int("seen.levels.of")):
                self.text("seen.levels.factor")
                self.value("seen.levels.mean", "d")
                self.value("seen.levels.largest", "d")
        for _ in range(self.int("seen.masses")):
            for _ in range(self.int("seen.masses.of")):
                self.text("seen.masses.factor")
                self.value("seen.masses.initial", "d")
                self.skip(72)
        self.array("seen.tissue", 64, [(".injured", "d", 0), (".isThere", "B", 56)], 1)
        self.array("seen.licensing", 152, [(".cells", "d", 0), (".level", "d", 8)], 1)
        for _ in range(self.int("seen.populations")):
            for _ in range(self.int("seen.populations.of")):
                self.text("seen.populations.kind")
                self.value("seen.populations.divides", "B")
                for name in ("cells", "active"): self.int("seen.summary." + name)
                self.value("seen.summary.activity", "d")
                self.flat("seen.summary.levels", "d", 1)
                self.flat("seen.summary.generations", "q", 1)
                for n in range(8): self.int("seen.populations.ledger")
        for i in range(self.int("seen.followed")):
            keep = len(self.fields)
            self.value("seen.followed.cell", "I")
            self.int("seen.followed.cells")
            self.int("seen.followed.site")
            self.text("seen.followed.state")
            self.value("seen.followed.place", "f"); self.skip(8)
            self.value("seen.followed.place.isNone", "B")
            self.value("seen.followed.damage", "d")
            self.value("seen.followed.damage.isNone", "B")
            self.value("seen.followed.licensing", "f"); self.skip(60)
            self.value("seen.followed.licensing.isNone", "B")
            if i > 1: del self.fields[keep:]
        for _ in range(self.int("seen.slices")):
            for c in range(self.int("seen.slices.channels")):
                keep = len(self.fields)
                self.value("seen.slices.low", "f")
                self.value("seen.slices.high", "f")
                self.flat("seen.slices.bytes", "B", 1)
                if c > 1: del self.fields[keep:]


def values(kind, old):
    if kind in "df":
        few = [float("nan"), float("inf"), -1.0, 1e30, 0.0, old * 1.5 + 0.125]
    else:
        bits = 8 * struct.calcsize("<" + kind)
        low, high = (0, 2**bits - 1) if kind in "IB" else (-2**(bits - 1), 2**(bits - 1) - 1)
        few = [low, high, 0, old + 1, old - 1, 2**(bits - 2), -1 if low < 0 else high // 2, 2]
        few = [v for v in few if low <= v <= high]
    return [v for i, v in enumerate(few) if v != old and v not in few[:i]]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program"); p.add_argument("library"); p.add_argument("scenario"); p.add_argument("checkpoint")
    p.add_argument("--sampled", type=int, default=0)
    p.add_argument("--products", type=int, default=0)
    p.add_argument("--cargo", type=int, default=0)
    p.add_argument("--only", default="")
    p.add_argument("--list", default="")
    p.add_argument("--every", type=int, default=1)
    a = p.parse_args()
    data = pathlib.Path(a.checkpoint).read_bytes()
    layout = Layout(data, a.products, a.cargo)
    place = tempfile.mkdtemp()
    record = ["--record", f"cells:{a.sampled}"] if a.sampled else []

    def go(data):
        path, out = place + "/forged.checkpoint", place + "/out"
        pathlib.Path(path).write_bytes(data)
        shutil.rmtree(out, ignore_errors=True)
        try:
            e = subprocess.run([a.program, "run", a.scenario, "--from", path, "--out", out, "--threads", "1",
                                "--library", a.library, "--quiet"] + record, capture_output=True, timeout=20,
                               env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
        except subprocess.TimeoutExpired:
            return "hang", "", None
        tables = {f.name: f.read_bytes() for f in pathlib.Path(out).glob("*.csv")} if e.returncode == 0 else None
        return e.returncode, e.stderr.decode(errors="replace").strip().split("\n")[-1][:150], tables

    code, _, whole = go(data)
    assert code == 0, code
    counts, told = Counter(), []
    number = 0
    for name, kind, at in layout.fields:
        if a.only and not name.startswith(a.only): continue
        old, = struct.unpack_from("<" + kind, data, at)
        for value in values(kind, old):
            number += 1
            if number % a.every: continue
            forged = bytearray(data)
            struct.pack_into("<" + kind, forged, at, value)
            forged[-32:] = hashlib.sha256(forged[:-32]).digest()
            code, words, tables = go(bytes(forged))
            if code == 65: how = "refused"
            elif code == 0: how = "same" if tables == whole else "other"
            elif code == "hang": how = "hang"
            elif code < 0 or code >= 128: how = "trap"
            else: how = f"code {code}"
            counts[how] += 1
            if how not in ("refused", "same"): told.append(f"{how}\t{name}\t{at}\t{old!r}\t{value!r}\t{words}")
    if a.list: pathlib.Path(a.list).write_text("\n".join(told) + "\n")
    print(sum(counts.values()), dict(counts))
    shutil.rmtree(place)


main()
