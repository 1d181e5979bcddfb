#!/usr/bin/env bash
# fastjsonschema 2.22.3 does not compile a schema whose pattern has a $ inside a character class.
#
# In a class a $ stands for itself (ECMA 262 §22.2.1, Python's re, RE2): "^[a$]+$" is a regular
# expression in all of them. fastjsonschema puts \Z in the place of every $ that no backslash stands
# before, in classes as well, and re then refuses "[a\Z]". An escaped \$ is left alone, and means the same.
set -euo pipefail

place=$(mktemp -d)
trap 'rm -rf -- "$place"' EXIT
python3 -m venv "$place/python"
"$place/python/bin/pip" --quiet --disable-pip-version-check install fastjsonschema==2.22.3

"$place/python/bin/python" - <<'END'
import re
import sys

import fastjsonschema

assert re.search("^[a$]+$", "a$"), "re itself takes it"
try:
    fastjsonschema.compile({"type": "string", "pattern": "^[a$]+$"})
except re.error as error:
    print(f"seen: re.error: {error}")
    assert "bad escape \\Z" in str(error), error
else:
    sys.exit("changed: it compiles")
print("escaped:", fastjsonschema.compile({"type": "string", "pattern": r"^[a\$]+$"})("a$"))
END
# Seen on 2026-11-28:
#   seen: re.error: bad escape \Z at position 3
#   escaped: a$
