"""The tables of a run or a campaign as data frames."""

from __future__ import annotations

import csv
import io
import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

Frames = Literal["pandas", "polars"]

# Columns whose fields are names or sentences, also where one reads as a number, a truth value or a missing value.
TEXT = set(
    "run arm site fate factor kind quantity readout modality endpoint unit missing state control parameter category"
    " correlated_with verdict measure mechanism note row role scenario observable source comparison control_arm across"
    " law animal laboratory".split()
)
ANSWER = (
    "point endpoint unit arm replicates mean low high control difference difference_low difference_high pairing needed"
    " missing".split()
)


def frame(text: str, frames: Frames) -> Any:
    """A table from CSV, without loss of precision; only an empty field is missing."""
    columns = next(csv.reader(io.StringIO(text)))
    texts = [column for column in columns if column in TEXT]
    try:
        if frames == "pandas":
            import pandas

            # From 3.1 on, pandas reads numbers exactly and deprecates the argument.
            is_exact = tuple(map(int, pandas.__version__.split(".")[:2])) >= (3, 1)
            precision: dict[str, Any] = {} if is_exact else {"float_precision": "round_trip"}
            return pandas.read_csv(
                io.StringIO(text), dtype=dict.fromkeys(texts, str), keep_default_na=False, na_values=[""],
                low_memory=False, **precision,
            )
        if frames == "polars":
            import polars

            return polars.read_csv(
                io.BytesIO(text.encode()), schema_overrides=dict.fromkeys(texts, polars.String), infer_schema_length=None
            )
    except ImportError as error:
        other = "polars" if frames == "pandas" else "pandas"
        raise ImportError(
            f"tables are read as frames of {frames}, which is not installed: pip install 'stroma-msc[{frames}]',"
            f" or pass frames='{other}' to read them with {other}"
        ) from error
    raise ValueError(f"frames is {frames!r}; expected 'pandas' or 'polars'")


class Results:
    """The files of a run or a campaign.

    Each table is an attribute: `timeseries.csv` is `timeseries`, `ledger-mass.csv` is `ledger_mass`. It is read when
    it is first used. Empty fields are missing values; names such as `NA` or `none` are text.
    """

    def __init__(self, directory: str | os.PathLike[str], frames: Frames = "pandas", answer: str = "") -> None:
        self.directory = Path(directory)
        self.frames: Frames = frames
        self._answer = answer

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return sorted(path.stem.replace("-", "_") for path in self.directory.glob("*.csv"))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Version, command, hashes of all files read, seed and notes: `manifest.json` of a run, `campaign.json`."""
        for name in ("manifest.json", "campaign.json"):
            if (path := self.directory / name).is_file():
                content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                return content
        raise FileNotFoundError(f"there is neither a run nor a campaign in {self.directory}")

    @cached_property
    def answer(self) -> Any:
        """Mean of each headline endpoint by arm (and point of a sweep), and its difference from the control.

        Intervals are of 95 % over replicates. The program prints the answer, and no file has it: of what was read from
        a directory or resumed it is not known, and `summary` has the endpoints of every replicate.
        """
        if not self._answer:
            raise ValueError(f"the answer is known where run() or sweep() made it; {self.directory} has summary.csv")
        output = io.StringIO()
        table = csv.DictWriter(output, ANSWER, lineterminator="\n")
        table.writeheader()
        for row in json.loads(self._answer)["rows"]:
            for arm in row["arms"]:
                of_arm = {"arm" if key == "name" else key: value for key, value in arm.items()}
                table.writerow({key: row[key] for key in row if key in ANSWER} | of_arm)
        return frame(output.getvalue(), self.frames)

    def __getattr__(self, name: str) -> Any:
        directory = self.__dict__.get("directory")
        if name.startswith("_") or directory is None:
            raise AttributeError(name)
        path = directory / f"{name.replace('_', '-')}.csv"
        if not path.is_file():
            raise AttributeError(f"{directory} has no table {name!r}; it has {', '.join(self.tables) or 'none'}")
        table = frame(path.read_text(encoding="utf-8"), self.frames)
        setattr(self, name, table)
        return table

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __repr__(self) -> str:
        return f"Results({str(self.directory)!r}: {', '.join(self.tables)})"
