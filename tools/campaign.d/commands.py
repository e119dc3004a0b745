# SPDX-License-Identifier: GPL-2.0-only
"""Makes the random commands of tools/campaign: valid ones over all options. The same seed gives the same commands."""
import math
import random
import re
import shlex
import subprocess

import files

RATES = (1, 10, 25, 40, 50, 100, 200, 400, 800)
DELAYS_NS = (0, 25, 500, 500, 1000, 1000, 2000, 10_000, 100_000, 2_000_000)
SIZES = ("1M", "256K", "100000", "64K", "4097", "4096", "1000", "100", "7", "1")
BYTES = dict(zip(SIZES, (1 << 20, 1 << 18, 100_000, 1 << 16, 4097, 4096, 1000, 100, 7, 1)))
MOST_PACKETS = 40_000  # of a run, so that it takes a second or two
PATHS = ("ecmp", "flowlet", "flowlet:gap-us=1", "spray", "spray:paths=4,mask=1", "bitmap", "bitmap:paths=8", "reps",
         "reps:paths=64,buffer=1", "mixed", "mixed:timeout=15")
PROFILES = ("hpcc-sim", "htsim")
COLLECTIVES = (("all_reduce", ("ring", "hierarchical", "tree", "halving-doubling", "multi-ring", "nvls")),
               ("reduce_scatter", ("ring", "recursive-doubling", "pat")), ("all_gather", ("ring", "recursive-doubling", "pat")),
               ("broadcast", ("ring", "tree")), ("reduce", ("ring", "tree")),
               ("all_to_all", ("pairwise", "pxn", "hierarchical")), ("send_recv", ("direct",)))
TRANSPORTS = {
    "gbn": ("retry=5", "adaptive=1", "ack-every=4", "ack-every=64", "ack-timeout=0", "ack-timeout=20", "cnp-interval-us=0",
            "cnp-interval-us=4", "cnp-delay-us=55", "max-rd-atomic=1", "rnr-timer=1", "rnr-retry=1"),
    "irn": ("max-rd-atomic=2", "rto-us=5000", "rto-low-packets=0", "rto-low-packets=100", "cnp-interval-us=4", "ack-every=2"),
    "rud": ("sack-bytes=4096", "sack-bytes=1", "ack-delay-us=1", "ack-delay-us=0", "window-packets=64", "reorder-rtts=2",
            "sleek=1", "rto-us=2000", "max-rd-atomic=1", "cnp-interval-us=4")}
SCENARIOS = ("incast", "incast", "allreduce", "alltoall", "collective", "permutation", "flows", "workload", "training", "failover",
             "jobs", "jobs")
FABRICS = {
    "lossless": ("alpha=0.5", "kmin-kb=20,kmax-kb=80", "kmin-kb-100=10,kmax-kb-100=40,pmax-100=1", "pmax=0", "pmax=1",
                 "phantom=0.9", "ecn-at=enqueue", "ack-class=data", "ecn-step-kb=30", "buffer-mb=8", "reserve-kb=10",
                 "pfc-quanta=1000", "pfc-refresh=0.1", "pfc-refresh=0.9", "pfc-reaction-us=0.1", "watchdog-ms=0",
                 "deadlock-ms=0", "deadlock-ms=0.01", "int=hpcc-sim", "digest-base=1.01", "notice-frames=4", "dscp=34",
                 "control-dscp=26"),
    "lossy": ("buffer-mb=2", "alpha=8", "phantom=0.95", "ecn-at=enqueue", "pmax=0", "ack-class=data"),
    "trimming": ("trim-bdp=2", "trim-bdp=0.2", "trim-last-bdp=1", "ecn-min-bdp=0.1,ecn-max-bdp=0.2")}


