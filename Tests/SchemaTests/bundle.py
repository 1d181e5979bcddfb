"""The message schemas, each as one document: what they share put into it."""

import json

COMMON = "common.json"


def load(folder):
    """Each file by its name, referring to what is shared as if it stood there."""
    return {
        path.name: within(json.loads(path.read_text("utf-8")))
        for path in sorted(folder.glob("*.json"))
    }


def within(schema):
    if isinstance(schema, list):
        return [within(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: value.removeprefix(COMMON) if name == "$ref" else within(value)
        for name, value in schema.items()
    }


def bundled(name, documents):
    document = documents[name]
    shared = documents[COMMON]["definitions"]
    return {**document, "definitions": {**shared, **document.get("definitions", {})}}
