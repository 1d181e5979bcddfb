"""Validates events against the message schemas, for the Swift tests beside this file.

Reads lines of JSON from the file that it is given: first {"folder": path, "outbound": [schema
files]}, then one {"schema": file, "event": event} a case. Writes one JSON object:

  faults      what is wrong with the schemas themselves
  verdicts    a case each: null if it is valid, else the first reason why it is not
  unviolated  the constraints of the schemas that no case violated

Every case is validated as draft-07 and as 2020-12; a difference is a fault.
"""

import copy
import json
import re
import sys
from pathlib import Path

from jsonschema import Draft7Validator, Draft202012Validator, RefResolver, validators
from jsonschema.exceptions import SchemaError, ValidationError

# What draft-07 and 2020-12 have in common, and mean alike.
ANNOTATIONS = {"$schema", "title", "description", "examples", "format"}
SCHEMAS = {"additionalProperties", "else", "if", "items", "not", "propertyNames", "then"}
SCHEMA_LISTS = {"allOf", "anyOf", "oneOf"}
SCHEMA_MAPS = {"definitions", "properties"}
CONSTRAINTS = {
    "const", "enum", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength",
    "minProperties", "minimum", "oneOf", "pattern", "required", "type", "uniqueItems",
}


def pattern_of_ecma_262(validator, pattern, instance, schema):
    # Python's "$" also matches before a line feed at the end, that of ECMA 262 does not.
    if validator.is_type(instance, "string") and not re.search(
        re.sub(r"\$(?=\)|\||$)", r"\\Z", pattern), instance
    ):
        yield ValidationError(f"{instance!r:.100} does not match {pattern}")


DRAFTS = [
    validators.extend(draft, {"pattern": pattern_of_ecma_262})
    for draft in (Draft7Validator, Draft202012Validator)
]


def subschemas(schema, pointer=""):
    """The schema and all in it, but for conditions: what these ask for is asked of nobody."""
    yield schema, pointer
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        here = f"{pointer}/{keyword}"
        if keyword in SCHEMAS:
            yield from subschemas(value, here)
        elif keyword in SCHEMA_LISTS:
            for index, element in enumerate(value):
                yield from subschemas(element, f"{here}/{index}")
        elif keyword in SCHEMA_MAPS:
            for name, element in value.items():
                yield from subschemas(element, f"{here}/{name}")


def is_open(schema):
    return schema.get("type") == "object" and "properties" in schema \
        and "additionalProperties" not in schema


def closed(document):
    """Receivers ignore members that they do not know; the schemas must know all of ours."""
    document = copy.deepcopy(document)
    for schema, _ in list(subschemas(document)):
        if isinstance(schema, dict) and is_open(schema):
            schema["additionalProperties"] = False
    return document


def constraints(name, document):
    for schema, pointer in subschemas(document):
        if not isinstance(schema, dict) or "/if" in pointer:
            continue
        for keyword, value in schema.items():
            if keyword == "required":
                yield from ((name, pointer, keyword, member) for member in value)
            elif keyword in CONSTRAINTS or (keyword == "additionalProperties" and value is False):
                yield name, pointer, keyword, None


def faults_of(name, document):
    known = ANNOTATIONS | SCHEMAS | SCHEMA_LISTS | SCHEMA_MAPS | CONSTRAINTS | {"$ref"}
    for draft in DRAFTS:
        try:
            draft.check_schema(document)
        except SchemaError as error:
            yield f"{name}: {error.message}"
    for schema, pointer in subschemas(document):
        if not isinstance(schema, dict):
            continue
        for keyword in schema.keys() - known:
            yield f"{name}{pointer} has {keyword}, which is not in both drafts"
        if "$ref" in schema and len(schema) > 1:
            yield f"{name}{pointer} has more beside its $ref, which draft-07 ignores"


class Schemas:
    """The documents of the folder as one draft's validators."""

    def __init__(self, documents, folder):
        self.places = {
            id(schema): (name, pointer)
            for name, document in documents.items()
            for schema, pointer in subschemas(document)
        }
        store = {(folder / name).as_uri(): document for name, document in documents.items()}
        self.validators = {
            name: [
                draft(document, resolver=RefResolver((folder / name).as_uri(), document, store))
                for draft in DRAFTS
            ]
            for name, document in documents.items()
        }

    def errors(self, name, event):
        """What each draft finds."""
        return [list(validator.iter_errors(event)) for validator in self.validators[name]]

    def violated(self, error):
        for inner in error.context:
            yield from self.violated(inner)
        name, pointer = self.places.get(id(error.schema), (None, None))
        if error.validator == "required":
            for member in error.validator_value:
                if member not in error.instance:
                    yield name, pointer, "required", member
        else:
            yield name, pointer, error.validator, None


def main(cases):
    header = json.loads(next(cases))
    folder = Path(header["folder"])
    documents = {
        path.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))
    }
    outbound = set(header["outbound"])
    inward = Schemas(documents, folder)
    outward = Schemas({name: closed(document) for name, document in documents.items()}, folder)
    faults = [fault for name in documents for fault in faults_of(name, documents[name])]
    unviolated = {
        constraint
        for name, document in documents.items()
        for constraint in constraints(name, closed(document) if name in outbound else document)
    }
    verdicts = []
    for line in cases:
        case = json.loads(line)
        schemas = outward if case["schema"] in outbound else inward
        one, other = schemas.errors(case["schema"], case["event"])
        if bool(one) != bool(other):
            faults.append(f"{case['schema']}: the drafts disagree on {json.dumps(case['event'])}")
        for error in one:
            unviolated.difference_update(schemas.violated(error))
        verdicts.append(f"{one[0].json_path} {one[0].message:.200}" if one else None)
    unviolated = [
        f"{name}{pointer} {keyword} {member or ''}".strip()
        for name, pointer, keyword, member in sorted(unviolated, key=str)
    ]
    json.dump({"faults": faults, "verdicts": verdicts, "unviolated": unviolated}, sys.stdout)


with open(sys.argv[1], encoding="utf-8") as cases:
    main(cases)
