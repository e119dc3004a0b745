// SPDX-License-Identifier: GPL-2.0-only
// Switches on what each need of a CC asks for, and computes what the settings of a fabric's parts
// come to in one network.
#include "network-needs.h"

#include "marking/derived_curve.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/digest.hpp"
#include "hpnsim/network_rtt.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/settings.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// What the CC of a NIC's function needs; nothing if there is none.
Needs
NeedsOf(const NicConfig& nic)
{
    return nic.cc.ops == nullptr ? Needs::nothing : nic.cc.ops->slot.info->needs;
}

bool
GrantsCredit(const NicConfig& nic)
{
    return nic.receiver.ops != nullptr && nic.receiver.ops->scope == Scope::port;
}

std::string
NameOf(const NicConfig& nic)
{
    return nic.cc.ops == nullptr ? "none" : nic.cc.ops->slot.info->name;
}

/**
 * \brief Adds to the framing what digests and notices take.
 *
 * HPCC-sim charges data two bytes for a digest of one, and nothing for its ACKs. Notices
 * (assumption) take flags, the sender's QP and its clock on data, and flags and clock on ACKs.
 */
Wire
WithFeedback(const Wire& bare, bool digest, bool notices, const TelemetrySettings& settings)
{
    uint32_t data = 0;
    uint32_t ack = 0;
    if (digest)
    {
        const bool hpccSim = std::string(bare.name) == "hpcc-sim";
        data = hpccSim ? 2 : digest::wire_bytes(settings.DigestThousandths() / 1000.0);
        ack = hpccSim ? 0 : data;
    }
    if (notices)
    {
        data += 8;
        ack += 5;
    }
    return with_feedback(bare, data, ack);
}

Framing
FramingOf(Reliability reliability)
{
    switch (reliability)
    {
    case Reliability::rud:
        return Framing::rud;
    case Reliability::irn:
        return Framing::irn;
    default:
        return Framing::roce;
    }
}

/// The queue limits that follow from the settings of parts, as DerivedCurve does.
struct DerivedLimit
{
    TrimSettings settings;
    Time rtt;

    Bytes
    operator()(Rate rate, bool lastHop) const
    {
        return settings.Limit(rate, lastHop, rtt);
    }
};

template <class Part>
bool
Same(const Part& one, const Part& other)
{
    return Keys().add(one).written() == Keys().add(other).written();
}

/// Forgets what was derived from settings that have changed since, or in another mode: a program
/// may change them in what DefaultConfig returns.
void
ForgetStale(FabricSettings& fabric)
{
    const bool trimming = fabric.mode == FabricMode::TRIMMING;
    if (const auto* curve = fabric.red.target<DerivedCurve>(); curve != nullptr)
    {
        const bool same =
            Same(curve->ecn, fabric.marking) && curve->trimmed.has_value() == trimming;
        if (!same || (trimming && !Same(curve->trimmed->settings, fabric.trimming)))
        {
            fabric.red = nullptr;
            fabric.markFirst = false;
        }
    }
    if (const auto* limit = fabric.trim.target<DerivedLimit>(); limit != nullptr)
    {
        if (!Same(limit->settings, fabric.trimming))
        {
            fabric.trim = nullptr;
        }
    }
}

/// The limits and curves of a trimming fabric where nobody has chosen others.
void
FillTrimming(FabricSettings& fabric, Time rtt)
{
    if (!fabric.trim)
    {
        fabric.trim = DerivedLimit{fabric.trimming, rtt};
    }
    if (!fabric.red)
    {
        fabric.red = DerivedCurve{fabric.marking, DerivedCurve::Trimmed{fabric.trimming, rtt}};
    }
}

/// What the settings of parts come to in a network of that base RTT, where nobody has chosen more.
template <class Rtt>
void
FillParts(FabricSettings& fabric, Rtt rtt)
{
    ForgetStale(fabric);
    if (fabric.mode == FabricMode::TRIMMING && !(fabric.trim && fabric.red))
    {
        FillTrimming(fabric, rtt());
    }
    if (!fabric.red)
    {
        fabric.markFirst = fabric.markFirst || !fabric.marking.Fixed();
        fabric.red = DerivedCurve{fabric.marking, {}};
    }
    if (fabric.lb.kind == SwitchLb::FLOWLET && !fabric.lb.flowlet.gap)
    {
        fabric.lb.flowlet.gap = rtt();
    }
}

