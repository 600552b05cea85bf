#!/usr/bin/env python3
"""Makes strict JSON schemas for kubeconform when the published ones cannot be downloaded.

schemas.py OUTPUT SWAGGER CRD...   reads Kubernetes's OpenAPI document and CRDs; also copies the CRDs
"""
import json
import pathlib
import shutil
import sys

import yaml


def strict(node):
    """Refuses unknown fields, and lets ports and percentages be numbers or texts.

    A map of properties is visited like a schema, so a property may have the name of a keyword: the checks below also test types.
    """
    if isinstance(node, list):
        return [strict(part) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "int-or-string" or node.get("x-kubernetes-int-or-string") is True:
        return {"type": ["string", "integer"]}
    made = {key: strict(value) for key, value in node.items()}
    open_ended = "additionalProperties" in node or node.get("x-kubernetes-preserve-unknown-fields") is True
    if isinstance(node.get("properties"), dict) and not open_ended:
        made["additionalProperties"] = False
    if isinstance(made.get("$ref"), str):
        made["$ref"] = made["$ref"].replace("#/definitions/", "_definitions.json#/definitions/")
    return made


def name(kind, group, version):
    """Returns the file name that kubeconform expects: kind, first part of the group, version."""
    return "-".join(part for part in (kind.lower(), group.split(".")[0], version) if part) + ".json"


def main(output, swagger, crds):
    definitions = json.loads(pathlib.Path(swagger).read_text())["definitions"]
    made = {key: strict(value) for key, value in definitions.items()}
    made["io.k8s.apimachinery.pkg.api.resource.Quantity"] = {"type": ["string", "number"]}
    (output / "_definitions.json").write_text(json.dumps({"definitions": made}))
    for key, value in definitions.items():
        for it in value.get("x-kubernetes-group-version-kind", []):
            schema = {"$ref": f"_definitions.json#/definitions/{key}"}
            (output / name(it["kind"], it["group"], it["version"])).write_text(json.dumps(schema))
    for file in crds:
        spec = yaml.safe_load(pathlib.Path(file).read_text())["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            (output / name(spec["names"]["kind"], spec["group"], version["name"])).write_text(json.dumps(schema))
        shutil.copy(file, output / "crds")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    (folder / "crds").mkdir(parents=True, exist_ok=True)
    main(folder, sys.argv[2], sys.argv[3:])
