"""Adds the program, the library and the licence to the wheel; `build-wheel` sets the variables."""

import os
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ProgramHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        top = Path(self.root).parents[1]
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ['STROMA_PLATFORM']}"
        build_data["force_include"] |= {
            os.environ["STROMA_PROGRAM"]: "stroma_msc/bin/stroma",
            str(top / "Scenarios"): "stroma_msc/Scenarios",
            str(top / "LICENSE"): "stroma_msc/LICENSE",
        }