class Command:
    """A scenario with its options, in order; `faults` are the lines of its schedule, `files` the texts of other files,
    `nic` the name of an endpoint."""

    def __init__(self, scenario, options, faults=(), texts=None, nic="nic0"):
        self.scenario, self.options, self.faults = scenario, options, list(faults)
        self.files, self.nic = texts or {}, nic

    def words(self, more=()):
        words = [self.scenario]
        for name, value in self.options.items():
            words += [f"--{name.split('#')[0]}"] + ([value] if value is not None else [])
        return words + list(more)

    def text(self):
        return shlex.join(self.words())

    def without(self, name):
        rest = {key: value for key, value in self.options.items() if key != name}
        return Command(self.scenario, rest, self.faults if "faults" in rest else (), self.files, self.nic)

    def has(self, name):
        return name in self.options


class Law:
    """What `cc NAME` says: its presets, and (name, default, least, most, whole) of its keys."""

    def __init__(self, shown=""):
        listed, _, presets = shown.partition("presets (")
        self.presets = [row.split()[0] for row in presets.splitlines()[1:] if re.match(r"  \S", row)]
        row = re.compile(r"  (\S+) +([\d.e+-]+) .*? ([\d.e+-]+) (to|or) ([\d.e+-]+)(, whole)?(?: |$)")
        found = [match.groups() for match in map(row.match, listed.splitlines()) if match]
        self.keys = [(name, float(value), float(least), float(most), bool(whole) or to == "or")
                     for name, value, least, to, most, whole in found]

    def key(self, rng):
        """One key with a value that is not far from its default."""
        name, value, least, most, whole = rng.choice(self.keys)
        if whole and (least, most) == (0, 1):
            return f"{name}={1 - value:g}"
        value = min(max((value or 1) * rng.choice((0.5, 0.8, 1.25, 2)), least), most)
        return f"{name}={round(value) if whole else value:g}"


def laws_of(folder):
    """Name -> Law, as `cc` lists them."""
    def shown(what):
        return subprocess.run([f"{folder}/cc", what], capture_output=True, text=True, check=True).stdout
    names = [line.split()[0] for line in shown("--list").split("path policies")[0].splitlines()[1:]]
    return {name: Law(shown(name)) for name in names}


class Fabric:
    """The option, its number of endpoints, of hosts that have one on rail 0, of endpoints in a host; a file's text; the
    names of its endpoints; those of some switches."""

    def __init__(self, option, endpoints, on_rail, gpus=1, tors=("tor-0",), text=None, names=None):
        self.option, self.endpoints, self.on_rail, self.gpus = option, endpoints, on_rail, gpus
        self.tors, self.text, self.names = tors, text, names or list(range(endpoints))


