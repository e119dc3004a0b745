// SPDX-License-Identifier: GPL-2.0-only
// Looks for steady times of a network, and skips them.
#include "run/fast_forward.hpp"

#include "hpnsim/bad_input.hpp"

#include "ns3/make-event.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hpnsim
{

namespace
{

constexpr double kGrowth = 1.5;   // of the time between looks while rates are not steady
constexpr int kWorth = 8;         // skips should be so many times as long as the time between looks
constexpr int kRunsOfTimers = 4;  // of each timer of a CC between two looks
constexpr int kMargin = 2;        // what is in flight, and base RTTs, are left of a message so many times

uint64_t key_of(const BusyQp& qp)
{
    return static_cast<uint64_t>(qp.src) << 32 | qp.qp;
}

}  // namespace

FastForward::FastForward(RoceNetwork& network, NetworkCarrier& carrier, PerLane<DeliveryBins>& delivery,
                         const CommonOptions& options)
    : network_(network), carrier_(carrier), kernel_(*network.GetClock().Kernel()),
      foresight_(options.fast_forward_band, options.mtu), steady_(options.fast_forward_band, options.mtu),
      traffic_(network), delivery_(delivery), settle_(options.fast_forward_settle)
{
    carrier_.on_change = [this](Time base_rtt) { changed(base_rtt); };
    // Faults must find the messages that they meet.
    if (!network.Config().qpPerMessage && network.Config().faults.faults.empty())
        carrier_.foresee(foresight_);
    nothing_ = traffic_.count();
}

FastForward::~FastForward()
{
    carrier_.on_change = nullptr;
}

/// Rates mean nothing until the network has settled.
void FastForward::changed(Time base_rtt)
{
    const Time now = network_.GetClock().Now();
    changed_ = true;
    rtt_ = std::max(rtt_, base_rtt);
    ready_at_ = now + Time{std::llround(static_cast<double>(rtt_.ps) * settle_)};
    if (due_ > ready_at_) arm(ready_at_);
}

void FastForward::arm(Time at)
{
    due_ = at;
    const Clock& clock = network_.GetClock();
    clock.Schedule(EventOrder::SKIP, at - clock.Now(),
                   ns3::MakeEvent(&FastForward::wake, this, ++generation_));
}

void FastForward::wake(uint64_t generation)
{
    ++looks_;
    if (generation != generation_) return;
    due_ = Time::max();
    const bool over = kernel_.Pending() == 0;  // the network will do nothing more by itself
    if (over) return;
    if (network_.GetClock().Now() < ready_at_) {
        arm(ready_at_);
        return;
    }
    if (changed_) {
        changed_ = false;
        steady_.forget();
        step_ = rtt_;
    }
    look();
}

FlowsSeen FastForward::flows_now(const std::vector<BusyQp>& qps) const
{
    FlowsSeen seen;
    seen.at = network_.GetClock().Now();
    for (const BusyQp& qp : qps) {
        const Nic& nic = nic_of(qp);
        const Flow& flow = nic.flow(qp.qp);
        seen.repairs += nic.counters().timeouts + static_cast<uint64_t>(nic.counters().retransmitted);
        seen.flows.push_back({key_of(qp), flow.next_psn, nic.outgoing(qp.qp).last_sent, flow.in_flight});
    }
    return seen;
}

/// A law that acts by timers is steady only over several runs of each.
void FastForward::note_timers(const std::vector<BusyQp>& qps)
{
    const Time now = network_.GetClock().Now();
    for (const BusyQp& qp : qps)
        for (const Time due : nic_of(qp).flow(qp.qp).due)
            if (due < Time::max()) law_ = std::max(law_, due - now);
    step_ = std::max(step_, law_ * kRunsOfTimers);
}

void FastForward::look()
{
    const std::vector<BusyQp> qps = carrier_.busy_qps();
    if (qps.empty()) return;  // the next message wakes it
    const Time now = network_.GetClock().Now();
    const auto note = [&] {
        steady_.add(flows_now(qps));
        std::rotate(counts_.begin(), counts_.begin() + 1, counts_.end());
        counts_.back() = traffic_.count();
        std::rotate(looked_at_.begin(), looked_at_.begin() + 1, looked_at_.end());
        looked_at_.back() = now;
    };
    note_timers(qps);
    note();
    const bool judged = steady_.complete();
    const auto steady = steady_.judge();
    const Time span = steady ? longest_skip(qps, *steady) : Time{};
    if (span > step_) {
        skip(qps, steady->rates, span);
        steady_.forget();
        note();
    }
    // Longer looks see more regularity.
    if (judged && (!steady || steady->reach < step_ * kWorth))
        step_ = Time{std::llround(static_cast<double>(step_.ps) * kGrowth)};
    arm(now + step_);
}

/// Zero or less: there is nothing to skip now.
Time FastForward::longest_skip(const std::vector<BusyQp>& qps, const Steady& steady) const
{
    if (carrier_.nvlink_busy()) return {};
    const Time now = network_.GetClock().Now();
    const auto outside = static_cast<int64_t>(std::min<uint64_t>(kernel_.NextOutside(), INT64_MAX));
    auto span = static_cast<double>(std::min(outside - now.ps, steady.reach.ps));
    for (size_t i = 0; i < qps.size(); ++i) {
        const Nic& nic = nic_of(qps[i]);
        const double under_way =
            static_cast<double>(nic.flow(qps[i].qp).in_flight) / static_cast<double>(nic.config().mtu) +
            static_cast<double>(rtt_.ps) * steady.rates[i];
        span = std::min(span, (nic.outgoing(qps[i].qp).spare - kMargin * under_way - 1) / steady.rates[i]);
    }
    return Time{static_cast<int64_t>(std::floor(span))};
}

/// Delivers what the QP would send in the time; returns its bytes.
Bytes FastForward::advance(const BusyQp& qp, double rate, Time span)
{
    Nic& nic = nic_of(qp);
    double& rest = rests_[key_of(qp)];
    const double due = static_cast<double>(span.ps) * rate + rest;
    const Outgoing out = nic.outgoing(qp.qp);
    const auto packets = static_cast<uint32_t>(std::min(std::floor(due), static_cast<double>(out.spare)));
    rest = due - packets;
    nic.cut(qp.qp, packets, network_.Device(qp.dst).NicOf(nic.peer_qp(qp.qp)));
    const Bytes bytes = packets * nic.config().mtu;
    carrier_.deliver_skipped(out.cookie, bytes);
    return bytes;
}

void FastForward::skip(const std::vector<BusyQp>& qps, const std::vector<double>& rates, Time span)
{
    Bytes bytes = 0;
    for (size_t i = 0; i < qps.size(); ++i) bytes += advance(qps[i], rates[i], span);
    const Time seen = looked_at_[2] - looked_at_[0];
    traffic_.add(counts_[0], counts_[2], static_cast<double>(span.ps) / static_cast<double>(seen.ps));
    delivery_.skip(network_.GetClock().Now(), carrier_.skipped(), span, bytes);
    kernel_.BringOutsideNearer(static_cast<uint64_t>(span.ps));
    carrier_.skip(span);
    ++skips_;
}

void FastForward::finish(RunRecord& record)
{
    const Time network_time = network_.GetClock().Now();
    const Time true_time = carrier_.now();
    record.sim_time = true_time;
    record.events -= std::min(record.events, looks_);
    const NetworkCarrier::Carried& carried = carrier_.carried();
    if (carried.foreseen > 0) traffic_.add(nothing_, traffic_.count(), carried.foreseen / carried.real);
    record.throughput = throughput_of(delivery_.finish(carrier_.skipped()));
    traffic_.put_into(record, network_time, true_time);
    const double share = true_time.ps > 0 ? carrier_.skipped().us() / true_time.us() : 0;
    record.extra["fast_forward"] = {
        {"skipped_share", share},
        {"skipped_us", carrier_.skipped().us()},
        {"skips", skips_},
        {"foreseen_share", carried.foreseen > 0 ? carried.foreseen / (carried.foreseen + carried.real) : 0},
        {"foreseen_messages", carrier_.foreseen_messages()}};
}

void check_fast_forward(const Scenario& scenario, const NetworkConfig& config)
{
    const CommonOptions& common = scenario.options.common;
    if (!common.fast_forward) return;
    const auto clash = [](const std::string& option, const std::string& why) {
        throw BadInput("--fast-forward: with " + option + ", " + why + "; run without one of the two");
    };
    const std::string packets = "which needs every packet, time cannot be skipped";
    if (common.audit) clash("--audit", packets);
    if (common.verify) clash("--verify", packets);
    if (!common.pcap.empty()) clash("--pcap", packets);
    if (!common.trace.empty()) clash("--trace", packets);
    if (!common.also_write.empty()) clash("--also-write", packets);
    if (common.series_us) clash("--series-us", "which samples all of the time, none can be skipped");
    if (common.loss > 0) clash("--loss", "whose losses come at any time, none can be skipped");
    if (!common.profile.empty())
        clash("--profile " + common.profile, "which imitates another simulator, time cannot be skipped");
    if (scenario.verb() == Verb::read)
        clash("--verb read", "whose answers cannot be cut, time cannot be skipped");
    for (const Fault& fault : config.faults.faults)
        if (fault.act == Fault::Act::impair || fault.act == Fault::Act::slow ||
            fault.act == Fault::Act::storm)
            clash("--faults", "whose schedule disturbs single packets, time cannot be skipped");
}

}  // namespace hpnsim