/// Of INT: HPCC-sim's units grow with the rate of its NICs (run.py: INT_MULTI = rate / 25G).
void
ChooseRecords(NetworkConfig& config, const FabricPlan& plan)
{
    IntFormat& format = config.fabric.intFormat;
    if (config.fabric.feedback.records == IntRecords::HPCC_SIM)
    {
        const int64_t multi = host_rate(plan).bps / gbps(25).bps;
        format = IntFormat::HpccSim(static_cast<uint32_t>(std::max<int64_t>(multi, 1)));
    }
    for (uint32_t function = 0; function < config.FunctionCount(); ++function)
    {
        config.Function(function).quirks.int_wrap = {format.TimeWrap(), format.BytesWrap()};
    }
}

/// What the functions need of switches, taken together.
Needs
NeedsOf(const NetworkConfig& config)
{
    Needs needs = NeedsOf(config.nic);
    for (const NicConfig& nic : config.functions)
    {
        needs = needs | NeedsOf(nic);
    }
    return needs;
}

/// Returns sizes that no packet of the two framings exceeds: switches make room by them, and cut by
/// them.
Wire
Widest(const Wire& a, const Wire& b)
{
    Wire wire = a;
    for (const auto size : {&Wire::data_overhead,
                            &Wire::first_extra,
                            &Wire::telemetry,
                            &Wire::ack,
                            &Wire::ack_telemetry,
                            &Wire::cnp,
                            &Wire::trimmed,
                            &Wire::credit,
                            &Wire::pfc,
                            &Wire::pad_to,
                            &Wire::per_packet,
                            &Wire::minimum})
    {
        wire.*size = std::max(a.*size, b.*size);
    }
    wire.extensions = a.extensions || b.extensions;
    return wire;
}

/// What of the feedback is switched on now, and not yet charged for.
struct Fresh
{
    bool digest;
    bool notices;
};

/// Gives a function its framing, and asks for what its CC needs. Returns the owner of the framing.
std::shared_ptr<const Wire>
ServeFunction(NicConfig& nic, Fresh fresh, FabricSettings& fabric)
{
    const Needs needs = NeedsOf(nic);
    if (nic.wire == nullptr)
    {
        nic.wire = &wire_named("roce", FramingOf(nic.reliability));
    }
    const Wire& stamped = has(needs, Needs::rtt) ? with_timestamps(*nic.wire) : *nic.wire;
    const bool digest = fresh.digest && has(needs, Needs::digest);
    const bool notices = fresh.notices && has(needs, Needs::notices);
    auto wire =
        std::make_shared<const Wire>(WithFeedback(stamped, digest, notices, fabric.feedback));
    nic.wire = wire.get();
    if (has(needs, Needs::ecn) || has(needs, Needs::cnp))
    {
        fabric.ecn = nic.ecn_capable = true;
    }
    if (has(needs, Needs::telemetry))
    {
        fabric.telemetry = nic.telemetry = true;
    }
    if (digest)
    {
        nic.digest = fabric.digest->Thousandths();
    }
    // UEC: a receiver that grants credit minds the last hop itself.
    if (GrantsCredit(nic))
    {
        fabric.ecnLastHop = false;
    }
    return wire;
}

/// Serves all functions. What switches reckon with is the largest of what they send.
void
ServeFunctions(NetworkConfig& config, Fresh fresh)
{
    config.wire = ServeFunction(config.nic, fresh, config.fabric);
    config.fabric.wire = config.wire.get();
    if (config.functions.empty())
    {
        return;
    }
    std::vector<std::shared_ptr<const Wire>> wires;
    Wire widest = *config.wire;
    for (NicConfig& nic : config.functions)
    {
        wires.push_back(ServeFunction(nic, fresh, config.fabric));
        widest = Widest(widest, *nic.wire);
    }
    wires.push_back(std::make_shared<const Wire>(widest));
    config.fabric.wire = wires.back().get();
    config.wires = std::move(wires); // functions pointed into the old ones until now
}

