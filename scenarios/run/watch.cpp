// SPDX-License-Identifier: GPL-2.0-only
// Asks everything that observes a run, between its events, whether its time has come.
#include "run/watch.hpp"

#include "run/collect.hpp"

#include "ns3/simulator.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint64_t kEnd = 1, kShow = 2;  // what somebody asks for
constexpr Time kAuditPeriod = microseconds(5);
constexpr uint64_t kAuditedPerEvent = 16;

}  // namespace

Watch::Watch(const Subjects& subjects, const CommonOptions& options, const std::string& label)
    : subjects_(subjects), progress_(label, options.quiet),
      stall_(subjects.network, subjects.carrier, options),
      audit_at_(subjects.audit != nullptr ? Time{} : Time::max())
{
    subjects_.network.Watch(this);
}

Watch::~Watch()
{
    subjects_.network.Watch(nullptr);
}

/// Returns what any rank is asked to do.
uint64_t Watch::agreed(uint64_t asked) const
{
    Ranks* ranks = subjects_.network.TheRanks();
    return ranks != nullptr ? ranks->Any(Ranks::About::LOOK, asked) : asked;
}

EventWatcher::Next Watch::Look(const ns3::Scheduler::EventKey& event)
{
    const Time next{static_cast<int64_t>(event.m_ts)};
    subjects_.sampler.catch_up(next);
    subjects_.peers.catch_up(next);
    subjects_.goodput.catch_up(next);
    if (audit_at_ <= next) audit(next);
    const uint64_t asked = agreed((Interrupt::asked() ? kEnd : 0) | (progress_.due() ? kShow : 0));
    interrupted_ = (asked & kEnd) != 0;
    if (interrupted_ || stall_.look(event)) ns3::Simulator::Stop();
    if ((asked & kShow) != 0)
        progress_.update(subjects_.carrier.now(), subjects_.workload.progress(),
                         packet_hops(subjects_.network));
    Next wish = stall_.next();
    // All are due before the first event after that time.
    const Time sample = std::min({subjects_.sampler.due(), subjects_.peers.due(), subjects_.goodput.due()});
    if (sample < Time::max()) wish.at = std::min(wish.at, static_cast<uint64_t>(sample.ps) + 1);
    wish.at = std::min(wish.at, static_cast<uint64_t>(audit_at_.ps));
    return wish;
}

/// With very many packets on long links a check waits for more events, so that the audit's cost stays in
/// proportion to the run's.
void Watch::audit(Time next)
{
    audit_at_ = next + kAuditPeriod;
    const uint64_t events = ns3::Simulator::GetEventCount();
    if (events - audited_ < subjects_.audit->Work() / kAuditedPerEvent) return;
    audited_ = events;
    if (!subjects_.audit->Check()) {
        ns3::Simulator::Stop();
        audit_at_ = Time::max();
    }
}

std::string Watch::stopped() const
{
    if (const LawFault* fault = subjects_.network.BadLaw()) return fault->sentence;
    std::string stalled = stall_.sentence();
    if (!stalled.empty() || !subjects_.network.NothingLeft()) return stalled;
    return "nothing is left to happen after " + in_us(subjects_.carrier.now()) + ": " +
           describe_waits(subjects_.network);
}

}  // namespace hpnsim
