// SPDX-License-Identifier: GPL-2.0-only
// HPCC-sim (github.com/alibaba-edu/High-Precision-Congestion-Control) as its run.py configures it, in our
// parts' parameters. What is a published option of ours is set in the RunPlan, and so appears among a
// result's parameters; the rest, which nobody would choose but to be compared, in the NetworkConfig.
#include "peers/profiles.hpp"

#include "hpnsim/hpcc_sim_times.hpp"
#include "hpnsim/quantity.hpp"

#include <set>

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

/// run.py: 100/400 KB per 25G of the link, at every rate.
void set_marking(const FabricPlan& plan, KeyTexts& keys)
{
    std::set<int64_t> rates;
    for (const LinkPlan& link : plan.links)
        if (link.rate.bps % gbps(1).bps == 0) rates.insert(link.rate.bps / gbps(1).bps);
    for (const int64_t gigabits : rates) {
        const std::string rate = "-" + std::to_string(gigabits);
        keys.emplace_back("kmin-kb" + rate, std::to_string(4 * gigabits));
        keys.emplace_back("kmax-kb" + rate, std::to_string(16 * gigabits));
        keys.emplace_back("pmax" + rate, "0.2");
    }
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

BufferRules buffer_rules(const FabricChoice& fabric, Rate nic)
{
    BufferRules rules;
    if (!fabric.origins.given("alpha")) rules.alpha = [nic](Rate rate) { return alpha_at(rate, nic); };
    if (!fabric.origins.given("headroom")) rules.headroom = headroom_at;
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

void set_fabric(const FabricChoice& wanted, FabricSettings& fabric)
{
    fabric.wholeNs = fabric.scheduledOrder = true;
    fabric.packetTurns = true;
    fabric.peakWithoutWire = true;
    fabric.pfc.timed = wanted.origins.given("pfc-quanta") || wanted.origins.given("pfc-refresh");
    fabric.markFirst = false;
}

void set_nic(const RunPlan& run, PeerQuirks& quirks)
{
    const std::string cc = run.cc.substr(0, run.cc.find(':'));
    const bool window = cc == "hpcc" || cc == "hpcc-pint" || cc == "dctcp";
    quirks.pacing = cc == "hpcc" || cc == "hpcc-pint" ? Pacing::rate_retimed : Pacing::rate_then;
    quirks.rotation = Rotation::ring;
    quirks.overshoot = true;
    // ACK_HIGH_PRIO: 1 in run.py for the CCs without a window.
    quirks.replies_obey = window ? priority_bit(kDataPriority) : 0;
    quirks.marks_are_cnps = quirks.naks_are_acks = true;
    quirks.answer_duplicates = false;
    quirks.nak_repeat = microseconds(500);
}

}  // namespace

/// Thresholds that a CC or its preset brings stay.
KeyTexts fabric_of_hpcc_sim(const FabricPlan& plan, const FabricChoice& under)
{
    KeyTexts keys = {{"ack-class", "data"},         {"int", "hpcc-sim"}, {"reserve-kb", "4.096"},
                     {"lossless", "1+2+3+4+5+6+7"}, {"strict", "0"},     {"ecn-priorities", "1+2+3+4+5+6+7"},
                     {"watchdog-ms", "0"}};
    if (!under.marking.OwnThresholds() && !under.marking.pmax) set_marking(plan, keys);
    if (!plan.given("buffer-mb"))
        keys.emplace_back("buffer-mb", format_number(16 * host_rate(plan).gbps() / 50));
    return keys;
}

void plan_as_hpcc_sim(const Options& options, const FabricPlan& plan, RunPlan& run)
{
    const CommonOptions& common = options.common;
    check(common, plan, run);
    run.receiver = "echo";
}

void imitate_hpcc_sim(const Options& options, const RunPlan& run, const FabricPlan& plan,
                      NetworkConfig& config)
{
    const Rate nic = host_rate(plan);
    set_fabric(run.fabric, config.fabric);
    set_nic(run, config.nic.quirks);
    config.fabric.buffer.rules = buffer_rules(run.fabric, nic);
    config.fabric.hash = hash_of(plan);
    const HpccSimNetwork network = hpcc_sim_network(plan, FabricIndex(plan), options.common.mtu);
    config.baseRtt = network.rtt;
    config.bdp = network.bdp;
    config.qpPerMessage = FlowQp{-1, 10000, 100};
}

}  // namespace hpnsim
