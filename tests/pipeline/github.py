#!/usr/bin/env python3
"""Runs the jobs of a workflow and of the workflow that it calls, and the `run` steps of the action that these call, in a real
shell: github.py FOLDER WORKFLOW REF [EVENT]

EVENT is push on the main branch and else pull_request, unless it is given. It supports only those features of GitHub that
these files use: `needs`, `if` with the results of earlier jobs, expressions of names, texts, `==`, `!=`, `&&`, `||`, `!`;
environment files for outputs. Of other actions it emulates checkout, which does nothing, and the two that pass files between
jobs. It prints JOBS with the jobs that ran in their order, and ! after a failed one.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

TOKEN = re.compile(r"\s*(?:(&&|\|\||==|!=|!|\(|\))|'([^']*)'|([A-Za-z_][\w.-]*))")
PYTHON = {"&&": " and ", "||": " or ", "==": " == ", "!=": " != ", "!": " not ", "(": "(", ")": ")"}


STATUS = re.compile(r"\b(always|failure|cancelled)\(\)")
JOIN = re.compile(r"join\(needs\.\*\.result, '([^']*)'\)")


def look_up(contexts, path):
    """Looks up a name of GitHub; a missing one is empty."""
    value = contexts
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return value


def evaluate(expression, contexts):
    made, position = "", 0
    # Functions become names of contexts.
    functions = {"always": "yes", "failure": contexts.get("failed", ""), "cancelled": ""}
    joined = JOIN.search(expression)
    if joined:
        functions["join"] = joined.group(1).join(it["result"] for it in contexts["needs"].values())
        expression = JOIN.sub("functions.join", expression)
    expression = STATUS.sub(r"functions.\1", expression).strip().removeprefix("${{").removesuffix("}}").strip()
    contexts = {**contexts, "functions": functions}
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


def event_of(name, base):
    """The parts of an event that the workflows read."""
    return {
        "pull_request": {"pull_request": {"base": {"sha": base}}},
        "merge_group": {"merge_group": {"base_sha": base}},
        "push": {"before": base},
        "workflow_dispatch": {},
    }[name]


class Run:
    def __init__(self, folder, ref, event):
        self.folder = pathlib.Path(folder)
        base = subprocess.run(["git", "rev-parse", "HEAD^"], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
        self.contexts = {
            "github": {"ref": ref, "event": event_of(event, base), "event_name": event},
            "inputs": {},
        }
        self.ran = []
        self.artifacts = pathlib.Path(tempfile.mkdtemp())

    def job(self, job, needs):
        """Runs a job. It sees no files of other jobs except artifacts, since each job has its own machine."""
        shutil.rmtree(self.folder / "target" / "pipeline", ignore_errors=True)
        temp = tempfile.mkdtemp()
        contexts = {**self.contexts, "needs": needs, "runner": {"temp": temp}, "steps": {}}
        # The variables of a product's environment; a job without an environment has none.
        product, _, _ = fill(job.get("environment", ""), contexts).rpartition("-")
        if product:
            contexts["vars"] = {"IMAGE_REPOSITORY": f"registry.example.com/{product}", "ROLE_ARN": f"arn:aws:iam::1:role/{product}", "VALUES": "replicas: 2"}
        environment = {**os.environ, "CI": "true", "RUNNER_TEMP": temp}
        if (job["permissions"] or {}).get("id-token") == "write":
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
            own = {**contexts, "inputs": inputs, "steps": {}}
            for inner in action["runs"]["steps"]:
                self.step(inner, own, environment)
            if "id" in step:
                outputs = {name: fill(it["value"], own) for name, it in action.get("outputs", {}).items()}
                contexts["steps"][step["id"]] = {"outputs": outputs}
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


def ancestors(jobs, name):
    """The jobs that a job needs, and those that these need."""
    wanted = jobs[name].get("needs", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    assert all(it in jobs for it in wanted), wanted
    return wanted, {*wanted, *(other for it in wanted for other in ancestors(jobs, it)[1])}


def is_wanted(job, contexts, before):
    """Whether GitHub runs a job: without a function of the status, all jobs before it must have succeeded."""
    condition = str(job.get("if", "always()" if not before else "!failure()"))
    if not STATUS.search(condition) and any(it != "success" for it in before):
        return False
    if "if" not in job:
        return all(it == "success" for it in before)
    return bool(evaluate(condition, contexts))


def run_jobs(run, jobs):
    """Runs the jobs in the order of their dependencies, and those of called workflows in their place. Returns the results."""
    results = {}
    for name, job in jobs.items():
        wanted, all_before = ancestors(jobs, name)
        before = [results[it]["result"] for it in all_before]
        needs = {it: results[it] for it in wanted}
        results[name] = {"result": "skipped", "outputs": {}}
        if not is_wanted(job, {**run.contexts, "needs": needs, "failed": "failure" in before and "yes" or ""}, before):
            continue
        if "uses" in job:
            results[name]["result"] = called(run, job)
            continue
        print(f"== {name}", flush=True)
        try:
            results[name] = {"result": "success", "outputs": run.job(job, needs)}
            run.ran.append(name)
        except subprocess.CalledProcessError as why:
            print(f"{name} fails: {why}")
            results[name] = {"result": "failure", "outputs": {}}
            run.ran.append(f"{name}!")
    return results


def called(run, job):
    """Runs the workflow that a job calls, and returns the result."""
    workflow = yaml.safe_load((run.folder / job["uses"]).read_text())
    given = {name: fill(value, run.contexts) for name, value in job.get("with", {}).items()}
    # In YAML 1.1, the key `on` is the value true.
    inputs = workflow[True]["workflow_call"]["inputs"]
    assert given.keys() == inputs.keys(), f"{job['uses']}: the inputs are {inputs.keys()}"
    for inner in workflow["jobs"].values():
        granted, asked = job["permissions"], inner["permissions"] or {}
        assert all(granted.get(it) in (right, "write") for it, right in asked.items()), f"{job['uses']} may not have {asked}"
    outer, run.contexts = run.contexts, {**run.contexts, "inputs": given}
    results = run_jobs(run, workflow["jobs"])
    run.contexts = outer
    return "failure" if any(it["result"] == "failure" for it in results.values()) else "success"


def main(folder, name, ref, event=None):
    workflow = yaml.safe_load((pathlib.Path(folder) / ".github/workflows" / f"{name}.yml").read_text())
    event = event or ("push" if ref == "refs/heads/main" else "pull_request")
    assert event in workflow[True], f"{event} does not start {name}"
    run = Run(folder, ref, event)
    run_jobs(run, workflow["jobs"])
    shutil.rmtree(run.artifacts)
    print("JOBS", *run.ran)


if __name__ == "__main__":
    main(*sys.argv[1:])
