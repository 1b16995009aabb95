"""Flips single random bits of what the program keeps, and sees how the program takes them.

    flips.py PROGRAM LIBRARY [--flips 1000] [--seed 1]

A bit of a checkpoint, of what a stopped run left, of a store of runs, of its log, of the store of a shard, of a value in a row
of a store, or of a frame is flipped; a third of those in files are in the first 200 bytes. The command that reads it must refuse
in words (an exit code of sysexits.h) or end with the bytes that it ends with when nothing is flipped. Anything else is told in
a line: other bytes, a trap, a hang.
"""
import argparse
import os
import pathlib
import random
import shutil
import sqlite3
import struct
import sys
import time
from collections import Counter

from program import ARMS, CAMPAIGN, SMALL, TINY, Program, scratch, table, tables

RECORD = ["--record", "cells:20"]


def flip_in(draw, data):
    """The bytes with one bit flipped, and its place."""
    within = min(len(data), 200) if draw.random() < 1 / 3 else len(data)
    bit = draw.randrange(within * 8)
    data = bytearray(data)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data), f"bit {bit % 8} of byte {bit // 8}"


def flip_file(*names):
    """Flips a bit of one of the files that match."""
    def flip(draw, out):
        files = sorted(file for name in names for file in pathlib.Path(out).glob(name) if file.stat().st_size)
        file = draw.choice(files)
        data, place = flip_in(draw, file.read_bytes())
        file.write_bytes(data)
        return f"{file.name}, {place}"
    return flip


def flip_row(name):
    """Flips a bit of a value of a row, in a store that stays whole as SQLite sees it."""
    def flip(draw, out):
        store = sqlite3.connect(f"{out}/{name}")
        store.text_factory = bytes
        keys = [key for key, in store.execute("SELECT key FROM runs ORDER BY key")]
        key = draw.choice(keys)
        row = dict(zip(("key", "endpoints", "timeseries", "observations", "seconds", "checksum", "rows_checksum"), store.execute(
            "SELECT key, endpoints, timeseries, observations, seconds, checksum, rows_checksum FROM runs WHERE key = CAST(? AS TEXT)",
            (key,)).fetchone()))
        column = draw.choice([c for c, value in row.items() if value is not None and value != b""])
        old = row[column]
        kind = {float: "<d", int: "<q"}.get(type(old))
        data = bytearray(struct.pack(kind, old) if kind else old)
        bit = draw.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8
        value = struct.unpack(kind, data)[0] if kind else bytes(data)
        cast = "CAST(? AS TEXT)" if column == "key" else "?"
        store.execute(f"UPDATE runs SET {column} = {cast} WHERE key = CAST(? AS TEXT)", (value, key))
        store.commit()
        store.close()
        return f"{column}, bit {bit % 8} of byte {bit // 8}"
    return flip


class Case:
    """What is flipped in a copy of a folder, and what then reads it."""

    def __init__(self, name, share, source, flip, command, result):
        self.name, self.share, self.source, self.flip, self.command, self.result = name, share, source, flip, command, result


def files(folder):
    """The bytes of all files in a folder."""
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(pathlib.Path(folder).rglob("*")) if f.is_file()}


def make(program, folder):
    """What the cases begin with."""
    def run(*words, code=0):
        found = program.run(*words, "--quiet")
        assert found == code, (words, found, program.said())

    pathlib.Path(folder, "tiny.yaml").write_text(TINY)
    pathlib.Path(folder, "arms.yaml").write_text(TINY + ARMS)
    pathlib.Path(folder, "small.yaml").write_text(SMALL)
    pathlib.Path(folder, "many.yaml").write_text(CAMPAIGN.replace("POINTS", "6"))
    run("run", "tiny.yaml", "--out", "base", "--checkpoint-every", "60h", "--set", "duration=60 h", *RECORD)
    # A run that was stopped: begun, and asked to stop at once.
    shutil.rmtree(folder + "/stopped", ignore_errors=True)
    process = program.start("run", "arms.yaml", "--out", "stopped", "--quiet", "--threads", "1", "--checkpoint-every", "12h", *RECORD)
    while len(list(pathlib.Path(folder, "stopped/checkpoints").glob("*.checkpoint"))) < 2: time.sleep(0.0005)
    process.terminate()
    assert process.wait() == 130, program.said()
    run("run", "tiny.yaml", "--out", "framed", "--record", "fields:every=60h", "--record", "cells:all,every=60h")
    run("sweep", "many.yaml", "--out", "swept")
    for n in (1, 2): run("sweep", "many.yaml", "--out", "shards", "--shard", f"{n}/2")
    logged(program, folder)


