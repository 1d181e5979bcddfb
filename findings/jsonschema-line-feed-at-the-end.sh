#!/usr/bin/env bash
# jsonschema 4.26.0 (Python) takes a line feed at the end of a text that a pattern ends with $.
#
# JSON Schema's patterns are those of ECMA 262 (2020-12 validation §6.3.3), where $ without the flag m
# stands at the very end. jsonschema hands the pattern to Python's re, whose $ also stands before a line
# feed at the end. So "LU12345678\n" is valid for it, and for no other of three validators.
set -euo pipefail

place=$(mktemp -d)
trap 'rm -rf -- "$place"' EXIT
python3 -m venv "$place/python"
"$place/python/bin/pip" --quiet --disable-pip-version-check install \
    jsonschema==4.26.0 fastjsonschema==2.22.3 jsonschema_rs==0.61.2

"$place/python/bin/python" - <<'END'
import fastjsonschema
import jsonschema
import jsonschema_rs

schema = {"type": "string", "pattern": "^[A-Z]{2}[!-~]{1,15}$"}
text = "LU12345678\n"
try:
    fastjsonschema.compile(schema)(text)
    fast = True
except fastjsonschema.JsonSchemaValueException:
    fast = False
said = {
    "jsonschema": jsonschema.Draft202012Validator(schema).is_valid(text),
    "fastjsonschema": fast,
    "jsonschema_rs": jsonschema_rs.Draft202012Validator(schema).is_valid(text),
}
print("seen:", said)
assert said == {"jsonschema": True, "fastjsonschema": False, "jsonschema_rs": False}, "changed"
# What helps: a "not" beside the pattern.
schema["not"] = {"pattern": "\\n"}
assert not jsonschema.Draft202012Validator(schema).is_valid(text)
END
# Seen on 2026-11-28:
#   seen: {'jsonschema': True, 'fastjsonschema': False, 'jsonschema_rs': False}
