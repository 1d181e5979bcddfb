"""A SCIM server on loopback, which knows Registrar's extension: scim2-server's own, with schemas.

    scim_server.py PORT
"""

import json
import sys
import tempfile
from pathlib import Path

from scim2_server.testserver import cli
from scim2_server.utils import load_default_resource_types, load_default_schemas

EXTENSION = json.loads(
    (Path(__file__).parents[2] / "Config/scim/luccs-user.json").read_text(encoding="utf-8")
)


def documents():
    """The schemas and the resource types: those of RFC 7643, with the extension."""
    schemas = [schema.model_dump() for schema in load_default_schemas().values()]
    types = [kind.model_dump() for kind in load_default_resource_types().values()]
    for kind in types:
        if kind["name"] == "User":
            kind.setdefault("schemaExtensions", []).append(
                {"schema": EXTENSION["id"], "required": False}
            )
    return schemas + [EXTENSION], types


def main():
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "schemas.json", Path(folder) / "types.json"]
        for path, content in zip(paths, documents()):
            path.write_text(json.dumps(content), encoding="utf-8")
        sys.argv[1:] = [
            "--port", sys.argv[1], "--schema", str(paths[0]), "--resource-type", str(paths[1]),
        ]
        cli.main()


if __name__ == "__main__":
    main()
