// SPDX-License-Identifier: GPL-2.0-only
// Draws what happens to each packet on a link with faults, from a random stream of the link's own.
#include "faults/link_faults.hpp"

#include "hpnsim/random_streams.hpp"

namespace hpnsim
{

namespace
{

using What = Impairment::What;

/// Each impairment's random stream, in the order of Impairment::What.
constexpr StreamKind kStreams[kImpairments] = {
    StreamKind::link_loss,    StreamKind::link_burst,     StreamKind::link_every,  StreamKind::link_corrupt,
    StreamKind::link_reorder, StreamKind::link_duplicate, StreamKind::link_jitter, StreamKind::link_vanish};

FaultEffect EffectOf(What what)
{
    switch (what) {
    case What::burst:
        return FaultEffect::LOST_BURST;
    case What::every:
        return FaultEffect::LOST_PERIODIC;
    default:
        return FaultEffect::LOST_RANDOM;
    }
}

}  // namespace

const char* FaultEffectName(FaultEffect effect)
{
    static const char* const names[kFaultEffects] = {
        "lost_random", "lost_burst", "lost_periodic", "lost_link_down", "lost_slow_receiver",
        "lost_pfc",    "corrupted",  "duplicated",    "reordered",      "jittered"};
    return names[static_cast<int>(effect)];
}

LinkFaults::LinkFaults(uint64_t seed, uint32_t globalPort)
{
    for (int i = 0; i < kImpairments; ++i) {
        m_active[i].stream = stream_of(seed, kStreams[i], globalPort);
    }
}

void LinkFaults::Begin(const Impairment& impairment)
{
    Active& active = m_active[static_cast<int>(impairment.what)];
    active.what = impairment;
    active.on = true;
    active.bad = false;
    active.count = 0;
}

void LinkFaults::Clear()
{
    for (Active& active : m_active) {
        active.on = false;
    }
}

/// Throws a single die for each packet that the impairment concerns.
bool LinkFaults::Hits(Active& active)
{
    return next_uniform(active.stream) < active.what.rate;
}

bool LinkFaults::Loses(Active& active)
{
    const Impairment& is = active.what;
    switch (is.what) {
    case What::burst: {
        // Each packet takes two dice: whether it is lost in this state, and which state comes next.
        const bool lost = next_uniform(active.stream) < (active.bad ? is.loss_bad : is.loss_good);
        const bool change = next_uniform(active.stream) < (active.bad ? is.to_good : is.to_bad);
        active.bad = active.bad != change;
        return lost;
    }
    case What::every:
        return ++active.count % is.period == 0;
    case What::vanish:
        return ++active.count == is.period;
    default:
        return Hits(active);
    }
}

void LinkFaults::Delay(Active& active, Verdict& verdict)
{
    const Impairment& is = active.what;
    if (is.what == What::reorder) {
        if (Hits(active)) {
            verdict.late += is.delay;
            verdict.overtaken = true;
            Count(FaultEffect::REORDERED);
        }
        return;
    }
    const auto most = static_cast<uint64_t>(is.delay.ps);
    verdict.late += Time{static_cast<int64_t>(next_below(active.stream, most + 1))};
    verdict.overtaken |= !is.keep_order;
    Count(FaultEffect::JITTERED);
}

LinkFaults::Verdict LinkFaults::Judge(Packet& packet)
{
    Verdict verdict;
    const PacketSet kind = set_of(packet.kind);
    for (Active& active : m_active) {
        if (!active.on || (active.what.of & kind) == 0) {
            continue;
        }
        switch (active.what.what) {
        case What::loss:
        case What::burst:
        case What::every:
        case What::vanish:
            // Every die is thrown, whatever the others say, so that one loss does not shift another's dice.
            if (Loses(active) && !verdict.lost) {
                verdict.lost = true;
                verdict.why = EffectOf(active.what.what);
                verdict.silent = active.what.what == What::vanish;
            }
            break;
        case What::corrupt:
            if (Hits(active)) {
                packet.corrupted = true;
                Count(FaultEffect::CORRUPTED);
            }
            break;
        case What::duplicate:
            verdict.twice = Hits(active);
            break;
        case What::reorder:
        case What::jitter:
            Delay(active, verdict);
            break;
        }
    }
    return verdict;
}

bool LinkFaults::LosesPause()
{
    bool lost = false;
    for (Active& active : m_active) {
        const What what = active.what.what;
        const bool loses = what == What::loss || what == What::burst || what == What::every ||
                           what == What::corrupt || what == What::vanish;
        if (active.on && loses && (active.what.of & kPfcFrames) != 0) {
            lost |= Loses(active);
        }
    }
    return lost;
}

void LinkFaults::Count(FaultEffect effect)
{
    ++m_counts[static_cast<int>(effect)];
}

void LinkFaults::CountArriving(FaultEffect effect)
{
    ++m_arriving[static_cast<int>(effect)];
}

FaultCounts LinkFaults::Counts() const
{
    FaultCounts sum = m_counts;
    for (int i = 0; i < kFaultEffects; ++i) sum[i] += m_arriving[i];
    return sum;
}

}  // namespace hpnsim
