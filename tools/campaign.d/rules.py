# SPDX-License-Identifier: GPL-2.0-only
"""Runs a command of tools/campaign and checks the rules that every run must keep."""
import collections
import csv
import glob
import json
import math
import os
import subprocess

Finding = collections.namedtuple("Finding", "rule what")
Outcome = collections.namedtuple("Outcome", "kind findings")
KINDS = ("completed", "refused", "unfinished", "with errors", "broken")
EPSILON = 1e-6
OBSERVERS = ["--audit", "--series-us", "7", "--series-rows", "20000", "--trace", "all"]
OF_THE_WATCHED = ("command", "host", "audit")  # what a summary says of the call, not of the network
# Keys with which a sender takes what is only late for lost.
IMPATIENT = ("sleek", "reorder-rtts", "rto-us", "rto-low", "ack-timeout", "adaptive")


def judge(command, programs, folder, limit):
    """Runs `command` twice in `folder` and applies every rule."""
    texts = dict(command.files)
    if command.faults:
        texts["faults.txt"] = "\n".join(command.faults) + "\n"
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    plain = Run(command, programs, folder, "plain", [], limit)
    findings = list(plain.findings())
    if plain.status in (0, 3, 4) and not findings:
        findings += observed(plain, command, programs, folder, limit)
    kind = {0: "completed", 2: "refused", 3: "unfinished", 4: "with errors"}.get(plain.status, "broken")
    return Outcome(kind, findings)


def observed(plain, command, programs, folder, limit):
    watchers = list(OBSERVERS)
    wire = command.options.get("wire", command.options.get("profile", "roce"))
    if wire == "roce":
        watchers += ["--pcap", command.nic]
    watched = Run(command, programs, folder, "watched", watchers, limit)
    if watched.status is None or watched.status == 2:
        yield Finding("observer refused" if watched.status else "end", f"watched: {watched.said}")
        return
    if "audit" in watched.said:
        yield Finding("audit", watched.said)
        return
    if watched.status != plain.status:
        yield Finding("observer", f"status {watched.status} instead of {plain.status}: {watched.said}")
    for name in ("flows.csv", "queues.csv"):
        if plain.text(name) != watched.text(name):
            yield Finding("observer", f"changes {name}")
    for folder, summary in zip(watched.folders(), watched.summaries()):
        yield from watched.goodput(summary, os.path.basename(folder))
    for alone, seen in zip(plain.summaries(), watched.summaries()):
        alone, seen = of_network(alone), of_network(seen)
        changed = sorted(key for key in {*alone, *seen} if alone.get(key) != seen.get(key))
        if changed:
            yield Finding("observer", f"changes {', '.join(changed)} of summary.json")


def of_network(summary):
    """What a summary says of the network, of every seed too."""
    kept = {key: value for key, value in summary.items() if key not in OF_THE_WATCHED}
    if isinstance(kept.get("seeds"), list):
        kept["seeds"] = [{key: value for key, value in each.items() if key not in OF_THE_WATCHED} for each in kept["seeds"]]
    return kept


