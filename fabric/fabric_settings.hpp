// SPDX-License-Identifier: GPL-2.0-only
// FabricSettings say what the switches and links of a run do beyond forwarding: they hold the settings of
// each part, into which a user's keys are read, and beside them what is derived for one network. A switch
// never knows which congestion control runs: what an algorithm needs is switched on here.
#pragma once

#include "balancing/switch_lb.hpp"
#include "buffer/buffer_settings.hpp"
#include "marking/ecn_settings.hpp"
#include "pfc/pfc_settings.hpp"
#include "pfc/watchdog_settings.hpp"
#include "queueing/scheduling_settings.hpp"
#include "telemetry/digest_stamper.hpp"
#include "telemetry/int_stamper.hpp"
#include "telemetry/telemetry_settings.hpp"
#include "trimming/trim_settings.hpp"

#include "hpnsim/ecmp.hpp"
#include "hpnsim/wire.hpp"

#include <functional>
#include <memory>
#include <string>

namespace hpnsim
{

class DestinationGroups;
class Keys;

enum class FabricMode {
    LOSSLESS,  ///< PFC for the lossless priorities
    LOSSY,     ///< the dynamic threshold drops
    TRIMMING,  ///< packets above a queue limit keep their headers only
};

/// `lossless`, `lossy` or `trimming`. Throws BadInput that begins with `what` and names the nearest.
FabricMode FabricModeOf(const std::string& what, const std::string& name);

/// The parts of a switch that have keys of --fabric.
struct FabricParts {
    BufferSettings buffer;
    EcnSettings marking;
    TrimSettings trimming;
    PfcSettings pfc;
    WatchdogSettings watchdog;
    SchedulingSettings scheduling;
    TelemetrySettings feedback;

    /// The keys of all parts. They refer to this object.
    Keys keys();
    Keys keys() const;
};

struct FabricSettings : FabricParts {
    FabricMode mode{FabricMode::LOSSLESS};
    SwitchLbSettings lb;

    // What a CC and its receiver need (ServeNeeds).
    bool ecn{false};
    bool ecnLastHop{true};  ///< ports that lead to endpoints mark too
    bool telemetry{false};  ///< INT records
    bool notices{false};
    std::shared_ptr<const DigestScale> digest;  ///< switches write digests; null: they do not
    Time digestPeriod;                          ///< over which ports average their utilisation

    // What the parts come to in this network.
    std::function<RedCurve(Rate)> red;              ///< marking curve of a port; null: EcnSettings::At
    std::function<Bytes(Rate, bool lastHop)> trim;  ///< queue limit of a port; TRIMMING only
    /// Curves come down where PFC would stop senders, or a threshold drop, before they mark
    /// (MarkingPlan). Off: `red` holds as it is.
    bool markFirst{false};
    IntFormat intFormat;                 ///< of the INT records
    Priority control{kControlPriority};  ///< of control packets, and of what was cut to its headers
    double loss{0};                      ///< on every link
    const Wire* wire{nullptr};
    Bytes mtu{4096};
    uint64_t seed{1};

    // Peers' quirks, which no key sets.
    Bytes controlLimit{0};  ///< of a port's queue of `control`; TRIMMING only; 0: no limit
    bool trims{true};       ///< TRIMMING: false drops whole what would be trimmed
    bool coin{false};       ///< TRIMMING: the victim is the arriving packet or, by a coin, the newest
                            ///< that waits (NDP, SIGCOMM'17, section 3.2.1)
    bool untilSent{false};  ///< a packet counts in its queue, and its mark is decided, until its
                            ///< last bit has left, as in uet-htsim; else until its first
    /// Whole nanoseconds, and LinkTx's separate events in the order of scheduling.
    bool wholeNs{false};
    /// A packet that finds its egress idle passes through without being admitted and queued; in the
    /// order of scheduling only one of which nobody could tell.
    bool scheduledOrder{false};
    bool packetTurns{false};                    ///< PortScheduler: a packet a turn, ascending priorities
    bool peakWithoutWire{false};                ///< peak queues leave out what is being sent
    std::function<EcmpHash(uint32_t sw)> hash;  ///< null: EcmpHash's own, salted by the seed

    std::shared_ptr<const DestinationGroups> groups;  ///< of the network; ROTATION only
};

}  // namespace hpnsim
