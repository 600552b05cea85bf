#!/usr/bin/env python3
"""Runs the jobs of a workflow, and the `run` steps of the action that it calls, in a real shell: github.py FOLDER WORKFLOW REF

It supports only those features of GitHub that these two files use: `needs`, `if`, expressions of names, texts, `==`, `!=`,
`&&`, `||`; environment files for outputs. Of other actions it emulates checkout, which does nothing, and the two that pass files
between jobs. It prints JOBS with the jobs that ran in their order, and ! after a failed one.
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
    """Looks up a name of GitHub; a missing one is empty."""
    value = contexts
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return value


def evaluate(expression, contexts):
    made, position = "", 0
    expression = expression.strip()
    while position < len(expression):
        token = TOKEN.match(expression, position)
        assert token, f"unsupported expression: {expression[position:]}"
        operator, text, path = token.groups()
        made += PYTHON[operator] if operator else repr(text) if text is not None else repr(look_up(contexts, path))
        position = token.end()
    # The text now holds only operators and literals.
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
        """Runs a job. It sees no files of other jobs except artifacts, since each job has its own machine."""
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
            assert files, f"no file matches {given['path']}"
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
    # The jobs are in the order of their dependencies.
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
