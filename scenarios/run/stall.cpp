// SPDX-License-Identifier: GPL-2.0-only
// Finds that a run moves nothing any more, and who keeps it busy.
#include "run/stall.hpp"

#include "ns3/simulator.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint64_t kLookEvery = 4096;     // events
constexpr uint64_t kScanEvery = 1 << 20;  // events; a scan asks every QP
constexpr uint32_t kCensus = 1000;        // events
constexpr Time kLeastSpan = milliseconds(1000);
constexpr int kRoundTrips = 16;  // a span holds at least so many
constexpr double kEvents = 20e6, kEventsPerQp = 5000;
constexpr uint64_t kForEver = ~uint64_t{0};

/// Returns the longest time for which the schedule intends to hold a packet up.
Time longest_hold(const NetworkConfig& config)
{
    const Bytes packet = config.nic.mtu + 256;  // with any headers
    Time longest;
    for (const Fault& fault : config.faults.faults) {
        longest = std::max(longest, fault.impairment.delay);
        if (fault.act == Fault::Act::slow && fault.rate.bps > 0)
            longest = std::max(longest, transmit_time(packet, fault.rate));
    }
    return longest;
}

/// Tells whether the schedule will still change something.
bool faults_due(const FaultPlan& plan, Time now)
{
    return std::any_of(plan.faults.begin(), plan.faults.end(), [now](const Fault& fault) {
        return fault.at > now || (fault.duration.ps > 0 && fault.duration > now - fault.at);
    });
}

std::string purpose(const QpWait& wait)
{
    const std::string so_far =
        wait.in_a_row > 0 ? " (" + std::to_string(wait.in_a_row) + " times in a row in vain)" : "";
    const bool timer = wait.until < Time::max();
    switch (wait.what) {
    case QpWait::For::turn:
        return "a port that is free and not paused";
    case QpWait::For::pacing:
        return "its own rate, which lets it send at " + in_us(wait.until) + so_far;
    case QpWait::For::receiver:
        return "a receive of its peer" + so_far;
    case QpWait::For::credit:
        return "credit" + so_far;
    case QpWait::For::acknowledgement:
        return "an acknowledgement" + (timer ? so_far : std::string(", without a retransmission timer"));
    case QpWait::For::nothing:
        break;
    }
    return "nothing";
}

/// Of two waits the worse one is told: one for ever before one for now, then the longer one.
bool worse(const QpWait& a, const QpWait& b)
{
    return a.ends != b.ends ? !a.ends : a.in_a_row > b.in_a_row;
}

}  // namespace

std::string in_us(Time t)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.3f us", t.us());
    return text;
}

namespace
{

/// Who waits, of some QPs.
struct Waits {
    uint64_t waiting = 0;
    QpWait worst;
    std::string who;  ///< has the worst wait
};

/// Adds what the QPs of other ranks wait for. Endpoints of equal waits come in the order of ranks.
void add_other_ranks(Ranks& ranks, Waits& waits)
{
    RankMessage own;
    MessageWriter out(own);
    out.Put(waits.waiting);
    out.Put(waits.worst);
    out.Put(waits.who);
    waits = {};
    for (const RankMessage& each : ranks.Share(Ranks::About::LOOK, own)) {
        MessageReader in(each);
        const auto more = in.Get<uint64_t>();
        const auto wait = in.Get<QpWait>();
        const std::string who = in.Text();
        if (more > 0 && (waits.waiting == 0 || worse(wait, waits.worst))) {
            waits.worst = wait;
            waits.who = who;
        }
        waits.waiting += more;
    }
}

}  // namespace

std::string describe_waits(RoceNetwork& network)
{
    const Time now = network.GetClock().Now();
    Waits waits;
    network.ForEachNic([&](uint32_t endpoint, Nic& nic) {
        for (uint32_t qp = nic.first_qp(); qp < nic.end_qp(); ++qp) {
            const QpWait wait = nic.waits(qp, now);
            if (wait.what == QpWait::For::nothing) continue;
            if (waits.waiting++ > 0 && !worse(wait, waits.worst)) continue;
            waits.worst = wait;
            waits.who = "QP " + std::to_string(qp) + " from endpoint " + std::to_string(endpoint) + " to " +
                        std::to_string(nic.peer(qp)) + " (CC " + nic.config().cc.ops->slot.info->name + ")";
        }
    });
    if (Ranks* ranks = network.TheRanks(); ranks != nullptr && ranks->Whole()) add_other_ranks(*ranks, waits);
    const auto& [waiting, worst, who] = waits;
    if (waiting == 0) return "no QP has unfinished work";
    std::string others;
    if (waiting == 2) others = ", as one more QP does";
    if (waiting > 2) others = ", as " + std::to_string(waiting - 1) + " more QPs do";
    return who + " waits for " + purpose(worst) + others;
}

StallGuard::StallGuard(RoceNetwork& network, const NetworkCarrier& carrier, const CommonOptions& options)
    : network_(network), carrier_(carrier), automatic_(!options.stall_events)
{
    most_events_ = options.stall_events.value_or(kEvents);
    span_ = options.stall_ms ? microseconds_f(*options.stall_ms * 1000)
                             : std::max(kLeastSpan, longest_hold(network.Config()) * kRoundTrips);
    mark(network.GetClock().Now(), 0);
}

void StallGuard::mark(Time now, uint64_t events)
{
    moved_at_ = now;
    moved_events_ = scanned_events_ = events;
    look_at_ = span_.ps > 0 ? static_cast<uint64_t>((now + span_).ps) : kForEver;
}

