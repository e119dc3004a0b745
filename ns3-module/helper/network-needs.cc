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

/// What the CC of the NICs needs; nothing if there is none.
Needs
NeedsOf(const NetworkConfig& config)
{
    return config.nic.cc.ops == nullptr ? Needs::nothing : config.nic.cc.ops->slot.info->needs;
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
    config.nic.quirks.int_wrap = {format.TimeWrap(), format.BytesWrap()};
}

} // namespace

void
ServeNeeds(NetworkConfig& config, const FabricPlan& plan)
{
    const Needs needs = NeedsOf(config);
    FabricSettings& fabric = config.fabric;
    NicConfig& nic = config.nic;
    const bool digest = has(needs, Needs::digest) && fabric.digest == nullptr;
    const bool notices = has(needs, Needs::notices) && !fabric.notices;
    if (nic.wire == nullptr)
    {
        nic.wire = &wire_named("roce", FramingOf(nic.reliability));
    }
    const Wire& stamped = has(needs, Needs::rtt) ? with_timestamps(*nic.wire) : *nic.wire;
    config.wire =
        std::make_shared<const Wire>(WithFeedback(stamped, digest, notices, fabric.feedback));
    nic.wire = fabric.wire = config.wire.get();
    if (has(needs, Needs::ecn) || has(needs, Needs::cnp))
    {
        fabric.ecn = nic.ecn_capable = true;
    }
    if (has(needs, Needs::telemetry))
    {
        fabric.telemetry = nic.telemetry = true;
    }
    const auto rtt = [&plan, &nic] {
        return network_rtt(plan, FabricIndex(plan), nic.mtu, *nic.wire);
    };
    if (digest)
    {
        fabric.digest = std::make_shared<DigestScale>(fabric.feedback.DigestThousandths());
        fabric.digestPeriod = rtt();
        nic.digest = fabric.digest->Thousandths();
    }
    fabric.notices = fabric.notices || notices;
    // UEC: a receiver that grants credit minds the last hop itself.
    if (nic.receiver.ops != nullptr && nic.receiver.ops->scope == Scope::port)
    {
        fabric.ecnLastHop = false;
    }
    fabric.control = fabric.scheduling.Control();
    ChooseRecords(config, plan);
    FillParts(fabric, rtt);
}

void
CheckNeeds(const NetworkConfig& config)
{
    const NicConfig& nic = config.nic;
    const Needs needs = NeedsOf(config);
    const ReceiverOps* receiver = nic.receiver.ops;
    const bool credit = receiver != nullptr && receiver->scope == Scope::port;
    const bool cnps = receiver != nullptr && has(receiver->slot.info->needs, Needs::cnp);
    const auto refuse = [&](const std::string& need, const std::string& remedy) {
        throw BadInput("the CC " + std::string(nic.cc.ops->slot.info->name) + " needs " + need +
                       ": " + remedy);
    };
    if (has(needs, Needs::cnp) && !cnps && !nic.quirks.marks_are_cnps)
    {
        refuse("CNPs, which this receiver does not send",
               "set NetworkConfig::nic.receiver to choose_receiver(\"cnp\")");
    }
    if (has(needs, Needs::credits) && !credit)
    {
        refuse("credit, which this receiver does not grant",
               "set NetworkConfig::nic.receiver to choose_receiver(\"credit\")");
    }
    if (has(needs, Needs::credits) && nic.reliability != Reliability::rud)
    {
        refuse("credit, which only RUD's headers can ask for",
               "set NetworkConfig::nic.reliability to Reliability::rud");
    }
}

} // namespace hpnsim