def topology(rng):
    gbps, delay = rng.choice(RATES), rng.choice(DELAYS_NS)
    link = f"gbps={gbps},link-ns={delay}"
    if rng.random() < 0.1:
        link += f",switch-ns={rng.choice((0, 300, 2000))}"
    kind = rng.choice(("star", "star", "dumbbell", "leaf-spine", "fat-tree", "dragonfly", "hpn", "hpn", "hpn6", "hpn8",
                       "hpn-single-plane", "hpn-single-tor", "dcn+", "rail-optimised", "rail-only", "file", "file"))
    if kind == "file":
        text, hosts = files.topology(rng, RATES, DELAYS_NS)
        return Fabric("file:path=topology.txt", len(hosts), 0, tors=(), text=text, names=hosts)
    if kind == "star":
        hosts = rng.choice((2, 3, 5, 9, 17))
        return Fabric(f"star:hosts={hosts},{link}", hosts, hosts)
    if kind == "dumbbell":
        left, right = rng.randint(1, 5), rng.randint(1, 5)
        return Fabric(f"dumbbell:left={left},right={right},{link},bottleneck-gbps={rng.choice(RATES)}", left + right,
                      left + right, tors=("tor-0", "tor-1"))
    if kind == "leaf-spine":
        leaves, hosts, spines = rng.randint(1, 4), rng.randint(2, 6), rng.randint(1, 4)
        if rng.random() < 0.3:
            link += f",uplink-gbps={rng.choice(RATES)}"
        return Fabric(f"leaf-spine:leaves={leaves},hosts={hosts},spines={spines},{link}", leaves * hosts, 0, tors=("tor-0", "agg-0"))
    if kind == "fat-tree":
        return Fabric(f"fat-tree:k=4,{link}", 16, 0, tors=("tor-0", "tor-3", "agg-0", "core-0"))
    if kind == "dragonfly":
        p, a, h = rng.randint(1, 2), rng.randint(1, 3), rng.randint(1, 2)
        return Fabric(f"dragonfly:p={p},a={a},h={h},{link}", p * a * (a * h + 1), 0, tors=())
    segments, hosts, gpus = rng.randint(1, 2), rng.randint(2, 9), rng.choice((1, 2, 8))
    keys = f"segments={segments},hosts={hosts},gpus={gpus},link-ns={delay}"
    if kind not in ("hpn-single-tor", "rail-optimised", "rail-only") and rng.random() < 0.3:
        keys += f",ports={rng.randint(1, 8)}"
    for key, values in (("nic-gbps", RATES[1:]), ("aggs", (1, 3)), ("uplink-gbps", RATES[1:]), ("gpu", ("h800",)),
                        ("nvlink-ns", (0, 1000))):
        if rng.random() < 0.15:
            keys += f",{key}={rng.choice(values)}"
    pods = rng.randint(2, 3) if kind in ("hpn", "hpn8", "dcn+", "rail-optimised") and rng.random() < 0.15 else 1
    if pods > 1:
        keys += f",pods={pods}"
    return Fabric(f"{kind}:{keys}", pods * segments * hosts * gpus, hosts, gpus,
                  tors=("tor-s0-r0-p0",) if kind != "rail-only" and pods == 1 else ())


def training(rng, fabric):
    """A small model over some or all of the endpoints."""
    own, ranks = {}, min(fabric.endpoints, 16)
    for key in rng.sample(("tp", "dp", "pp", "cp"), 4):
        own[key] = rng.choice([n for n in (1, 2, 4, 8) if n <= ranks])
        ranks //= own[key]
    layers = own["pp"] * rng.choice((1, 2))
    own["model"] = f"llama-7b:layers={layers},hidden=256,heads=8,ffn=512,vocabulary=1000,sequence={rng.choice((8, 16, 64))}"
    for key, share, values in (("zero", 0.3, (1, 2, 3)), ("micro-batches", 0.3, (1, 2)), ("iterations", 0.2, (1, 2)),
                               ("bucket-bytes", 0.2, ("1K", "1M")), ("recompute", 0.1, (None,)), ("channels", 0.2, (1, 2)),
                               ("cp-exchange", 0.2, ("all-gather", "ring")), ("checkpoint-every", 0.15, (1, 2)),
                               ("data-bytes", 0.15, ("4K", "1M")), ("storage", 0.2, ("shared", "separate")),
                               ("placement", 0.2, ("pp-dp-tp-cp-ep", "dp-tp-cp-ep-pp")),
                               ("algorithms", 0.3, ("all_reduce=tree", "all_reduce=hierarchical,all_gather=recursive-doubling"))):
        if rng.random() < share:
            own[key] = rng.choice(values)
    return {key: None if value is None else str(value) for key, value in own.items()}


FAILURES = ("nic-port:{at}", "nic-port:{at},repair-us=60,port=1", "nic-link:{at},nic={nic}", "tor:{at}", "tor:{at},repair-us=50",
            "flapping:{at},period-us=10,count=3", "agg:{at}", "agg-link:{at},repair-us=40", "degraded:{at},share=0.25",
            "slow-gpu:{at},rank=1,step-us=3", "slow-gpu:{at},repair-us=90")


