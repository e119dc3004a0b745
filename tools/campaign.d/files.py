# SPDX-License-Identifier: GPL-2.0-only
"""Makes the files that random commands of tools/campaign read: topologies with ids of their own, flows, fault schedules."""

ACTIONS = ("loss {place} rate=1e-3", "loss {nic} rate=0.01 kind=ack", "loss {port} rate=0.05 dir=in", "loss all rate=0",
           "loss {nic} rate=1 kind=cnp", "corrupt {place} rate=0.01", "duplicate {place} rate=0.01",
           "reorder {place} rate=0.01 by=2us", "jitter {place} by=1us", "jitter {port} by=5us order=keep",
           "every {place} n=50", "burst {place} to-bad=0.01 to-good=0.2", "slow {nic} gbps=1", "slow {nic} gbps=40 buffer=64K",
           "clear {nic}", "clear all", "down {port}", "up {port}", "down {node}", "up {node}",
           "flap {port} down=5us up=20us count=3", "storm {port} for=20us", "kill {node}", "revive {node}")
TIMES = ("0us", "0us", "1us", "5us", "20us", "100us", "1ms")


def schedule(rng, nics, switches):
    """Some lines of faults; `nics`: ids of endpoints, `switches`: names of some."""
    lines = []
    if rng.random() < 0.3:
        lines.append(f"set detect={rng.choice(('0us', '10us'))} converge={rng.choice(('20us', '1ms'))}")
    for _ in range(rng.randint(1, 4)):
        nic = f"nic{rng.choice(nics)}"
        node = rng.choice((nic, *switches))
        names = {"nic": nic, "node": node, "port": f"{node}:{rng.choice((0, 0, 0, 1))}",
                 "place": rng.choice(("all", nic, node))}
        lines.append(f"{rng.choice(TIMES)} {rng.choice(ACTIONS).format(**names)}")
    return lines


def topology(rng, rates, delays):
    """HPCC-sim's format: hosts of one link or several, to one switch or many, ids in any order. Text and hosts' ids."""
    hosts, switches = rng.randint(2, 9), rng.randint(1, 4)
    ids = list(range(hosts + switches))
    if rng.random() < 0.7:
        rng.shuffle(ids)
    host_ids, switch_ids = ids[:hosts], ids[hosts:]
    pairs = [(switch_ids[i], switch_ids[rng.randrange(i)]) for i in range(1, switches)]
    if switches > 1:
        pairs += [tuple(rng.sample(switch_ids, 2)) for _ in range(rng.randint(0, 3))]
    uneven = rng.random() < 0.3
    for host in host_ids:
        pairs += [(host, rng.choice(switch_ids)) for _ in range(rng.choice((1, 2, 3)) if uneven else 1)]
    rng.shuffle(pairs)
    rate, delay = rng.choice(rates), rng.choice(delays)
    rows = [f"{hosts + switches} {switches} {len(pairs)}", " ".join(map(str, switch_ids))]
    for one, other in pairs:
        link = rng.choice(rates) if rng.random() < 0.2 else rate
        rows.append(f"{one} {other} {link}Gbps {delay}ns 0")
    return "\n".join(rows) + "\n", host_ids


def flows(rng, hosts):
    """HPCC-sim's format, with starts in seconds and in any order of hosts."""
    count = rng.randint(1, 20)
    rows, start = [str(count)], 0.0
    for _ in range(count):
        source, sink = rng.sample(hosts, 2)
        rows.append(f"{source} {sink} 3 {rng.choice((100, 4791))} {rng.choice((1, 999, 4096, 65536, 300_000))} {start:.9f}")
        start += rng.choice((0, 0, 1e-7, 1e-5))
    return "\n".join(rows) + "\n"


def job(rng, ranks):
    """GOAL's text: messages between random ranks, each after a computation and after the one before of its sender."""
    lines = [[] for _ in range(ranks)]
    last = [None] * ranks
    for tag in range(rng.randint(1, 20)):
        source, sink = rng.sample(range(ranks), 2)
        size = rng.choice((1, 999, 4096, 65536, 300_000))
        lines[source] += [f"c{tag}: calc {rng.choice((0, 1, 500, 20_000))}", f"s{tag}: send {size}b to {sink} tag {tag}",
                          f"s{tag} requires c{tag}"]
        if last[source] is not None:
            lines[source].append(f"c{tag} requires {last[source]}")
        lines[sink].append(f"r{tag}: recv {size}b from {source} tag {tag}")
        last[source], last[sink] = f"s{tag}", f"r{tag}"
    text = [f"num_ranks {ranks}"]
    for rank in range(ranks):
        text += [f"rank {rank} {{", *lines[rank], "}"]
    return "\n".join(text) + "\n"
