"""Reads what `stroma export DIR --vtk --zarr` wrote with the packages vtk, zarr and anndata, and compares it with the frames.

Takes the directory of the run; ends with 1 where a number differs. Frames are read here by their documented layout alone.
"""

import csv
import glob
import hashlib
import json
import re
import struct
import sys

import anndata
import numpy
import zarr
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOXML import vtkXMLImageDataReader, vtkXMLPolyDataReader


def frame(path):
    """The header of a frame and its columns: of fields, and of each population its identities and columns."""
    data = open(path, "rb").read()
    assert data[:8] == b"STROMAFR", path
    (length,) = struct.unpack("<I", data[8:12])
    header = json.loads(data[12 : 12 + length])
    place = 12 + length

    def take(count, kind):
        nonlocal place
        values = numpy.frombuffer(data, kind, count, place)
        place += 4 * count
        return values

    voxels = int(numpy.prod(header["voxels"]))
    fields = {field["name"]: take(voxels, "<f4") for field in header["fields"]}
    populations = {}
    for population in header["populations"]:
        count = population["count"]
        identities = take(count, "<u4")
        columns = {column["name"]: take(count, "<f4") for column in population["columns"]}
        populations[population["name"]] = (identities, columns)
    assert data[place:] == hashlib.sha256(data[:place]).digest(), path
    return header, fields, populations


def read(reader, path):
    """A file of VTK."""
    reader.SetFileName(path)
    reader.Update()
    return reader.GetOutput()


def array(data, name):
    """An array of VTK by its name, with or without a unit."""
    for n in range(data.GetNumberOfArrays()):
        if data.GetArrayName(n).split(" (")[0] == name:
            return vtk_to_numpy(data.GetArray(n))
    raise KeyError(name)


def collection(path):
    """Times and files of a collection."""
    return re.findall(r'timestep="([^"]+)" part="0" file="([^"]+)"', open(path).read())


def check(directory):
    frames = [frame(path) for path in sorted(glob.glob(f"{directory}/frames/*.frame"))]
    assert frames
    means = {}
    with open(f"{directory}/timeseries.csv") as file:
        for row in csv.DictReader(file):
            key = (row["arm"], row["replicate"], row["site"], float(row["time_h"]), row["quantity"])
            means[key] = row["value"]
    compared = 0
    grids = {(h["arm"], h["replicate"], h["site"]) for h, _, _ in frames}
    for arm, replicate, site in sorted(grids):
        name = f"{arm}-{replicate}-{site}"
        own = [f for f in frames if (f[0]["arm"], f[0]["replicate"], f[0]["site"]) == (arm, replicate, site)]
        own.sort(key=lambda f: f[0]["time"])
        of_fields = [f for f in own if f[0]["part"] == "fields"]
        of_cells = [f for f in own if f[0]["part"] == "cells"]

        group = zarr.open_group(f"{directory}/zarr/{name}.ome.zarr", mode="r")
        ome = group.attrs["ome"]["multiscales"][0]
        assert [axis["name"] for axis in ome["axes"]] == ["t", "c", "z", "y", "x"]
        image = group["0"]
        assert tuple(image.metadata.dimension_names) == ("t", "c", "z", "y", "x")
        scale = ome["datasets"][0]["coordinateTransformations"][0]["scale"]
        listed = collection(f"{directory}/vtk/{name}/fields.pvd")
        assert len(listed) == len(of_fields) == image.shape[0]
        for t, (header, fields, _) in enumerate(of_fields):
            nx, ny, nz = header["voxels"]
            assert float(listed[t][0]) == header["time"] == group.attrs["stroma"]["times_h"][t]
            assert list(scale[2:]) == [header["spacing"]] * 3
            grid = read(vtkXMLImageDataReader(), f"{directory}/vtk/{name}/{listed[t][1]}")
            assert grid.GetDimensions() == (nx + 1, ny + 1, nz + 1)
            assert grid.GetSpacing() == (header["spacing"],) * 3
            for c, (factor, values) in enumerate(fields.items()):
                assert numpy.array_equal(array(grid.GetCellData(), factor), values)
                assert numpy.array_equal(image[t, c], values.reshape(nz, ny, nx))
                mean = means.get((arm, str(replicate), site, header["time"], f"{factor}_mean"))
                if mean:
                    assert abs(float(mean) - values.mean(dtype="f8")) <= 1e-5 * abs(float(mean)), (factor, mean)
                    compared += 1

        table = anndata.read_zarr(f"{directory}/zarr/{name}.anndata.zarr")
        assert table.n_obs == sum(len(i) for f in of_cells for i, _ in f[2].values())
        assert table.obs_names.is_unique
        for t, (header, _, populations) in enumerate(of_cells):
            for kind, (identities, columns) in populations.items():
                listed = collection(f"{directory}/vtk/{name}/cells-{kind}.pvd")
                assert float(listed[t][0]) == header["time"]
                points = read(vtkXMLPolyDataReader(), f"{directory}/vtk/{name}/{listed[t][1]}")
                assert points.GetNumberOfPoints() == points.GetNumberOfVerts() == len(identities)
                rows = table[(table.obs["type"] == kind) & (table.obs["time_h"] == header["time"])]
                assert numpy.array_equal(rows.obs["identity"], identities)
                if len(identities) == 0:
                    continue
                places = numpy.stack([columns[axis] for axis in "xyz"], axis=1)
                assert numpy.array_equal(vtk_to_numpy(points.GetPoints().GetData()), places)
                assert numpy.array_equal(rows.obsm["spatial"], places)
                assert numpy.array_equal(array(points.GetPointData(), "identity"), identities)
                for column, values in columns.items():
                    if column in "xyz":
                        continue
                    assert numpy.array_equal(array(points.GetPointData(), column), values)
                    assert numpy.array_equal(rows[:, column].X.ravel(), values)
        assert table.uns["site"][0] == site
        for unit, name in (("1/min", "damage"), ("cells", "cells")):
            assert table.var["unit"].get(name, unit) == unit
    assert compared > 0
    print(f"{len(frames)} frames, {compared} means")


check(sys.argv[1])
