// SPDX-License-Identifier: GPL-2.0-only
// LinkFaults decides packet by packet what is wrong with one direction of one link, and counts what it did.
// It exists only for links that something is wrong with, or that somebody watches (--audit).
#pragma once

#include "faults/fault_plan.hpp"
#include "hpnsim/packet.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace hpnsim
{

/// What a fault did to a packet. The names are keys of summary.json.
enum class FaultEffect : uint8_t {
    LOST_RANDOM,    ///< impairment `loss`
    LOST_BURST,     ///< impairment `burst`
    LOST_PERIODIC,  ///< impairment `every`
    LOST_DOWN,      ///< sent into a dead link, or on it when it was cut
    LOST_RECEIVER,  ///< no room at a slow receiver
    LOST_PAUSE,     ///< a PFC frame, whatever lost it
    CORRUPTED,
    DUPLICATED,
    REORDERED,
    JITTERED,
};
constexpr int kFaultEffects = 10;
const char* FaultEffectName(FaultEffect effect);

using FaultCounts = std::array<uint64_t, kFaultEffects>;

/// Hears what faults do, for `--audit` and for tests. Where nodes run in several lanes, either end's may tell
/// it.
class FaultListener
{
public:
    virtual ~FaultListener() = default;
    /// The packet is lost on the link that leaves the port with this number in the fabric.
    virtual void Lost(const Packet& packet, uint32_t globalPort, FaultEffect why) = 0;
};

/**
 * \brief The state of one direction of a link: cut or not, its impairments, and their dice.
 *
 * Each impairment draws from a stream of its own, named by the run's seed and the port: what
 * happens to one link never depends on another, nor on what else is wrong with the same one.
 *
 * The nodes at the two ends may run at the same time: each has what it changes for itself. `up` and `epoch`
 * change while neither runs.
 */
class LinkFaults
{
public:
    LinkFaults(uint64_t seed, uint32_t globalPort);

    /// Begins an impairment; one of the same kind is replaced, and its dice go on.
    void Begin(const Impairment& impairment);
    /// Ends all impairments.
    void Clear();

    /// Says what is to happen to a packet.
    struct Verdict {
        bool lost{false};
        bool silent{false};  ///< lost without a trace
        bool twice{false};
        bool overtaken{false};  ///< `late` does not hold up those behind it
        Time late;
        FaultEffect why{FaultEffect::LOST_RANDOM};
    };

    /// Rolls the dice for a packet that is about to be sent; may corrupt it.
    Verdict Judge(Packet& packet);
    /// Throws the dice for a PFC frame; true if it is lost.
    bool LosesPause();

    /// Counts what happens as a packet is sent.
    void Count(FaultEffect effect);
    /// The same as it arrives.
    void CountArriving(FaultEffect effect);
    FaultCounts Counts() const;

    /// A packet that others overtake.
    struct Late {
        Packet* packet;
        Time arrival;
        uint32_t epoch;  ///< when it was sent
    };

    // LinkTx keeps its state here when only links with faults need it.
    bool up{true};
    uint32_t epoch{0};  ///< cuts so far: what left in an earlier one never arrives
    FaultListener* listener{nullptr};
    // The sending node's:
    Time lastArrival;       ///< of a packet that keeps its order
    Packet* sent{nullptr};  ///< the packet sent last; null: it is lost already
    Packet* twin{nullptr};  ///< its copy, if it was duplicated
    // The receiving node's:
    uint64_t voided{0};      ///< how many of the packets in order on the wire a cut has taken
    std::vector<Late> late;  ///< out of order on the wire, in the order of sending

private:
    struct Active {
        Impairment what;
        bool on{false};
        bool bad{false};  ///< burst: in the bad state
        uint64_t count{0};
        uint64_t stream{0};
    };

    bool Hits(Active& active);
    bool Loses(Active& active);
    void Delay(Active& active, Verdict& verdict);

    std::array<Active, kImpairments> m_active;  // in the order of Impairment::What
    FaultCounts m_counts{};
    FaultCounts m_arriving{};
};

}  // namespace hpnsim
