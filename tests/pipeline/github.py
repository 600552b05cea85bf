#!/usr/bin/env python3
"""Runs the jobs of a workflow, and the `run` steps of the action that it calls, in a real shell: github.py FOLDER WORKFLOW REF

It knows as much of GitHub as these two files use, and refuses the rest: `needs`, `if`, expressions of names, texts, `==`, `!=`,
`&&`, `||`; environment files for outputs. Of the actions of others it plays checkout (all is there) and the two that pass
files from job to job. It prints JOBS with those that ran, in their order, and ! behind one that failed.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

TOKEN = re.compile(r"\s*(?:(&&|\|\||==|!=|\(|\))|'([^']*)'|([A-Za-z_][\w.-]*))")
PYTHON = {"&&": " and ", "||": " or ", "==": " == ", "!=": " != ", "(": "(", ")": ")"}


def look_up(contexts, path):
    """A name of GitHub's: what is not there is empty."""
    value = contexts
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return value


def evaluate(expression, contexts):
    made, position = "", 0
    expression = expression.strip()
    while position < len(expression):
        token = TOKEN.match(expression, position)
        assert token, f"not understood: {expression[position:]}"
        operator, text, path = token.groups()
        made += PYTHON[operator] if operator else repr(text) if text is not None else repr(look_up(contexts, path))
        position = token.end()
    # Nothing but operators and texts is in it by now.
    return eval(made, {"__builtins__": {}})  # noqa: S307


def fill(text, contexts):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda it: str(evaluate(it.group(1), contexts)), str(text))


class Run:
    def __init__(self, folder, ref):
        self.folder = pathlib.Path(folder)
        base = subprocess.run(["git", "rev-parse", "HEAD^"], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
        proposal = ref != "refs/heads/main"
        event = {"pull_request": {"base": {"sha": base}}} if proposal else {"before": base}
        self.contexts = {
            "github": {"ref": ref, "event": event, "event_name": "pull_request" if proposal else "push"},
            "vars": {"LOGIN_IMAGE_REPOSITORY": "registry.example.com/login", "LOGIN_ROLE_ARN": "arn:aws:iam::1:role/login", "LOGIN_VALUES": "replicas: 2"},
        }
        self.artifacts = pathlib.Path(tempfile.mkdtemp())

    def job(self, job, needs):
        """Each has a machine of its own: what another one has made is gone, but for artifacts."""
        shutil.rmtree(self.folder / "target" / "pipeline", ignore_errors=True)
        temp = tempfile.mkdtemp()
        contexts = {**self.contexts, "needs": needs, "runner": {"temp": temp}, "steps": {}}
        environment = {**os.environ, "CI": "true", "RUNNER_TEMP": temp}
        if job["permissions"].get("id-token") == "write":
            environment |= {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x", "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example.com/?x"}
        try:
            for step in job["steps"]:
                self.step(step, contexts, environment)
        finally:
            shutil.rmtree(temp)
        return {name: fill(value, contexts) for name, value in job.get("outputs", {}).items()}

    def step(self, step, contexts, environment):
        if "if" in step and not evaluate(step["if"], contexts):
            return
        given = {key: fill(value, contexts) for key, value in step.get("with", {}).items()}
        uses = step.get("uses", "")
        if uses.startswith("./"):
            action = yaml.safe_load((self.folder / uses / "action.yml").read_text())
            unknown = given.keys() - action["inputs"].keys()
            assert not unknown, f"{uses} has no input {unknown}"
            inputs = {name: given.get(name, it.get("default", "")) for name, it in action["inputs"].items()}
            for inner in action["runs"]["steps"]:
                self.step(inner, {**contexts, "inputs": inputs}, environment)
        elif uses.startswith("actions/upload-artifact@"):
            files = list(self.folder.glob(given["path"]))
            assert files, f"nothing fits {given['path']}"
            for file in files:
                shutil.copy(file, self.artifacts)
        elif uses.startswith("actions/download-artifact@"):
            shutil.copytree(self.artifacts, self.folder / given["path"], dirs_exist_ok=True)
        elif not uses.startswith("actions/checkout@"):
            self.shell(step, contexts, environment)

    def shell(self, step, contexts, environment):
        assert "${{" not in step["run"], f"an expression in the text of a script: {step['run']}"
        with tempfile.NamedTemporaryFile("r") as output:
            own = {key: fill(value, contexts) for key, value in step.get("env", {}).items()}
            subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.folder, env={**environment, **own, "GITHUB_OUTPUT": output.name}, check=True,
            )
            if "id" in step:
                contexts["steps"][step["id"]] = {"outputs": dict(line.rstrip("\n").split("=", 1) for line in output)}


def main(folder, name, ref):
    workflow = yaml.safe_load((pathlib.Path(folder) / ".github/workflows" / f"{name}.yml").read_text())
    run, results, ran = Run(folder, ref), {}, []
    # They stand in the order in which they need each other.
    for name, job in workflow["jobs"].items():
        wanted = job.get("needs", [])
        wanted = [wanted] if isinstance(wanted, str) else wanted
        assert all(it in workflow["jobs"] for it in wanted), wanted
        if any(it not in results for it in wanted):
            continue
        needs = {it: {"outputs": results[it]} for it in wanted}
        if "if" in job and not evaluate(job["if"], {**run.contexts, "needs": needs}):
            continue
        print(f"== {name}", flush=True)
        try:
            results[name] = run.job(job, needs)
            ran.append(name)
        except subprocess.CalledProcessError as why:
            print(f"{name} fails: {why}")
            ran.append(f"{name}!")
    shutil.rmtree(run.artifacts)
    print("JOBS", *ran)


if __name__ == "__main__":
    main(*sys.argv[1:])