class Run:
    """One call of a program, and what it left."""

    def __init__(self, command, programs, folder, name, more, limit):
        self.command, self.out = command, os.path.join(folder, name)
        words = command.words(more + ["--out", self.out, "--no-plots", "--quiet"])
        try:
            ran = subprocess.run([os.path.join(programs, words[0])] + words[1:], cwd=folder, capture_output=True,
                                 text=True, errors="replace", timeout=limit, check=False)
            self.status, self.said = ran.returncode, ran.stderr.strip()
        except subprocess.TimeoutExpired:
            self.status, self.said = None, f"did not end within {limit:g} s"

    def folders(self):
        return sorted(glob.glob(os.path.join(self.out, "runs", "*")))

    def text(self, name, folder="*"):
        """The rows of a csv file of a run, or of every run; the remarks before them hold the command."""
        rows = []
        for path in sorted(glob.glob(os.path.join(self.out, "runs", glob.escape(folder) if folder != "*" else "*", name))):
            with open(path, encoding="utf-8") as file:
                rows += [line for line in file if not line.startswith("#")]
        return rows

    def summaries(self):
        for folder in self.folders():
            path = os.path.join(folder, "summary.json")
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    yield json.load(file)

    def findings(self):
        if self.status is None:
            yield Finding("end", self.said)
        elif self.status == 2:
            if self.said.count("\n") > 0 or not self.said:
                yield Finding("sentence", f"a refusal of other than one line: {self.said}")
        elif self.status not in (0, 3, 4):
            yield Finding("crash", f"status {self.status}: {self.said}")
        elif "internal error" in self.said:
            yield Finding("internal error", self.said)
        else:
            yield from self.figures()

    def figures(self):
        summaries = list(self.summaries())
        if not summaries or len(summaries) != len(self.folders()):
            yield Finding("summary", f"status {self.status} without summary.json: {self.said}")
            return
        yield from self.fits_status(summaries)
        for folder, summary in zip(self.folders(), summaries):
            yield from numbers(summary)
            yield from self.counts(summary, os.path.basename(folder))
            if not self.command.has("profile"):
                yield from bounds(summary)
            yield from self.lossless(summary)
            yield from of_jobs(summary)
            yield from self.verified(summary)
            yield from self.ports(summary, os.path.basename(folder))

    def ports(self, summary, folder):
        rows = list(csv.DictReader(self.text("queues.csv", folder)))
        for row in rows:
            if float(row["utilisation"]) > 1 + EPSILON:
                yield Finding("utilisation", f"{row['port']}: {row['utilisation']}")
                break
        for of_port, of_run in (("drops", "drops"), ("trims", "trims"), ("ecn_marks", "ecn_marks"), ("pfc_pauses", "pfc_pauses")):
            total = sum(int(row.get(of_port, 0)) for row in rows)
            if total > summary.get(of_run, total):
                yield Finding("counts", f"{summary[of_run]} {of_run}, but {total} in queues.csv")

    def fits_status(self, summaries):
        if self.status == 0 and any(missing(each) for each in summaries):
            yield Finding("status", "0 though not all completed")
        # With --messages those that were never sent are no flows: a collective may lack nothing else.
        # Jobs that repeat or are cut may be stopped between two messages.
        between = self.command.has("messages") or self.command.scenario == "jobs"
        # Of a workload or a training job, computations may be left over.
        open_ends = [each["unfinished"] or each.get("time_us", 0) is None for each in summaries]
        if self.status == 3 and not any(open_ends) and not between:
            yield Finding("status", "3 though nothing is unfinished")
        if self.status == 4 and not any(each["failed"] or each.get("deadlock") or each.get("wrong_elements")
                                        for each in summaries):
            yield Finding("status", f"4 though nothing failed: {self.said}")

    def counts(self, summary, folder):
        parts = summary["completed"] + summary["failed"] + summary["unfinished"]
        if summary["flows"] != parts:
            yield Finding("counts", f"{summary['flows']} flows, but {parts} completed, failed or unfinished")
        rows = [row["status"] for row in csv.DictReader(self.text("flows.csv", folder))]
        if len(rows) != summary["flows"]:
            yield Finding("counts", f"{summary['flows']} flows, but {len(rows)} rows")
        if rows.count("ok") != summary["completed"]:
            yield Finding("counts", f"{summary['completed']} completed, but {rows.count('ok')} rows are ok")

    def lossless(self, summary):
        options = self.command.options
        if any(name in options for name in ("loss", "faults", "profile", "fail")) or summary["fabric"] != "lossless":
            return
        if any(job.get("path", "ecmp").split(":")[0] != "ecmp" for job in summary.get("jobs", {}).values()):
            return
        if summary["drops"] > 0:
            yield Finding("lossless", f"{summary['drops']} drops on a lossless fabric")
        if summary["failed"] > 0:
            yield Finding("lossless", f"{summary['failed']} flows failed on a lossless fabric without faults")
        reorders = "switch-lb" in options or summary["path"].split(":")[0] != "ecmp"
        impatient = any(key in options.get("transport", "") for key in IMPATIENT)
        if summary["retransmitted_bytes"] > 0 and not reorders and not impatient:
            yield Finding("lossless", f"{summary['retransmitted_bytes']} bytes sent again, though none was lost")
        if missing(summary) > 0 and summary["unfinished"] > 0 and "stop-us" not in options:
            yield Finding("lossless", f"unfinished without a stop: {self.said}")

    def goodput(self, summary, folder):
        """What the receivers of each job got over time is what the job delivered."""
        if "seeds" in self.command.options:
            return
        sums = collections.Counter()
        for row in csv.DictReader(self.text("job_goodput.csv", folder)):
            sums[row["job"]] += int(row["delivered_bytes"])
        for name, job in summary.get("jobs", {}).items():
            if sums[name] != job["delivered_bytes"]:
                yield Finding("goodput", f"{name} delivered {job['delivered_bytes']}, but {sums[name]} in job_goodput.csv")

    def verified(self, summary):
        if self.command.has("verify") and (summary.get("wrong_elements") or
                                           (self.status == 0 and summary.get("verified") is not True)):
            yield Finding("verify", f"verified is {summary.get('verified')}, {summary.get('wrong_elements')} wrong")


def missing(summary):
    """How many flows did not complete that should have: of jobs, those that have an end of their own."""
    if "jobs" not in summary:
        return summary["flows"] - summary["completed"]
    awaited = [job for name, job in summary["jobs"].items()
               if "stop-us" not in of_job(summary, name) and of_job(summary, name).get("repeat") != "forever"]
    return sum(job["flows"] - job["completed"] for job in awaited)


def of_job(summary, name):
    return summary["params"].get(f"job:{name}", {})


def of_jobs(summary):
    jobs = summary.get("jobs", {}).values()
    for key in ("flows", "completed", "failed", "unfinished"):
        if jobs and sum(job[key] for job in jobs) != summary[key] and "seeds" not in summary:
            yield Finding("counts", f"{summary[key]} {key}, but {sum(job[key] for job in jobs)} of all jobs")
    for job in jobs:
        yield from bounds({**job, "failed": 0, "unfinished": 0})


def numbers(value, name="summary"):
    """No NaN, no infinity, nothing below zero."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner, name)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Finding("number", f"{name} is {value}")
    elif isinstance(value, (int, float)) and value < 0:
        yield Finding("number", f"{name} is {value}")


def bounds(summary):
    slowdown = (summary.get("slowdown") or {}).get("min")
    if slowdown is not None and slowdown < 1 - EPSILON:
        yield Finding("ideal", f"a flow's slowdown is {slowdown}")
    for key in ("efficiency",):
        if (summary.get(key) or 0) > 1 + EPSILON:
            yield Finding("ideal", f"{key} is {summary[key]}")
    if summary.get("efficiency") is not None and summary["failed"] + summary["unfinished"] > 0:
        yield Finding("efficiency", f"{summary['efficiency']} though {summary['failed']} failed and "
                                    f"{summary['unfinished']} are unfinished")