def logged(program, folder):
    """A store as a kill leaves it: with a log that has runs in it."""
    for _ in range(100):
        shutil.rmtree(folder + "/logged", ignore_errors=True)
        process = program.start("sweep", "many.yaml", "--out", "logged", "--quiet", "--threads", "1")
        log = pathlib.Path(folder, "logged/runs.sqlite-wal")
        while process.poll() is None:
            if log.exists() and log.stat().st_size > 20000: process.kill()
        process.wait()
        if log.exists() and log.stat().st_size > 20000: return
    sys.exit("no log of a store was caught")


def cases():
    """All cases; `@` is the copy that was flipped."""
    go_on = ["run", "tiny.yaml", "--from", "@/checkpoints/1-main-1.checkpoint", "--out", "out", *RECORD]
    sweep, merge = ["sweep", "many.yaml", "--out", "@"], ["merge", "many.yaml", "--out", "@"]
    return [
        Case("checkpoint: run --from", 0.2, "base", flip_file("checkpoints/*.checkpoint"), go_on, "out"),
        Case("checkpoint: resume", 0.1, "stopped", flip_file("checkpoints/*.checkpoint"), ["resume", "@"], "@"),
        Case("unfinished.json, scenario: resume", 0.1, "stopped", flip_file("unfinished.json", "scenario.resolved.yaml"), ["resume", "@"], "@"),
        Case("store: sweep", 0.15, "swept", flip_file("runs.sqlite"), sweep, "@"),
        Case("store with log: sweep", 0.15, "logged", flip_file("runs.sqlite", "runs.sqlite-wal"), sweep, "@"),
        Case("row of a store: sweep", 0.1, "swept", flip_row("runs.sqlite"), sweep, "@"),
        Case("shard: merge", 0.05, "shards", flip_file("shard-*.sqlite"), merge, "@"),
        Case("row of a shard: merge", 0.05, "shards", flip_row("shard-1-of-2.sqlite"), merge, "@"),
        Case("frame: export", 0.1, "framed", flip_file("frames/*.frame"), ["export", "@", "--vtk", "--zarr"], "@ export"),
    ]


def outcome(program, folder, case):
    """How the command ends, what it says, and the bytes that it leaves."""
    shutil.rmtree(folder + "/out", ignore_errors=True)
    quiet = [] if case.command[0] == "export" else ["--quiet"]
    code = program.run(*[word.replace("@", "copy") for word in case.command], *quiet, limit=60)
    left = None
    if code == 0:
        if case.result == "out": left = tables(folder + "/out")
        elif case.result == "@": left = tables(folder + "/copy")
        else: left = {**files(folder + "/copy/vtk"), **{"zarr/" + n: b for n, b in files(folder + "/copy/zarr").items()}}
    return code, program.said(), left


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program"); p.add_argument("library")
    p.add_argument("--flips", type=int, default=1000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--only", default="")
    a = p.parse_args()
    folder = scratch()
    program, draw = Program(a.program, a.library, folder), random.Random(a.seed)
    rows, isWrong = [], False
    try:
        make(program, folder)
        for case in cases():
            if not case.name.startswith(a.only): continue
            counts, codes = Counter(), Counter()

            def copy():
                shutil.rmtree(folder + "/copy", ignore_errors=True)
                shutil.copytree(f"{folder}/{case.source}", folder + "/copy")

            copy()
            code, words, expected = outcome(program, folder, case)
            assert code == 0 and expected, (case.name, code, words)
            for _ in range(round(a.flips * case.share)):
                copy()
                place = case.flip(draw, folder + "/copy")
                code, words, left = outcome(program, folder, case)
                if code == 0: how = "right" if left == expected else "wrong"
                elif code == "hang": how = "hang"
                elif code < 0 or code >= 128: how = "trap"
                elif 64 <= code <= 78 and words: how = "refused"
                else: how = "other"
                counts[how] += 1
                codes[code] += 1
                if how not in ("right", "refused") or code not in (0, 65):
                    line = f"{how}, exit {code}: {case.name}: {place}: {words[-300:]}"
                    if how == "wrong":
                        line += f" differ: {sorted(n for n in expected | left if expected.get(n) != left.get(n))}"
                    print(line, file=sys.stderr, flush=True)
            isWrong = isWrong or any(counts[how] for how in ("wrong", "trap", "hang", "other"))
            said = " ".join(f"{code}:{n}" for code, n in sorted(codes.items(), key=str))
            rows.append([case.name, sum(counts.values()), *(counts[how] for how in ("refused", "right", "wrong", "trap", "hang", "other")), said])
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    finally:
        shutil.rmtree(folder)
    print(table(["what: read by", "flips", "refused", "right bytes", "wrong bytes", "traps", "hangs", "other", "exit codes"], rows))
    print(f"{sum(row[1] for row in rows)} flips: {sum(row[4] for row in rows)} with other bytes, {sum(row[5] + row[6] for row in rows)} traps or hangs")
    sys.exit(isWrong)


main()
