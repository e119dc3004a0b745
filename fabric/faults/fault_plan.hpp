// SPDX-License-Identifier: GPL-2.0-only
// A FaultPlan says what goes wrong in a fabric, and when. It is plain data, in node and port numbers of a
// FabricPlan: the scenarios read it from a schedule file, the ns-3 module makes it happen.
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hpnsim
{

/// A set of packet kinds, as bits by PacketKind. PFC frames are no Packets and have a bit of their own.
using PacketSet = uint16_t;
constexpr PacketSet set_of(PacketKind kind)
{
    return static_cast<PacketSet>(1U << static_cast<unsigned>(kind));
}
inline constexpr PacketSet kPfcFrames = 1U << 15;
/// Data packets are payload and the requests for it: requests, and the answers to READs.
inline constexpr PacketSet kDataPackets = set_of(PacketKind::data) | set_of(PacketKind::response);
inline constexpr PacketSet kAllPackets = 0x7fff;  ///< everything but PFC frames

/// Says what one direction of one link does to the packets that are sent over it.
struct Impairment {
    enum class What : uint8_t {
        loss,   ///< each packet by itself, with probability `rate`
        burst,  ///< Gilbert-Elliott: a good and a bad state (Gilbert, BSTJ 39, 1960; Elliott, BSTJ 42, 1963)
        every,  ///< every `period`-th packet is lost
        corrupt,    ///< arrives, but its ICRC does not match
        reorder,    ///< is held back for `delay` with probability `rate`; others overtake it
        duplicate,  ///< arrives twice
        jitter,     ///< 0 to `delay` more on the way, uniform
        vanish,     ///< tests only: the `period`-th packet is lost and nobody is told: a bug of the simulator
    };
    What what = What::loss;
    PacketSet of = kAllPackets;
    double rate = 0;                     ///< probability per packet: loss, corrupt, reorder, duplicate
    double to_bad = 0, to_good = 1;      ///< burst: probability per packet of changing state
    double loss_good = 0, loss_bad = 1;  ///< burst: loss in either state (Gilbert's own channel: 0 and 1 - h)
    uint64_t period = 0;                 ///< every, vanish
    Time delay;                          ///< reorder: exactly; jitter: at most
    bool keep_order = false;             ///< jitter: a packet waits for those before it
};
inline constexpr int kImpairments = 8;

/// Says which directions of a link are meant, seen from the port that a fault names.
enum class Direction : uint8_t { both, out, in };

/// One event of the schedule.
struct Fault {
    enum class Act : uint8_t {
        down,     ///< the link at (node, port) is cut: nothing that is on it arrives
        up,       ///< it works again, unless one of its nodes is dead
        kill,     ///< the node is dead: all its links are down
        revive,   ///< it is back; links that were cut by themselves stay cut
        impair,   ///< begins `impairment`, replacing one of the same kind on that link
        clear,    ///< ends all impairments of the link
        degrade,  ///< the link at (node, port) keeps only `share` of its rate; 1 gives it back
        slow,     ///< the receiver behind (node, port), a NIC's, takes data at `rate` only
        storm,    ///< (node, port) sends PAUSE for `priority` continuously, for `duration`
    };
    static constexpr uint32_t kEveryLink = ~uint32_t{0};  ///< as `node`: all links of the fabric
    static constexpr uint16_t kEveryPort = 0xffff;        ///< as `port`: all ports of the node

    Time at;
    Act act = Act::down;
    uint32_t node = 0;
    uint16_t port = kEveryPort;
    Direction direction = Direction::both;  ///< impair, clear
    Impairment impairment;
    Rate rate;                ///< slow
    Bytes buffer = 64 << 10;  ///< slow: wire bytes that it takes before it pauses its upstream
    Priority priority = kDataPriority;
    Time duration;
    double share = 1;                      ///< degrade
    std::optional<Time> detect, converge;  ///< down, up, kill, revive: instead of the plan's own
    std::optional<Time> failback;          ///< up, revive: likewise

    /// True if a link or a node goes down.
    bool cuts() const { return act == Act::down || act == Act::kill; }
};

struct FaultPlan {
    std::vector<Fault> faults;  ///< by time; those of one time in the order of the file
    /// The time from a change of a link until its two ends know of it. Loss of signal is noticed within
    /// microseconds, and switches wait some before they believe it: an assumption.
    Time detect = microseconds(10);
    /// The time from there until all others know of it: the withdrawal of host routes through the fabric (HPN
    /// section 4: /32 routes by BGP). An assumption: the paper gives no time.
    Time converge = milliseconds(1);
    /// The time from when a NIC notices that a port works again until its bond takes the port back: LACP and
    /// the driver's hold time. Only then is its route announced, which takes `converge`. None: at once.
    Time failback;

    /// True if links or nodes go down, so that routes must follow.
    bool changes_links() const
    {
        for (const Fault& fault : faults)
            if (fault.cuts()) return true;
        return false;
    }
    /// True if PFC may fail to protect, because its frames are lost or a storm breaks its rules.
    bool disturbs_pfc() const
    {
        for (const Fault& fault : faults)
            if ((fault.act == Fault::Act::impair && (fault.impairment.of & kPfcFrames) != 0) || fault.cuts())
                return true;
        return false;
    }
};

}  // namespace hpnsim
