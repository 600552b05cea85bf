#!/usr/bin/env python3
"""Answers like a Kubernetes API with the releases of one chart, and like a registry: fake.py FOLDER [NUMBER:STATE…]

It writes a kubeconfig and the address of the registry into FOLDER. With it, the real helm, kubectl and skopeo show what they
print and how they exit, without a cluster.
"""
import base64
import gzip
import http.server
import json
import pathlib
import sys

# The answers of the registry, by the name of the repository: status, code, message.
REGISTRY = {
    "missing": (404, "MANIFEST_UNKNOWN", "manifest unknown"),
    "repository": (404, "NAME_UNKNOWN", "repository name not known to registry"),
    "plain": (404, None, None),
    "busy": (429, "TOOMANYREQUESTS", "You have reached your pull rate limit."),
    "busy-plain": (429, None, None),
    "denied": (403, "DENIED", "requested access to the resource is denied"),
    "broken": (503, None, None),
}
RESOURCES = {
    "/api/v1": [("secrets", "Secret")],
    "/apis/apps/v1": [("deployments", "Deployment")],
    "/apis/batch/v1": [("jobs", "Job")],
}


def record(number, state):
    """A release as helm stores it: gzipped JSON in base64, in a Secret."""
    chart = {"metadata": {"name": "login", "version": "0.1.0", "appVersion": "0.1.0", "apiVersion": "v2"}}
    info = {"status": state, "first_deployed": "2026-11-30T19:00:00Z", "last_deployed": "2026-11-30T19:00:00Z", "description": "as told"}
    release = {"name": "login", "namespace": "login", "version": number, "info": info, "chart": chart, "manifest": "", "apply_method": "ssa"}
    packed = base64.b64encode(gzip.compress(json.dumps(release).encode()))
    labels = {"owner": "helm", "name": "login", "status": state, "version": str(number)}
    name = f"sh.helm.release.v1.login.v{number}"
    return {"metadata": {"name": name, "namespace": "login", "labels": labels}, "type": "helm.sh/release.v1",
            "data": {"release": base64.b64encode(packed).decode()}}


RELEASES = [record(int(it.split(":")[0]), it.split(":")[1]) for it in sys.argv[2:]]


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path.startswith("/v2/"):
            return self.registry(path)
        if path == "/version":
            return self.json(200, {"major": "1", "minor": "34", "gitVersion": "v1.34.4"})
        if path == "/api":
            return self.json(200, {"kind": "APIVersions", "versions": ["v1"]})
        if path == "/apis":
            groups = [{"name": it, "versions": [{"groupVersion": f"{it}/v1", "version": "v1"}]} for it in ("apps", "batch")]
            return self.json(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        if path in RESOURCES:
            kinds = [{"name": name, "kind": kind, "namespaced": True, "verbs": ["get", "list", "delete"]} for name, kind in RESOURCES[path]]
            return self.json(200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": path.split("/", 2)[2], "resources": kinds})
        if path.endswith("/secrets"):
            found = [it for it in RELEASES if "status%3Ddeployed" not in query or it["metadata"]["labels"]["status"] == "deployed"]
            return self.json(200, {"kind": "SecretList", "apiVersion": "v1", "items": found})
        if path.endswith("/jobs"):
            return self.json(200, {"kind": "JobList", "apiVersion": "batch/v1", "items": []})
        return self.missing()

    def do_DELETE(self):
        self.missing()

    def missing(self):
        self.json(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found"})

    def registry(self, path):
        if path == "/v2/":
            return self.json(200, {})
        status, code, message = REGISTRY[path.split("/")[2]]
        self.json(status, {"errors": [{"code": code, "message": message}]} if code else None)

    def json(self, status, body):
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        # skopeo would wait before it tries again.
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def main(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    address = f"127.0.0.1:{server.server_port}"
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "fake",
        "clusters": [{"name": "fake", "cluster": {"server": f"http://{address}"}}],
        "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "fake", "namespace": "login"}}],
        "users": [{"name": "fake", "user": {}}],
    }
    (folder / "kubeconfig").write_text(json.dumps(config))
    (folder / "registry").write_text(address)
    server.serve_forever()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
