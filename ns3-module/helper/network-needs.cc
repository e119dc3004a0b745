// SPDX-License-Identifier: GPL-2.0-only
// Fulfils what a CC needs, with one function per need.
#include "network-needs.h"

#include "marking/marking_plan.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/digest.hpp"
#include "hpnsim/network_rtt.hpp"
#include "hpnsim/registry.hpp"

namespace hpnsim
{

namespace
{

// Limits of queues on trimming fabrics in BDPs of the port (uet-htsim; UEC tuning at the last hop).
constexpr double kMarkFrom = 0.2;
constexpr double kMarkAll = 0.8;
constexpr double kTrim = 1.0;
constexpr double kTrimLastHop = 1.5;

/// Returns what the CC of the NICs needs; nothing if there is none.
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
WithFeedback(const Wire& bare, bool digest, bool notices, const NeedDetails& details)
{
    uint32_t data = 0;
    uint32_t ack = 0;
    if (digest)
    {
        const bool hpccSim = std::string(bare.name) == "hpcc-sim";
        data = hpccSim ? 2 : digest::wire_bytes(details.digestBase / 1000.0);
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

/// Sets the curves and limits that nobody chose.
void
FillQueues(NetworkConfig& config, const FabricPlan& plan)
{
    FabricSettings& fabric = config.fabric;
    if (fabric.mode != FabricMode::TRIMMING)
    {
        fabric.markFirst = fabric.markFirst || !fabric.red;
        fabric.red = fabric.red ? fabric.red : DefaultRed;
        return;
    }
    if (fabric.trim && fabric.red)
    {
        return;
    }
    const Time rtt = network_rtt(plan, FabricIndex(plan), config.nic.mtu, *config.nic.wire);
    const auto share = [rtt](double bdps, Rate rate) {
        return static_cast<Bytes>(bdps * static_cast<double>(bytes_in(rtt, rate)));
    };
    if (!fabric.trim)
    {
        fabric.trim = [share](Rate rate, bool lastHop) {
            return share(lastHop ? kTrimLastHop : kTrim, rate);
        };
    }
    if (!fabric.red)
    {
        fabric.red = [share](Rate rate) {
            return RedCurve{share(kMarkFrom, rate), share(kMarkAll, rate), 1.0};
        };
    }
}

} // namespace

void
ServeNeeds(NetworkConfig& config, const FabricPlan& plan, const NeedDetails& details)
{
    const Needs needs = NeedsOf(config);
    FabricSettings& fabric = config.fabric;
    NicConfig& nic = config.nic;
    const bool digest = has(needs, Needs::digest) && fabric.digest == nullptr;
    const bool notices = has(needs, Needs::notices) && fabric.noticeFrames == 0;
    if (nic.wire == nullptr)
    {
        nic.wire = &wire_named("roce", FramingOf(nic.reliability));
    }
    const Wire& stamped = has(needs, Needs::rtt) ? with_timestamps(*nic.wire) : *nic.wire;
    config.wire = std::make_shared<const Wire>(WithFeedback(stamped, digest, notices, details));
    nic.wire = fabric.wire = config.wire.get();
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
        fabric.digest = std::make_shared<DigestScale>(details.digestBase);
        fabric.digestPeriod = network_rtt(plan, FabricIndex(plan), nic.mtu, *nic.wire);
        nic.digest = fabric.digest->Thousandths();
    }
    if (notices)
    {
        fabric.noticeFrames = details.noticeFrames;
    }
    // In UEC a receiver that grants credit looks after the last hop itself.
    if (nic.receiver.ops != nullptr && nic.receiver.ops->scope == Scope::port)
    {
        fabric.ecnLastHop = false;
    }
    FillQueues(config, plan);
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
    if (has(needs, Needs::cnp) && !cnps && !nic.marks_are_cnps)
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
