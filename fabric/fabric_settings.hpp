// SPDX-License-Identifier: GPL-2.0-only
// FabricSettings say what the switches and links of a run do beyond forwarding. A switch never knows which
// congestion control runs: what an algorithm needs is switched on here.
#pragma once

#include "balancing/switch_lb.hpp"
#include "marking/ecn_marker.hpp"
#include "pfc/pfc_frame.hpp"
#include "telemetry/digest_stamper.hpp"
#include "telemetry/int_stamper.hpp"

#include "hpnsim/ecmp.hpp"
#include "hpnsim/wire.hpp"

#include <functional>

namespace hpnsim
{

enum class FabricMode {
    LOSSLESS,  ///< PFC for the lossless priorities
    LOSSY,     ///< the dynamic threshold drops
    TRIMMING,  ///< packets above a queue limit keep their headers only
};

/// Says how a switch divides its buffer among lossless ingresses.
struct BufferRules {
    std::function<double(Rate)> alpha;                ///< of an ingress by its port's rate; null: one for all
    std::function<Bytes(Rate, Time cable)> headroom;  ///< null: PfcControl::Headroom
    bool perPort{false};              ///< headroom and reserve are set aside once a port, not once a priority
    bool mayOverbook{false};          ///< they may exceed the buffer; sizes then have 32 bits and wrap
    bool unlessBothFull{false};       ///< SharedBuffer::AdmitUnlessBothFull
    PausedPriorities unaccounted{0};  ///< priorities, not lossless ones, that take no buffer
};

struct FabricSettings {
    FabricMode mode{FabricMode::LOSSLESS};
    Bytes buffer{0};      ///< per switch; 0: as the fabric plan says
    double alpha{0.125};  ///< of the dynamic threshold
    Bytes reserve{4096};  ///< per ingress port
    Bytes headroom{-1};   ///< per ingress port; -1: from rate, cable and MTU (PfcControl::Headroom)
    bool ecn{false};
    bool ecnLastHop{true};  ///< ports that lead to endpoints mark too
    bool telemetry{false};
    IntFormat intFormat;                ///< of the INT records
    std::function<RedCurve(Rate)> red;  ///< marking curve of a port by its rate; null: DefaultRed
    /// Lowers curves where PFC would stop senders, or a threshold would drop packets, before they mark
    /// (MarkingPlan). Off: `red` holds as it is.
    bool markFirst{false};
    MarkAt markAt{MarkAt::DEQUEUE};
    double phantom{0};  ///< share of its rate at which a port's phantom queue drains; 0: none
    std::shared_ptr<const DigestScale> digest;  ///< switches write digests; null: they do not
    Time digestPeriod;                          ///< over which ports average their utilisation
    double noticeFrames{0};                     ///< when so many full frames wait, senders are told; 0: never
    std::function<Bytes(Rate, bool lastHop)> trim;  ///< queue limit of a port; TRIMMING only
    Bytes controlLimit{0};  ///< of a port's queue of `control`; TRIMMING only; 0: no limit
    bool trims{true};       ///< TRIMMING: false drops whole what would be trimmed
    bool coin{false};       ///< TRIMMING: the victim is the arriving packet or, by a coin, the newest
                            ///< that waits (NDP, SIGCOMM'17, section 3.2.1)
    bool untilSent{false};  ///< a packet counts in its queue, and its mark is decided, until its
                            ///< last bit has left, as in uet-htsim; else until its first
    double loss{0};         ///< on every link
    const Wire* wire{nullptr};
    Bytes mtu{4096};
    uint64_t seed{1};
    /// The roles of the eight priorities: bit sets, and the weights of those that are not strict.
    PausedPriorities lossless{priority_bit(kDataPriority)};  ///< LOSSLESS: PFC guards these
    PausedPriorities strict{priority_bit(kControlPriority)};
    PausedPriorities marked{0xff};       ///< ECN applies to these
    Priority control{kControlPriority};  ///< TRIMMING: the priority of what was cut to its headers
    std::array<uint8_t, kPriorities> weights{1, 1, 1, 4, 1, 1, 1, 1};
    PfcSettings pfc;
    SwitchLbSettings lb;
    BufferRules rules;
    /// Counts in whole nanoseconds, with LinkTx's separate events in the order of scheduling.
    bool wholeNs{false};
    bool scheduledOrder{false};
    /// A packet that finds its egress idle passes through without being admitted and queued.
    bool passThrough{true};
    bool packetTurns{false};                    ///< PortScheduler: a packet a turn, ascending priorities
    bool peakWithoutWire{false};                ///< peak queues leave out what is being sent
    std::function<EcmpHash(uint32_t sw)> hash;  ///< null: EcmpHash's own, salted by the seed
};

}  // namespace hpnsim