def failover(rng, fabric, own):
    """A collective with one failure or two."""
    own = {key: value for key, value in own.items() if key not in ("group-size", "messages")}
    own["iterations"] = str(rng.choice((1, 2, 4)))
    own["size"] = own["size"] if BYTES[own["size"]] <= BYTES["64K"] else "64K"  # some laws crawl on what is left
    for number in range(rng.choice((1, 1, 2))):
        text = rng.choice(FAILURES).format(at=f"at-us={rng.choice((0, 1, 5, 30))}", nic=f"nic{rng.choice(fabric.names)}")
        keys = [key for key in ("detect-us=3", "converge-us=20") if rng.random() < 0.5 and "nic" in text.split(":")[0]]
        own["fail" if number == 0 else "fail#2"] = ",".join((text, *keys))
    return own


def scenario(rng, fabric, names=SCENARIOS):
    """Name and own options of a scenario that fits into the fabric."""
    name = rng.choice(names)
    if name == "workload":
        return name, {"file": "job.goal"}
    if name == "jobs":
        return name, {"file": "jobs.ini"}
    if name == "training":
        return name, training(rng, fabric)
    if name == "failover":
        return name, failover(rng, fabric, scenario(rng, fabric, ("collective",))[1])
    size = rng.choice(SIZES)
    if name == "incast":
        own = {"senders": str(rng.randint(1, fabric.endpoints - 1)), "size": size, "placement": "index"}
        if fabric.on_rail > 1 and rng.random() < 0.5:
            own = {"senders": str(rng.randint(1, fabric.on_rail - 1)), "size": size}
        if rng.random() < 0.5:
            own["verb"] = rng.choice(("write", "send", "read"))
        if rng.random() < 0.3:
            own["rounds"] = str(rng.randint(1, 4))
        return name, own
    if name == "flows" and rng.random() < 0.5:
        return name, {"flow-file": "flows.txt"}
    if name == "flows":
        return name, {"cdf": rng.choice(("WebSearch", "FB_Hadoop", "AliStorage")),
                      "load": str(rng.choice((0.3, 0.8))), "duration-us": str(rng.choice((20, 50, 200)))}
    most = min(fabric.endpoints // fabric.gpus, max(24 // fabric.gpus, 2))
    own = {"ranks": str(max(rng.randint(min(2, most), most) * fabric.gpus, 2)), "size": size}
    if name == "allreduce":
        if rng.random() < 0.4:
            own["algorithm"] = rng.choice(("ring", "hierarchical"))
        if rng.random() < 0.2 and BYTES[size] >= 4096:
            own["chunk"] = rng.choice(("4K", "10000", "1M"))
    if name == "collective":
        own["op"], algorithms = rng.choice(COLLECTIVES)
        if rng.random() < 0.7:
            own["algorithm"] = rng.choice(algorithms)
        if rng.random() < 0.2 and int(own["ranks"]) % 2 == 0 and own.get("algorithm") != "multi-ring":
            own["group-size"] = str(int(own["ranks"]) // 2)
            if int(own["ranks"]) // 2 < 2:
                del own["group-size"]
    if name != "permutation":
        keys = [] if name == "collective" else [("channels", (1, 2, 8))]  # not all of them have channels
        for key, values in (*keys, ("iterations", (1, 2, 3))):
            if rng.random() < 0.3:
                own[key] = str(rng.choice(values))
        if rng.random() < 0.1:
            own["messages"] = None
    return name, own


def keyed(rng, name, keys, share):
    """A name, with one or two of its keys."""
    chosen = rng.sample(keys, rng.choice((1, 1, 2))) if rng.random() < share else []
    if len({key.split("=")[0] for key in chosen}) < len(chosen):
        chosen = chosen[:1]
    return name + (":" + ",".join(chosen) if chosen else "")


def rate_law(rng, laws, name):
    law = laws[name]
    if law.presets and rng.random() < 0.3:
        return f"{name}:preset={rng.choice(law.presets)}"
    if law.keys and rng.random() < 0.15:
        return f"{name}:{law.key(rng)}"
    return name


def parts(rng, laws):
    """Congestion control, path, transport, fabric and their keys."""
    name = rng.choice(sorted(laws))
    chosen = {"cc": rate_law(rng, laws, name)}
    uec = name in ("nscc", "rccc")
    if rng.random() < 0.08:
        other = rng.choice(sorted(each for each in laws if (each in ("nscc", "rccc")) == uec))
        if other != name:
            chosen["cc#2"] = rate_law(rng, laws, other)
    transport = "rud" if uec else "gbn"
    if rng.random() < 0.4:
        transport = "rud" if uec else rng.choice(sorted(TRANSPORTS))
        chosen["transport"] = keyed(rng, transport, TRANSPORTS[transport], 0.6)
    rud = transport == "rud"
    if rng.random() < 0.35:
        chosen["path"] = rng.choice(PATHS if rud else PATHS[:3])
    if rng.random() < 0.4:
        fabric = rng.choice(("lossless", "lossless", "lossy", "trimming" if rud else "lossless"))
        chosen["fabric"] = keyed(rng, fabric, FABRICS[fabric], 0.7)
    if rng.random() < 0.1:
        chosen["receiver"] = rng.choice(("credit", "echo") if uec else ("echo", "cnp", "cnp:interval-us=4"))
    if rng.random() < 0.15:
        chosen["switch-lb"] = rng.choice(("adaptive", "adaptive:levels=2,step-kb=8", "flowlet", "rotation",
                                          "round-robin", "round-robin:reshuffle=2") if rud else
                                         ("flowlet", "flowlet:gap-us=50,entries=4"))
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


def under_profile(rng, options):
    """The options without what no profile or this one cannot do."""
    profile = rng.choice(PROFILES)
    left_out = {"qps", "qp-select", "sport", "fabric", "transport", "receiver", "switch-lb", "cc#2"}
    if profile == "hpcc-sim":
        left_out |= {"path"}
        if options["cc"].split(":")[0] in ("nscc", "rccc"):
            options["cc"] = "hpcc:preset=hpcc-sim"
    elif options["cc"].split(":")[0] not in ("nscc", "rccc", "fixed"):
        options["cc"] = "nscc:preset=htsim"
    return {**{name: value for name, value in options.items() if name not in left_out}, "profile": profile}


def bounded(options, fabric):
    """The options with sizes so small that a run is done in a second or two."""
    payload = int(options.get("mtu", 1000 if options.get("profile") == "hpcc-sim" else 4096))
    runs = int(options.get("seeds", 1)) * (2 if "cc#2" in options else 1)
    if "cdf" in options:
        rate = float((re.search(r"(?:nic-)?gbps=([\d.]+)", options["topology"]) or [0, 200])[1]) * fabric.endpoints
        if "segments" in options["topology"]:
            rate *= float((re.search(r"ports=(\d)", options["topology"]) or [0, 2])[1])
        most = MOST_PACKETS / 2 * payload * 8 / runs / (rate * 1000 * float(options["load"]))
        options["duration-us"] = f"{min(float(options['duration-us']), most):.3g}"
    elif "size" in options:
        times = int(options.get("rounds", 1)) * int(options.get("iterations", 1)) * runs
        times *= int(options.get("senders", 0)) + int(options.get("ranks", 0)) * 2
        at = SIZES.index(options["size"])
        while at + 1 < len(SIZES) and times * BYTES[SIZES[at]] / payload > MOST_PACKETS:
            at += 1
        options["size"] = SIZES[at]
        if "chunk" in options and BYTES[SIZES[at]] < 4096:
            del options["chunk"]
    return options


OF_JOBS = ("incast", "incast", "allreduce", "alltoall", "collective", "permutation", "flows", "training")
FORBIDDEN = ("messages", "verb", "placement", "senders", "ranks")  # in a section: it follows from the job's ranks


def section(rng, number, fabric, options, laws):
    """The lines of a job: a scenario over some of the endpoints."""
    count = rng.randint(2, min(fabric.endpoints, 12))
    ids = rng.sample(fabric.names, count) if rng.random() < 0.5 else fabric.names[:count]
    name, own = scenario(rng, Fabric("", count, 0), OF_JOBS)
    if "flow-file" in own:
        own = {"cdf": "FB_Hadoop", "load": "0.3", "duration-us": "20"}
    own = bounded({**{key: options[key] for key in ("topology", "mtu", "seeds", "cc#2", "profile") if key in options}, **own},
                  Fabric("", 3 * count, 0))
    if name == "training":
        own["dp"] = own.get("dp", "2")  # its ranks are a product, and not those of the list
        count = math.prod(int(own[key]) for key in ("tp", "dp", "pp", "cp"))
        if "checkpoint-every" in own or "data-bytes" in own:
            own["storage"] = "separate"
        ids = ids[:count]
    if len(ids) < 2:
        return section(rng, number, fabric, options, laws)
    lines = [f"[job-{number}]", f"scenario = {name}", "ranks = " + (",".join(map(str, ids)) if rng.random() < 0.8 else str(len(ids)))]
    lines += [f"{key} = {1 if value is None else value}" for key, value in own.items()
              if key not in FORBIDDEN and key not in options and "#" not in key]
    start = rng.choice((0, 0, 3, 40))
    repeat = rng.choice((1, 1, 2, 3, "forever" if number > 0 else 1))
    how = {"start-us": start} if start else {}
    if repeat != 1:
        how["repeat"] = repeat
        if rng.random() < 0.5:
            how["gap-us"] = rng.choice((0.001, 5, 30))
    if rng.random() < 0.15:
        how["stop-us"] = start + rng.choice((1, 25, 200))
    if rng.random() < 0.15:
        how["priority"] = rng.randint(0, 7)
    if rng.random() < 0.3 and "profile" not in options:
        how["cc"] = rate_law(rng, laws, rng.choice(sorted(laws)))
    return lines + [f"{key} = {value}" for key, value in how.items()]


def jobs(rng, fabric, options, laws):
    """A file of one to four jobs, of which the first ends."""
    return "\n".join(line for number in range(rng.randint(1, 4)) for line in section(rng, number, fabric, options, laws)) + "\n"


def make(seed, laws):
    rng = random.Random(seed)
    fabric = topology(rng)
    name, own = scenario(rng, fabric)
    options = {"topology": fabric.option, **own, **parts(rng, laws), **packets(rng)}
    texts, faults = {}, []
    if fabric.text is not None:
        texts["topology.txt"] = fabric.text
    if "flow-file" in own:
        texts["flows.txt"] = files.flows(rng, fabric.names)
    if name == "workload":
        texts["job.goal"] = files.job(rng, fabric.endpoints)
    if rng.random() < 0.12:
        options = under_profile(rng, options)
    if rng.random() < 0.12:
        options["loss"] = rng.choice(("0.0001", "0.01", "0.1"))
    if rng.random() < 0.2:
        options["faults"] = "faults.txt"
        faults = files.schedule(rng, fabric.names, fabric.tors)
    for key, share, values in (("seed", 0.5, range(1, 1000)), ("seeds", 0.08, (2, 3)), ("jitter-ns", 0.15, (100, 10_000)),
                               ("stop-us", 0.08, (3, 40, 500)), ("stall-ms", 0.04, (0, 20, 5000)),
                               ("stall-events", 0.03, (0, 100_000))):
        if rng.random() < share:
            options[key] = str(rng.choice(values))
    if options.get("stall-ms") == "0" and options.get("stall-events") == "0":
        del options["stall-events"]  # without both, a run whose peer is gone has no end
    if rng.random() < 0.2 and "profile" not in options and name not in ("workload", "training", "jobs"):
        options["verify"] = None
    if name == "training" and int(options.get("mtu", 4096)) < 1000:
        del options["mtu"]  # a model's gradients would be too many packets
    if name == "jobs":
        texts["jobs.ini"] = jobs(rng, fabric, options, laws)
    return Command(name, bounded(options, fabric), faults, texts, f"nic{fabric.names[0]}")
