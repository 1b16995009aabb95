"""The installed wheel, on scenarios cut to seconds."""

import csv
import math
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import stroma_msc as stroma

CUT = {"treatment.agents": 500, "duration": "1 d"}
DICTIONARY = {
    "name": "given",
    "duration": "12 h",
    "host": "mouse",
    "product": "human-marrow-msc",
    "treatment": {"route": "intravenous", "dose": "2e5 cells", "agents": 200},
}
pytestmark = pytest.mark.filterwarnings("ignore::stroma_msc.Note")


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(frame):
    """Columns as lists, missing values as None."""
    columns = frame.to_dict("list") if hasattr(frame, "iloc") else frame.to_dict(as_series=False)
    return {
        name: [None if isinstance(v, float) and math.isnan(v) else v for v in values] for name, values in columns.items()
    }


@pytest.fixture(scope="module")
def mouse(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "mouse"
    with pytest.warns(stroma.Note, match="coarse_agents") as notes:
        run = stroma.run("tutorials/mouse-iv", set=CUT, replicates=2, out=out)
    assert {note.filename for note in notes} == {__file__}
    return run


def test_frames_equal_the_csv(mouse):
    assert {"timeseries", "ledger", "ledger_mass", "summary"} <= set(mouse.tables)
    for name in mouse.tables:
        frame = plain(getattr(mouse, name))
        kept = rows(mouse.directory / f"{name.replace('_', '-')}.csv")
        assert list(frame) == list(kept[0])
        for column, values in frame.items():
            assert len(values) == len(kept)
            for value, row in zip(values, kept):
                text = row[column]
                if isinstance(value, str):
                    assert value == text
                else:
                    assert value == (float(text) if text else None)


def test_polars_equals_pandas(mouse):
    other = stroma.read(mouse.directory, frames="polars")
    assert other.tables == mouse.tables
    for name in mouse.tables:
        assert plain(getattr(other, name)) == plain(getattr(mouse, name))


def test_the_answer_is_a_frame(tmp_path):
    cut = {"duration": "1 d"}
    arms = stroma.run("tutorials/culture-t-cell-suppression", set=cut, replicates=2, out=tmp_path / "well")
    row = arms.answer.query("endpoint == 'well_proliferation' and arm == 'one-to-ten'").iloc[0]
    means = arms.summary.query("endpoint == 'well_proliferation'").groupby("arm").value.mean()
    assert row.control == "alone"
    assert row.difference == pytest.approx(means["one-to-ten"] - means["alone"])
    assert row.difference_low <= row.difference <= row.difference_high
    with pytest.raises(ValueError, match="summary.csv"):
        stroma.read(arms.directory).answer


def test_names_that_read_as_missing_or_numbers_are_text(tmp_path):
    names = ["none", "NA", "1", "true"]
    arms = {name: {"treatment": {"agents": 100 + i}} for i, name in enumerate(names)}
    for frames in ("pandas", "polars"):
        run = stroma.run({**DICTIONARY, "arms": arms}, out=tmp_path / frames, frames=frames)
        assert list(dict.fromkeys(run.summary["arm"])) == names
        assert plain(run.summary)["value"].count(None) == sum(bool(v) for v in plain(run.summary)["missing"])


def test_a_dictionary_equals_its_file(tmp_path):
    given = stroma.run(DICTIONARY, out=tmp_path / "a")
    again = stroma.run(given.directory / "scenario.json", out=tmp_path / "b")
    assert given.manifest["csv_sha256"] == again.manifest["csv_sha256"]
    with pytest.raises(stroma.OutputError, match="not empty"):
        stroma.run(DICTIONARY, out=tmp_path / "a")
    stroma.run(DICTIONARY, out=tmp_path / "a", overwrite=True)
    assert "2e5 cells" in stroma.check(DICTIONARY, changed=True)


def test_errors_have_types_and_places(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "name: bad\nduration: 3 d\nhost: mose\nproduct: human-marrow-msc\n"
        "treatment: {route: intravenous, dose: 2e5 cells, agents: 100}\n"
    )
    with pytest.raises(stroma.ScenarioError, match="did you mean 'mouse'") as found:
        stroma.check(bad)
    assert (found.value.file, found.value.line, found.value.column, found.value.code) == (str(bad), 3, 7, 65)
    with pytest.raises(stroma.ScenarioError, match="dosee") as found:
        stroma.check("tutorials/mouse-iv", set={"treatment.dosee": 1})
    assert found.value.line is None
    with pytest.raises(stroma.ScenarioError, match="did you mean 'tutorials/mouse-iv'"):
        stroma.run("tutorials/mouse-i")
    with pytest.raises(stroma.ScenarioError, match="coarse_agents"):
        stroma.run("mouse-iv", set=CUT, strict=True, out=tmp_path / "strict")
    with pytest.raises(stroma.UsageError, match="replicates"):
        stroma.run("mouse-iv", replicates=0, out=tmp_path / "none")
    with pytest.raises(stroma.OutputError) as found:
        stroma.run(bad, set={"host": "mouse"}, out="/proc/none")
    assert found.value.code == 74
    with pytest.raises(stroma.OutputError) as found:
        stroma.run("mouse-iv", out=tmp_path)
    assert found.value.code == 73
    with pytest.raises(FileNotFoundError):
        stroma.read(tmp_path)


def test_an_interrupted_run_is_resumed(tmp_path):
    long = {"treatment.agents": 20000, "duration": "20 d"}
    whole = stroma.run("mouse-iv", set=long, out=tmp_path / "whole")
    out = tmp_path / "cut"

    def interrupt():
        while not (out / "live.json").exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(stroma.Interrupted) as found:
        stroma.run("mouse-iv", set=long, out=out)
    assert found.value.code == 130
    assert found.value.resume == f"stroma resume {out}"
    assert not stroma.read(out).manifest["complete"]
    assert stroma.resume(out).manifest["csv_sha256"] == whole.manifest["csv_sha256"]


def test_a_sweep_is_a_frame(tmp_path):
    design = {
        "name": "doses",
        "scenario": DICTIONARY,
        "replicates": 2,
        "endpoints": ["viable_half_life"],
        "design": {"method": "grid"},
        "vary": {"treatment.dose": {"values": ["1e5 cells", "2e5 cells"]}},
    }
    for frames in ("pandas", "polars"):
        found = stroma.sweep(design, out=tmp_path / "doses", frames=frames)
        assert list(found.runs["treatment.dose [cells]"]) == [1e5, 1e5, 2e5, 2e5]
        assert plain(found.answer)["mean"] == plain(found.summary)["mean"]
    assert stroma.report(found).stat().st_size > 10_000


def test_a_published_experiment_is_compared(tmp_path):
    rows = stroma.validate("T06", reduced=True, replicates=2, out=tmp_path / "rows").validation
    assert set(rows.verdict) <= {"in", "out"} and len(rows) == 6


def test_a_calibration_has_a_posterior(tmp_path):
    data = tmp_path / "data.csv"
    data.write_text("endpoint,value,error\nlung_fraction_5_min,0.9,0.05\n")
    campaign = {
        "name": "fit",
        "scenario": DICTIONARY,
        "vary": {"product.damage": "range"},
        "calibration": {"method": "abc", "data": str(data), "particles": 20, "generations": 2},
    }
    found = stroma.calibrate(campaign, out=tmp_path / "fit")
    assert list(found.calibration.parameter) == ["product.damage"]
    assert len(found.posterior) > 0 and len(found.predictive) == 1


def test_the_library_is_listed():
    assert {"tutorials/mouse-iv", "studies/human-iv"} <= set(stroma.scenarios())
    assert "sweeps/dose-by-route" in stroma.scenarios("sweeps")


def test_the_command_finds_its_library():
    command = os.path.join(os.path.dirname(sys.executable), "stroma")
    listed = subprocess.run([command, "hosts"], capture_output=True, text=True, cwd="/", check=True).stdout
    assert "mouse" in listed


def test_frames_that_are_not_installed(mouse, monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match=r"stroma-msc\[polars\]"):
        stroma.read(mouse.directory, frames="polars").summary
