// SPDX-License-Identifier: GPL-2.0-only
// HPCC-sim (github.com/alibaba-edu/High-Precision-Congestion-Control) as its run.py configures it, in our
// parts' parameters. What is a published option of ours is set in the RunPlan, and so appears among a
// result's parameters; the rest, which nobody would choose but to be compared, in the NetworkConfig.
#include "peers/profiles.hpp"

#include "hpnsim/hpcc_sim_times.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

void refuse(const std::string& what, const std::string& why)
{
    throw BadInput("--profile: hpcc-sim " + why + ", so " + what);
}

void check(const CommonOptions& common, const FabricPlan& plan, const RunPlan& run)
{
    const std::string cc = run.cc.substr(0, run.cc.find(':'));
    if (run.transport.name != "gbn")
        refuse("--transport " + run.transport.name + " (" + cc + ") cannot run; use gbn",
               "knows go-back-N alone");
    if (run.fabric.name != "lossless")
        refuse("--fabric " + run.fabric.name + " (" + cc + ") cannot run; use lossless", "has PFC always");
    if (choose_path(run.path).ops->sprays)
        refuse("--path " + run.path + " cannot run; use ecmp", "keeps a flow on one path");
    if (common.qps > 1 || common.qp_select != "round-robin" || common.sport != "ports")
        refuse("--qps, --qp-select and --sport do not apply; leave them out", "makes one QP a flow");
    if (common.switch_lb != "ecmp")
        refuse("--switch-lb " + common.switch_lb + " cannot run; use ecmp", "hashes at every switch");
    if (!common.receiver.empty() && choose_receiver(common.receiver).name != "echo")
        refuse("--receiver " + common.receiver + " cannot run; leave it out", "puts the mark into its ACKs");
    if (plan.nvlink.rate.bps > 0)
        refuse("'" + plan.name + "' cannot run; use file, star, leaf-spine or dumbbell", "has no NVLink");
}

/// run.py sets 100/400 KB per 25G of the link, at every rate.
void set_marking(const FabricPlan& plan, FabricOptions& fabric)
{
    if (fabric.own_thresholds() || fabric.pmax >= 0) return;
    for (const LinkPlan& link : plan.links) {
        const int64_t gigabits = link.rate.bps / 1'000'000'000;
        const auto known = std::find_if(fabric.by_rate.begin(), fabric.by_rate.end(),
                                        [gigabits](const auto& each) { return each.first == gigabits; });
        if (known == fabric.by_rate.end() && gbps(gigabits) == link.rate)
            fabric.by_rate.push_back({gigabits, {4.0 * gigabits, 16.0 * gigabits, 0.2}});
    }
    std::sort(fabric.by_rate.begin(), fabric.by_rate.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
}

/// Alpha is an eighth at the NICs' rate, and twice as much for each doubling above it, up to 1.
double alpha_at(Rate rate, Rate nic)
{
    int shift = 3;
    for (int64_t bps = rate.bps; bps > nic.bps && shift > 0; bps /= 2) --shift;
    return 1.0 / (1 << shift);
}

/// The headroom is three cables full: a round trip and half of one.
Bytes headroom_at(Rate rate, Time cable)
{
    return static_cast<Bytes>(static_cast<__int128>(rate.bps) * (cable.ps / 1000) / 8 / 1'000'000'000 * 3);
}

BufferRules buffer_rules(const FabricOptions& fabric, Rate nic)
{
    BufferRules rules;
    if (fabric.given.count("alpha") == 0) rules.alpha = [nic](Rate rate) { return alpha_at(rate, nic); };
    if (fabric.given.count("headroom") == 0) rules.headroom = headroom_at;
    rules.perPort = rules.mayOverbook = rules.unlessBothFull = true;
    rules.unaccounted = priority_bit(0);
    return rules;
}

/// The seed of a switch is its node id.
std::function<EcmpHash(uint32_t)> hash_of(const FabricPlan& plan)
{
    const auto nodes = plan.endpoints + static_cast<uint32_t>(plan.switches.size());
    const auto ids = std::make_shared<std::vector<uint32_t>>();
    for (uint32_t node = 0; node < nodes; ++node) ids->push_back(plan.id_of(node));
    return [ids, first = plan.endpoints](uint32_t sw) { return EcmpHash{(*ids)[first + sw], ids->data()}; };
}

void set_fabric(const FabricOptions& wanted, FabricSettings& fabric)
{
    fabric.wholeNs = fabric.scheduledOrder = true;
    fabric.passThrough = false;
    fabric.packetTurns = true;
    fabric.peakWithoutWire = true;
    fabric.pfc.timed = wanted.given.count("pfc-quanta") + wanted.given.count("pfc-refresh") > 0;
    fabric.markFirst = false;
}

void set_nic(const RunPlan& run, NicConfig& nic)
{
    const std::string cc = run.cc.substr(0, run.cc.find(':'));
    const bool window = cc == "hpcc" || cc == "hpcc-pint" || cc == "dctcp";
    nic.pacing = cc == "hpcc" || cc == "hpcc-pint" ? Pacing::rate_retimed : Pacing::rate_then;
    nic.rotation = Rotation::ring;
    nic.overshoot = true;
    // run.py sets ACK_HIGH_PRIO to 1 for the CCs without a window.
    nic.replies_obey = window ? priority_bit(kDataPriority) : 0;
    nic.marks_are_cnps = nic.naks_are_acks = true;
    nic.answer_duplicates = false;
    nic.nak_repeat = microseconds(500);
}

}  // namespace

void plan_as_hpcc_sim(const Options& options, const FabricPlan& plan, RunPlan& run)
{
    const CommonOptions& common = options.common;
    check(common, plan, run);
    run.receiver = "echo";
    if (run.transport.given.count("ack-timeout") == 0) run.transport.ack_timeout = 0;
    FabricOptions& fabric = run.fabric;
    const auto open = [&fabric](const char* key) { return fabric.given.count(key) == 0; };
    set_marking(plan, fabric);
    if (open("ack-class")) fabric.ack_class = "data";
    if (open("int")) fabric.int_records = "hpcc-sim";
    if (open("reserve-kb")) fabric.reserve_kb = 4.096;
    if (open("lossless")) fabric.lossless = 0xfe;
    if (open("strict")) fabric.strict = 1;
    if (open("ecn-priorities")) fabric.marked = 0xfe;
    if (open("watchdog-ms")) fabric.watchdog_ms = 0;
    if (open("buffer-mb") && !names_key(common.topology, "buffer-mb"))
        fabric.buffer_mb = 16 * host_rate(plan).gbps() / 50;
}

void imitate_hpcc_sim(const Options& options, const RunPlan& run, const FabricPlan& plan,
                      NetworkConfig& config)
{
    const Rate nic = host_rate(plan);
    set_fabric(run.fabric, config.fabric);
    set_nic(run, config.nic);
    config.fabric.rules = buffer_rules(run.fabric, nic);
    config.fabric.hash = hash_of(plan);
    const HpccSimNetwork network = hpcc_sim_network(plan, FabricIndex(plan), options.common.mtu);
    config.baseRtt = network.rtt;
    config.bdp = network.bdp;
    config.qpPerMessage = FlowQp{-1, 10000, 100};
}

}  // namespace hpnsim
