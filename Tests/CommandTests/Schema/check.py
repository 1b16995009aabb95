"""Checks the files of a library against the schemas that the program prints.

    python3 check.py FOLDER LIBRARY

FOLDER holds the schema of each kind of file as KIND.json. Every scenario, campaign and preset passes, and each with one key misspelt fails, save keys that are names of the user's own. Prints a
line for each problem, and the numbers of files and of keys; ends with 1 where there is a problem.
"""

import copy
import json
import pathlib
import sys

import jsonschema
import yaml

CAMPAIGN = {"design", "vary", "calibration", "scenario", "scenarios"}


def read(path):
    return yaml.load(path.read_text(), yaml.BaseLoader)


def mappings(document, path=()):
    """All mappings of a document with their paths."""
    if isinstance(document, dict):
        yield path
        for key, value in document.items():
            yield from mappings(value, path + (key,))
    elif isinstance(document, list):
        for position, value in enumerate(document):
            yield from mappings(value, path + (position,))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def keys_of(schema, path, root):
    """The schema of a mapping, by its path."""
    for key in path:
        if isinstance(key, int):
            return {}
        if "$ref" in schema:
            schema = root
        properties = schema.get("properties", {})
        schema = properties[key] if key in properties else schema.get("additionalProperties", {})
        if not isinstance(schema, dict):
            return {}
    return root if "$ref" in schema else schema


FOLDERS = ["factors", "formulations", "hosts", "kinds", "labels", "media", "modalities", "modifications", "overlays",
           "products", "regimens", "tissues"]


def main(schemas_in, library):
    """The schemas are in a folder, each as its kind and .json."""
    schemas = {name: json.loads(pathlib.Path(schemas_in, name + ".json").read_text()) for name in ["scenario", "campaign"] + FOLDERS}
    validators = {name: jsonschema.Draft202012Validator(schema) for name, schema in schemas.items()}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    files = keys = 0
    problems = []
    for folder in ["tutorials", "studies", "validation", "sweeps"] + FOLDERS:
        for path in sorted(pathlib.Path(library, folder).glob("*.yaml")):
            document = read(path)
            name = folder if folder in FOLDERS else "campaign" if CAMPAIGN & set(document) else "scenario"
            files += 1
            for error in validators[name].iter_errors(document):
                problems.append(f"{folder}/{path.name}: {list(error.absolute_path)}: {error.message[:160]}")
            for place in mappings(document):
                known = keys_of(schemas[name], place, schemas[name]).get("properties", {})
                for key in [key for key in at(document, place) if key in known]:
                    wrong = copy.deepcopy(document)
                    mapping = at(wrong, place)
                    mapping[key + "x"] = mapping.pop(key)
                    keys += 1
                    if validators[name].is_valid(wrong):
                        problems.append(f"{folder}/{path.name}: {'.'.join(map(str, place + (key,)))} misspelt passes")
    for problem in problems:
        print(problem)
    print(f"{files} files, {keys} keys misspelt")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
