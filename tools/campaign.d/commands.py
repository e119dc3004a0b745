# SPDX-License-Identifier: GPL-2.0-only
"""Makes the random commands of tools/campaign: valid ones, over all options, the same for the same seed."""
import random
import shlex
import subprocess

RATES = (1, 10, 25, 40, 50, 100, 200, 400, 800)
DELAYS_NS = (0, 25, 500, 500, 1000, 1000, 2000, 10_000, 100_000, 2_000_000)
SIZES = ("1", "7", "100", "1000", "4096", "4097", "64K", "100000", "256K", "1M")
PATHS = ("ecmp", "flowlet", "spray", "bitmap", "reps", "mixed")
PROFILES = ("hpcc-sim", "htsim")


class Command:
    """A scenario with its options, in order; `faults` are the lines of its schedule."""

    def __init__(self, scenario, options, faults=(), files=None):
        self.scenario, self.options, self.faults = scenario, options, list(faults)
        self.files = files or {}

    def words(self, more=()):
        words = [self.scenario]
        for name, value in self.options.items():
            words += [f"--{name.split('#')[0]}"] + ([value] if value is not None else [])
        return words + list(more)

    def text(self):
        return shlex.join(self.words())

    def without(self, name):
        rest = {key: value for key, value in self.options.items() if key != name}
        return Command(self.scenario, rest, self.faults if "faults" in rest else (), self.files)

    def has(self, name):
        return name in self.options


def laws_of(folder):
    """Name -> its presets, as `cc` lists them."""
    listed = subprocess.run([f"{folder}/cc", "--list"], capture_output=True, text=True, check=True).stdout
    laws = {}
    for line in listed.split("path policies")[0].splitlines()[1:]:
        name = line.split()[0]
        shown = subprocess.run([f"{folder}/cc", name], capture_output=True, text=True, check=True).stdout
        presets = shown.split("presets", 1)[1].splitlines()[1:] if "presets" in shown else []
        laws[name] = [row.split()[0] for row in presets if row.startswith("  ") and row.split()
                      and not row.startswith("   ")]
    return laws


def topology(rng):
    """A fabric, its number of endpoints, of hosts that have an endpoint on one rail, of endpoints in a host."""
    gbps, delay = rng.choice(RATES), rng.choice(DELAYS_NS)
    link = f"gbps={gbps},link-ns={delay}"
    kind = rng.choice(("star", "star", "dumbbell", "leaf-spine", "fat-tree", "hpn", "hpn", "hpn-single-plane",
                       "hpn-single-tor", "dcn+"))
    if kind == "star":
        hosts = rng.choice((2, 3, 5, 9, 17))
        return f"star:hosts={hosts},{link}", hosts, hosts, 1
    if kind == "dumbbell":
        left, right = rng.randint(1, 5), rng.randint(1, 5)
        return (f"dumbbell:left={left},right={right},{link},bottleneck-gbps={rng.choice(RATES)}", left + right,
                left + right, 1)
    if kind == "leaf-spine":
        leaves, hosts, spines = rng.randint(1, 4), rng.randint(1, 6), rng.randint(1, 4)
        return f"leaf-spine:leaves={leaves},hosts={max(hosts, 2)},spines={spines},{link}", leaves * max(hosts, 2), 0, 1
    if kind == "fat-tree":
        return f"fat-tree:k=4,{link}", 16, 0, 1
    segments, hosts, gpus = rng.randint(1, 2), rng.randint(2, 9), rng.choice((1, 2, 8))
    keys = f"segments={segments},hosts={hosts},gpus={gpus},link-ns={delay}"
    if kind != "hpn-single-tor" and rng.random() < 0.3:
        keys += f",ports={rng.randint(1, 8)}"
    if rng.random() < 0.3:
        keys += f",nic-gbps={rng.choice(RATES[1:])}"
    return f"{kind}:{keys}", segments * hosts * gpus, hosts, gpus