/// Observers must not change when a run ends, so the guard looks only at moments of its own.
bool StallGuard::look(const ns3::Scheduler::EventKey& event)
{
    const uint64_t events = ns3::Simulator::GetEventCount();
    if (events < look_events_ && event.m_ts < look_at_) return false;
    bool over = false;
    if (census_ > 0)
        over = take_census(event);
    else
        find_stall(event, events);
    look_events_ = events + (census_ > 0 ? 1 : kLookEvery);
    return over;
}

EventWatcher::Next StallGuard::next() const
{
    return {look_at_, look_events_ - ns3::Simulator::GetEventCount()};
}

/// Begins a census if the run has stalled.
void StallGuard::find_stall(const ns3::Scheduler::EventKey& event, uint64_t events)
{
    const Time next{static_cast<int64_t>(event.m_ts)};
    if (carrier_.steps() != steps_) {
        steps_ = carrier_.steps();
        mark(network_.GetClock().Now(), events);
    }
    const auto silent = static_cast<double>(events - moved_events_);
    const bool long_ago = span_.ps > 0 && next - moved_at_ >= span_;
    const bool many = most_events_ > 0 && silent >= most_events_;
    if (long_ago || many || events - scanned_events_ >= kScanEvery) judge(next, events);
}

/// Tells whether anything has arrived or been finished anywhere, or the schedule has changed anything, since
/// it was last asked.
bool StallGuard::moved(Time now)
{
    uint64_t sum = network_.NvlinkHops();
    uint64_t qps = 0;
    network_.ForEachNic([&](uint32_t, const Nic& nic) {
        sum += nic.progress();
        qps += nic.qp_count();
    });
    if (Ranks* ranks = network_.TheRanks())
        sum = static_cast<uint64_t>(ranks->Sum(Ranks::About::LOOK, {static_cast<int64_t>(sum)})[0]);
    for (const Fault& fault : network_.Config().faults.faults) sum += fault.at <= now ? 1 : 0;
    if (automatic_) most_events_ = kEvents + kEventsPerQp * static_cast<double>(qps);
    const bool news = sum != progress_;
    progress_ = sum;
    return news;
}

/// True if no QP waits for something that comes by itself.
bool StallGuard::waits_in_vain(Time now)
{
    if (carrier_.timers_pending() || carrier_.nvlink_busy() || faults_due(network_.Config().faults, now))
        return false;
    bool in_vain = true;
    network_.ForEachNic([&](uint32_t, Nic& nic) {
        for (uint32_t qp = nic.first_qp(); in_vain && qp < nic.end_qp(); ++qp)
            in_vain = !nic.waits(qp, now).ends && nic.flow(qp).base_rtt * kRoundTrips <= now - moved_at_;
    });
    if (Ranks* ranks = network_.TheRanks()) in_vain = ranks->Any(Ranks::About::LOOK, in_vain ? 0 : 1) == 0;
    return in_vain;
}

void StallGuard::judge(Time now, uint64_t events)
{
    if (moved(now)) {
        mark(network_.GetClock().Now(), events);
        return;
    }
    scanned_events_ = events;
    const bool long_ago = span_.ps > 0 && now - moved_at_ >= span_ && waits_in_vain(now);
    const bool many = most_events_ > 0 && static_cast<double>(events - moved_events_) >= most_events_;
    if (!long_ago && !many) {
        if (span_.ps > 0) look_at_ = static_cast<uint64_t>((now + span_).ps);
        return;
    }
    stalled_at_ = now;
    stalled_events_ = events;
    census_ = kCensus;
    look_at_ = kForEver;
}

/// True when the census is complete.
bool StallGuard::take_census(const ns3::Scheduler::EventKey& event)
{
    ++counts_[static_cast<EventOrder>(event.m_context)];
    return --census_ == 0;
}

std::string StallGuard::busiest() const
{
    const auto most = std::max_element(counts_.begin(), counts_.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    uint32_t node = 0;
    uint16_t port = 0;
    if (most == counts_.end() || most->first < EventOrder::PORTS ||
        !network_.PortOf(PortOf(most->first), node, port))
        return "";
    const FabricPlan& plan = network_.Plan();
    const bool nic = node < plan.endpoints;
    const std::string name =
        (nic ? "endpoint " + std::to_string(node) : plan.node_name(node)) + ":" + std::to_string(port);
    std::string what;
    switch (TypeOf(most->first)) {
    case EventType::ARRIVAL:
        what = "packets that arrive at " + name;
        break;
    case EventType::PAUSE:
        what = "PFC frames at " + name;
        break;
    case EventType::TX_DONE:
        what = "packets that leave " + name;
        break;
    case EventType::TIMER:
        what = (nic ? "timers of QPs at " : "PFC timers of ") + name;
        break;
    }
    uint32_t all = 0;
    for (const auto& [order, count] : counts_) all += count;
    return "; of the last " + std::to_string(all) + " events " + std::to_string(most->second) + " are " +
           what;
}

std::string StallGuard::sentence() const
{
    if (stalled_events_ == 0) return "";
    return "nothing was delivered in " + in_us(stalled_at_ - moved_at_) + " of simulated time and " +
           std::to_string(stalled_events_ - moved_events_) + " events before " + in_us(stalled_at_) + ": " +
           describe_waits(network_) + busiest();
}

}  // namespace hpnsim
