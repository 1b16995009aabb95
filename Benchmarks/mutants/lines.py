"""Lines of the rooms of science that the suites run, per target, and the functions that they never run.

    lines.py EXPORT

`llvm-cov export` wrote EXPORT, as `swift test --show-codecov-path` names it; `.ci/long lines` makes it. A function counts once,
however often it was compiled: for types that it is made for, for files that include it, for widths of registers.
"""
import json
import pathlib
import subprocess
import sys

TARGETS = "CCells CStencil Substrate Vocabulary Laws Fields Body Agents Matter Simulation Observations".split()


def target(path):
    """The target of a file of the sources, and its path within them; `None` for others."""
    parts = pathlib.PurePath(path).parts
    if "Sources" not in parts: return None
    parts = parts[len(parts) - parts[::-1].index("Sources"):]
    return (parts[0], "/".join(parts)) if parts[0] in TARGETS else None


def main():
    data = json.loads(pathlib.Path(sys.argv[1]).read_text())["data"][0]
    run, all_lines = dict.fromkeys(TARGETS, 0), dict.fromkeys(TARGETS, 0)
    for file in data["files"]:
        if not (place := target(file["filename"])): continue
        lines = file["summary"]["lines"]
        run[place[0]] += lines["covered"]
        all_lines[place[0]] += lines["count"]
    functions = {}
    for function in data["functions"]:
        if not (place := target(function["filenames"][0])): continue
        start = (place[1], function["regions"][0][0])
        name, count = functions.get(start, (function["name"], 0))
        functions[start] = (name, max(count, function["count"]))
    never = {start: name for start, (name, count) in functions.items() if count == 0}
    print("| target | lines | run | % | functions | never run |\n|---|---|---|---|---|---|")
    for name in TARGETS:
        own = [start for start in functions if start[0].startswith(name + "/")]
        idle = [start for start in own if start in never]
        share = 100 * run[name] / all_lines[name] if all_lines[name] else 0
        print(f"| {name} | {all_lines[name]} | {run[name]} | {share:.1f} | {len(own)} | {len(idle)} |")
    names = [name.split(":")[-1] for name in never.values()]
    command = ["swift", "demangle", "--simplified", "--compact"]
    plain = subprocess.run(command, input="\n".join(names), text=True, capture_output=True)
    print("\nFunctions that are never run:\n")
    for (path, line), name in sorted(zip(never, plain.stdout.split("\n"))): print(f"- {path}:{line} {name}")


main()