def scenario(rng, endpoints, on_rail, gpus):
    """Name and own options of a scenario that fits into the fabric."""
    name = rng.choice(("incast", "incast", "allreduce", "alltoall", "permutation", "flows"))
    size = rng.choice(SIZES)
    if name == "incast":
        own = {"senders": str(rng.randint(1, endpoints - 1)), "size": size, "placement": "index"}
        if on_rail > 1 and rng.random() < 0.5:
            own = {"senders": str(rng.randint(1, on_rail - 1)), "size": size}
        if rng.random() < 0.5:
            own["verb"] = rng.choice(("write", "send", "read"))
        if rng.random() < 0.3:
            own["rounds"] = str(rng.randint(1, 4))
        return name, own
    if name == "flows":
        return name, {"cdf": rng.choice(("WebSearch", "FB_Hadoop", "AliStorage")),
                      "load": str(rng.choice((0.3, 0.8))), "duration-us": str(rng.choice((20, 50, 200)))}
    hosts = rng.randint(min(2, endpoints // gpus), max(min(endpoints // gpus, 24 // gpus), 2))
    own = {"ranks": str(max(hosts * gpus, 2)), "size": size}
    if name == "allreduce" and rng.random() < 0.4:
        own["algorithm"] = rng.choice(("ring", "hierarchical"))
    if name != "permutation":
        for key, values in (("channels", (1, 2, 8)), ("iterations", (1, 2, 3))):
            if rng.random() < 0.3:
                own[key] = str(rng.choice(values))
    return name, own


def parts(rng, laws):
    """Congestion control, path, transport, fabric and their keys."""
    chosen = {}
    law = rng.choice(sorted(laws))
    if laws[law] and rng.random() < 0.3:
        law += f":preset={rng.choice(laws[law])}"
    chosen["cc"] = law
    if rng.random() < 0.35:
        chosen["transport"] = rng.choice(("rud", "rud:sack-bytes=4096") if law.split(":")[0] in ("nscc", "rccc") else ("gbn", "irn", "rud", "gbn:retry=5", "gbn:adaptive=1", "gbn:ack-every=4",
                                          "rud:sack-bytes=4096", "irn:max-rd-atomic=2", "rud:ack-delay-us=1"))
    rud = law.split(":")[0] in ("nscc", "rccc") or chosen.get("transport", "").startswith("rud")
    if rng.random() < 0.35:
        chosen["path"] = rng.choice(PATHS if rud else PATHS[:2])
    if rng.random() < 0.3:
        chosen["fabric"] = rng.choice(("lossless", "lossy", "trimming" if rud else "lossless", "lossless:alpha=0.5", "lossless:kmin-kb=20,kmax-kb=80",
                                       "lossy:buffer-mb=2", "lossless:phantom=0.9", "lossless:ecn-at=enqueue",
                                       "lossless:ack-class=data"))
    if rng.random() < 0.1:
        chosen["receiver"] = rng.choice(("credit",) if rud and "cc" in law else ("echo", "cnp"))
    if rng.random() < 0.15:
        chosen["switch-lb"] = rng.choice(("adaptive", "flowlet") if rud else ("flowlet",))
    return chosen


def packets(rng):
    """Framing, packet sizes, QPs."""
    chosen = {}
    for key, share, values in (("wire", 0.15, ("roce", "hpcc-sim", "htsim")), ("mtu", 0.2, ("64", "256", "1000", "1500", "9216")),
                               ("qps", 0.2, ("1", "2", "3", "8")), ("qp-select", 0.1, ("least-wqe",)),
                               ("sport", 0.15, ("ports", "hash", "disjoint"))):
        if rng.random() < share:
            chosen[key] = rng.choice(values)
    return chosen


def schedule(rng):
    """Some lines of faults that any fabric has room for."""
    actions = ("loss all rate=1e-3", "loss nic0 rate=0.01 kind=ack", "corrupt nic1 rate=0.01", "duplicate all rate=0.01",
               "reorder nic0 rate=0.01 by=2us", "jitter all by=1us", "slow nic0 gbps=1", "clear nic0", "down nic1:0",
               "up nic1:0", "loss all rate=0", "burst nic0 to-bad=0.01 to-good=0.2", "storm nic0:0 for=20us", "kill nic1")
    times = ("0us", "1us", "5us", "20us", "100us", "1ms")
    return [f"{rng.choice(times)} {rng.choice(actions)}" for _ in range(rng.randint(1, 4))]


def under_profile(rng, options):
    """The options without what no profile or this one cannot do."""
    profile = rng.choice(PROFILES)
    left_out = {"qps", "qp-select", "sport", "fabric", "transport", "receiver", "switch-lb"}
    if profile == "hpcc-sim":
        left_out |= {"path"}
        if options["cc"].split(":")[0] in ("nscc", "rccc"):
            options["cc"] = "hpcc:preset=hpcc-sim"
    elif options["cc"].split(":")[0] not in ("nscc", "rccc", "fixed"):
        options["cc"] = "nscc:preset=htsim"
    return {**{name: value for name, value in options.items() if name not in left_out}, "profile": profile}


def make(seed, laws):
    rng = random.Random(seed)
    fabric, endpoints, on_rail, gpus = topology(rng)
    name, own = scenario(rng, endpoints, on_rail, gpus)
    options = {"topology": fabric, **own, **parts(rng, laws), **packets(rng)}
    faults = []
    if rng.random() < 0.12:
        options = under_profile(rng, options)
    if rng.random() < 0.12:
        options["loss"] = rng.choice(("0.0001", "0.01", "0.1"))
    if rng.random() < 0.15:
        options["faults"] = "faults.txt"
        faults = schedule(rng)
    for key, share, values in (("seed", 0.5, range(1, 1000)), ("seeds", 0.08, (2, 3)), ("jitter-ns", 0.15, (100, 10_000)),
                               ("stop-us", 0.08, (3, 40, 500))):
        if rng.random() < share:
            options[key] = str(rng.choice(values))
    if rng.random() < 0.2 and "profile" not in options:
        options["verify"] = None
    return Command(name, options, faults)