/// Refuses a function whose receiver or transport cannot serve its CC. `of` is its field in
/// NetworkConfig.
void
CheckFunction(const NicConfig& nic, const std::string& of)
{
    const Needs needs = NeedsOf(nic);
    const ReceiverOps* receiver = nic.receiver.ops;
    const bool cnps = receiver != nullptr && has(receiver->slot.info->needs, Needs::cnp);
    const auto refuse = [&](const std::string& need, const std::string& remedy) {
        throw BadInput("the CC " + NameOf(nic) + " needs " + need + ": set NetworkConfig::" + of +
                       remedy);
    };
    if (has(needs, Needs::cnp) && !cnps && !nic.quirks.marks_are_cnps)
    {
        refuse("CNPs, which this receiver does not send", ".receiver to choose_receiver(\"cnp\")");
    }
    if (has(needs, Needs::credits) && !GrantsCredit(nic))
    {
        refuse("credit, which this receiver does not grant",
               ".receiver to choose_receiver(\"credit\")");
    }
    if (has(needs, Needs::credits) && nic.reliability != Reliability::rud)
    {
        refuse("credit, which only RUD's headers can ask for", ".reliability to Reliability::rud");
    }
}

/// Refuses two functions that ask switches for things that they can do for all packets or none.
void
CheckPair(const NicConfig& one, const NicConfig& other)
{
    const Needs needs = NeedsOf(one);
    const Needs others = NeedsOf(other);
    const std::string names = "the CCs " + NameOf(one) + " and " + NameOf(other);
    if (has(needs, Needs::notices) && !has(others, Needs::notices))
    {
        throw BadInput(names + " cannot share a fabric: switches would send the notices of " +
                       NameOf(one) + " to senders of " + NameOf(other) + " as well");
    }
    if (has(needs, Needs::digest) && has(others, Needs::telemetry))
    {
        throw BadInput(names + " cannot share a fabric: a packet asks for INT with the same bit as "
                               "for a digest, and switches would write both into both");
    }
    const bool marked = has(others, Needs::ecn) || has(others, Needs::cnp);
    if (GrantsCredit(one) && !GrantsCredit(other) && marked)
    {
        throw BadInput(names + " cannot share a fabric: the receiver of " + NameOf(one) +
                       " grants credit in place of ECN marks at the last hop, and " +
                       NameOf(other) + " needs these");
    }
}

} // namespace

void
ServeNeeds(NetworkConfig& config, const FabricPlan& plan)
{
    const Needs needs = NeedsOf(config);
    FabricSettings& fabric = config.fabric;
    const Fresh fresh{has(needs, Needs::digest) && fabric.digest == nullptr,
                      has(needs, Needs::notices) && !fabric.notices};
    if (fresh.digest)
    {
        fabric.digest = std::make_shared<DigestScale>(fabric.feedback.DigestThousandths());
    }
    ServeFunctions(config, fresh);
    const auto rtt = [&plan, &config] {
        return network_rtt(plan, FabricIndex(plan), config.nic.mtu, *config.nic.wire);
    };
    if (fresh.digest)
    {
        fabric.digestPeriod = rtt();
    }
    fabric.notices = fabric.notices || fresh.notices;
    fabric.control = fabric.scheduling.Control();
    ChooseRecords(config, plan);
    FillParts(fabric, rtt);
}

void
CheckNeeds(const NetworkConfig& config)
{
    CheckFunction(config.nic, "nic");
    for (size_t i = 0; i < config.functions.size(); ++i)
    {
        CheckFunction(config.functions[i], "functions[" + std::to_string(i) + "]");
    }
    for (uint32_t one = 0; one < config.FunctionCount(); ++one)
    {
        for (uint32_t other = 0; other < config.FunctionCount(); ++other)
        {
            CheckPair(config.Function(one), config.Function(other));
        }
    }
}

} // namespace hpnsim
