"""Which Unicode scalars the schemas refuse where, for the Swift tests beside this file.

Reads a file of JSON: {"folder": path, "places": [{"definition": name in common.json, "before": text,
"after": text}]}. Writes, a place each, the scalars that jsonschema_rs refuses, as [first, last] ranges, and at
their edges the texts of which the others, which are slow, say something else.
"""

import json
import sys
from pathlib import Path

import fastjsonschema
import jsonschema_rs
from jsonschema import Draft7Validator

from bundle import COMMON, load

SCALARS = [*range(0, 0xD800), *range(0xE000, 0x110000)]


def ranges(scalars, is_refused):
    found = []
    for scalar in scalars:
        if not is_refused(scalar):
            continue
        if found and found[-1][1] == scalar - 1:
            found[-1][1] = scalar
        else:
            found.append([scalar, scalar])
    return found


def refusals(schema, before, after):
    compiled = fastjsonschema.compile(schema, use_formats=False)
    rust = jsonschema_rs.Draft7Validator(schema, validate_formats=False).is_valid
    python = Draft7Validator(schema).is_valid

    def fast(text):
        try:
            compiled(text)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    refused = ranges(SCALARS, lambda scalar: not rust(before + chr(scalar) + after))
    edges = {edge + step for bounds in refused for edge in bounds for step in (-1, 0, 1)}
    texts = [before + chr(scalar) + after for scalar in sorted(edges & set(SCALARS))]
    return {
        "refused": refused,
        "fastjsonschema": [text for text in texts if fast(text) != rust(text)],
        "jsonschema": [text for text in texts if python(text) != rust(text)],
    }


def main(path):
    order = json.loads(Path(path).read_text("utf-8"))
    definitions = load(Path(order["folder"]))[COMMON]["definitions"]
    answer = [
        refusals(
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "allOf": [{"$ref": f"#/definitions/{place['definition']}"}],
                "definitions": definitions,
            },
            place["before"],
            place["after"],
        )
        for place in order["places"]
    ]
    json.dump(answer, sys.stdout)


main(sys.argv[1])
