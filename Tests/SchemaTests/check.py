"""Validates events against the message schemas, for the Swift tests beside this file.

Three validators: jsonschema_rs and fastjsonschema judge each event; jsonschema, which takes a hundred
times as long, the first few that violate the same constraints, and some of the others. A difference
between them is a fault, as are schemas that one of them does not compile. Formats are not asserted:
what they say, the patterns say as well.

Reads lines of JSON from the file that it is given: first {"folder": path, "outbound": [schema
files]}, then one {"schema": file, "event": event} a case. Writes one JSON object:

  faults      what is wrong with the schemas themselves
  verdicts    a case each: null if it is valid, else the first reason why it is not
  unviolated  the constraints of the schemas that no case violated

Every case is validated as draft-07 and as 2020-12; a difference is a fault.
"""

import copy
import json
import sys
from collections import Counter
from pathlib import Path

import fastjsonschema
import jsonschema_rs
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import SchemaError

from bundle import COMMON, bundled, load

# What draft-07 and 2020-12 have in common, and mean alike.
ANNOTATIONS = {"$schema", "title", "description", "examples", "format"}
SCHEMAS = {"additionalProperties", "else", "if", "items", "not", "propertyNames", "then"}
SCHEMA_LISTS = {"allOf", "anyOf", "oneOf"}
SCHEMA_MAPS = {"definitions", "properties"}
CONSTRAINTS = {
    "const", "enum", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength",
    "minProperties", "minimum", "not", "oneOf", "pattern", "required", "type", "uniqueItems",
}


DRAFTS = (Draft7Validator, Draft202012Validator)

# Which events jsonschema judges: so many that violate the same constraints, and one of so many.
OF_A_KIND = 3
EVERY = 100

# Refused by "not" alone.
REFUSED = "/definitions/lineFeed"


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
        if not isinstance(schema, dict) or "/if" in pointer or pointer.startswith(REFUSED):
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
    """The documents of the folder as the validators have them."""

    def __init__(self, documents):
        self.own = {
            name: set(document.get("definitions", ())) for name, document in documents.items()
        }
        bundles = {name: bundled(name, documents) for name in documents if name != COMMON}
        self.validators = {name: rust(bundle) for name, bundle in bundles.items()}
        self.compiled = {
            name: fastjsonschema.compile(bundle, use_formats=False)
            for name, bundle in bundles.items()
        }
        self.thorough = {
            name: [draft(bundle) for draft in DRAFTS] for name, bundle in bundles.items()
        }

    def errors(self, name, event):
        """What each draft finds."""
        return [list(validator.iter_errors(event)) for validator in self.validators[name]]

    def is_taken(self, name, event):
        """What fastjsonschema says."""
        try:
            self.compiled[name](event)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    def disagreeing(self, name, event, is_valid, is_thorough):
        """The validators that judge otherwise."""
        if self.is_taken(name, event) != is_valid:
            yield "fastjsonschema"
        if is_thorough:
            for validator in self.thorough[name]:
                if validator.is_valid(event) != is_valid:
                    yield f"jsonschema.{type(validator).__name__}"

    def violated(self, name, error):
        """The constraints that an error is about, as `constraints` has them."""
        for branch in getattr(error.kind, "context", ()):
            for inner in branch:
                yield from self.violated(name, inner)
        if error.kind.name == "propertyNames":
            yield from self.violated(name, error.kind.error)
            return
        *place, keyword = error.schema_path
        # What is shared stands in a file of its own.
        shared = place[:1] == ["definitions"] and place[1] not in self.own[name]
        pointer = "".join(f"/{part}" for part in place)
        member = error.kind.property if keyword == "required" else None
        yield COMMON if shared else name, pointer, keyword, member


def rust(bundle):
    # The draft is what is chosen here, and not what "$schema" says.
    schema = {name: value for name, value in bundle.items() if name != "$schema"}
    return [
        draft(schema, validate_formats=False)
        for draft in (jsonschema_rs.Draft7Validator, jsonschema_rs.Draft202012Validator)
    ]


def main(cases):
    header = json.loads(next(cases))
    folder = Path(header["folder"])
    documents = load(folder)
    outbound = set(header["outbound"])
    inward = Schemas(documents)
    outward = Schemas({name: closed(document) for name, document in documents.items()})
    faults = [fault for name in documents for fault in faults_of(name, documents[name])]
    unviolated = {
        constraint
        for name, document in documents.items()
        for constraint in constraints(name, closed(document) if name in outbound else document)
    }
    verdicts = []
    seen = Counter()
    for line in cases:
        case = json.loads(line)
        name, event = case["schema"], case["event"]
        schemas = outward if name in outbound else inward
        one, other = schemas.errors(name, event)
        if bool(one) != bool(other):
            faults.append(f"{name}: the drafts disagree on {json.dumps(event)}")
        violated = {constraint for error in one for constraint in schemas.violated(name, error)}
        unviolated -= violated
        kind = name, frozenset(violated)
        seen[kind] += 1
        is_thorough = seen[kind] <= OF_A_KIND or len(verdicts) % EVERY == 0
        for validator in schemas.disagreeing(name, event, not one, is_thorough):
            said = "takes" if one else "refuses"
            faults.append(f"{name}: {validator} {said} {json.dumps(event)}")
        verdicts.append(f"{one[0].instance_path} {one[0].message:.200}" if one else None)
    unviolated = [
        f"{name}{pointer} {keyword} {member or ''}".strip()
        for name, pointer, keyword, member in sorted(unviolated, key=str)
    ]
    json.dump({"faults": faults, "verdicts": verdicts, "unviolated": unviolated}, sys.stdout)


with open(sys.argv[1], encoding="utf-8") as cases:
    main(cases)
