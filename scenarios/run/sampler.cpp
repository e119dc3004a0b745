// SPDX-License-Identifier: GPL-2.0-only
// Takes samples of QPs and ports when their time has come.
#include "run/sampler.hpp"

#include <algorithm>

namespace hpnsim
{

Sampler::Sampler(RoceNetwork& network, const CommonOptions& options, uint64_t seed)
    : network_(network),
      period_(seed == options.seed ? Time{static_cast<int64_t>(options.series_us.value_or(0) * 1e6)}
                                   : Time{}),
      most_rows_(options.series_rows)
{
    if (period_.ps <= 0) return;
    choose(options.series_only);
    due_ = network_.GetClock().Now() + period_;
}

void Sampler::choose(const std::string& list)
{
    const FabricPlan& plan = network_.Plan();
    const auto points =
        list.empty() ? std::vector<CapturePoint>() : parse_captures(list, plan, "--series-only");
    qps_.resize(size_t{plan.endpoints} * network_.Config().FunctionCount());
    for (uint32_t node = 0; node < plan.endpoints + plan.switches.size(); ++node) {
        const uint32_t count = network_.Adjacency().ports(node);
        ports_.emplace_back(count);
        bool any = false;
        for (uint16_t port = 0; port < count; ++port)
            any |= ports_[node][port].wanted = list.empty() || wanted(points, node, port);
        if (node < plan.endpoints) nics_.push_back(any);
    }
}

bool Sampler::wanted(const std::vector<CapturePoint>& points, uint32_t node, uint16_t port) const
{
    return std::any_of(points.begin(), points.end(), [&](const CapturePoint& point) {
        return point.node == node && (point.port == CapturePoint::kEveryPort || point.port == port);
    });
}

void Sampler::catch_up(Time next)
{
    while (due_ < next) {
        // What is idle stays so until the next event: only its last sample counts.
        if (!sample(due_)) last_ = due_ = due_ + period_ * ((next - due_ - picoseconds(1)).ps / period_.ps);
        due_ += period_;
        if (series_.qp_rows.size() + series_.port_rows.size() < most_rows_) continue;
        full_ = last_;
        due_ = Time::max();
    }
}

/// Returns false if nothing was busy, and nothing was noted.
bool Sampler::sample(Time now)
{
    const size_t rows = series_.qp_rows.size() + series_.port_rows.size();
    for (uint32_t i = 0; i < network_.DeviceCount(); ++i) sample_nic(i, now);
    for (uint32_t i = 0; i < network_.SwitchCount(); ++i) sample_switch(i, now);
    last_ = now;
    return series_.qp_rows.size() + series_.port_rows.size() > rows;
}

void Sampler::sample_nic(uint32_t endpoint, Time now)
{
    RoceNetDevice& device = network_.Device(endpoint);
    for (uint32_t function = 0; nics_[endpoint] && function < device.FunctionCount(); ++function) {
        const Nic& nic = device.GetNic(function);
        for (uint32_t qp = nic.first_qp(); qp < nic.end_qp(); ++qp) sample_qp(endpoint, nic, qp, now);
    }
    for (uint8_t port = 0; port < device.GetNic().config().ports; ++port)
        add_port(ports_[endpoint][port], endpoint, port,
                 {0, device.PausedTime(port, now), device.Tx(port).BusyTime(now)}, now);
}

void Sampler::sample_qp(uint32_t endpoint, const Nic& nic, uint32_t qp, Time now)
{
    std::vector<QpKnown>& qps =
        qps_[endpoint * network_.Config().FunctionCount() + function_of(nic.first_qp())];
    const uint32_t index = qp - nic.first_qp();
    if (index >= qps.size()) qps.resize(index + 1);
    QpKnown& known = qps[index];
    const Flow& flow = nic.flow(qp);
    const Bytes received = network_.Device(nic.peer(qp)).NicOf(nic.peer_qp(qp)).received(nic.peer_qp(qp));
    const Bytes delivered = received - known.received;
    known.received = received;
    const bool busy = delivered > 0 || flow.in_flight > 0 || flow.backlog > 0;
    if (busy || known.busy) {
        if (known.name < 0) {
            known.name = static_cast<int>(series_.qps.size());
            const FabricPlan& plan = network_.Plan();
            series_.qps.push_back(std::to_string(plan.id_of(endpoint)) + "-" +
                                  std::to_string(plan.id_of(nic.peer(qp))) + ":qp" + std::to_string(qp));
        }
        const Bytes window = flow.window >= kUnlimited ? -1 : flow.window;
        series_.qp_rows.push_back({now,
                                   now - last_,
                                   static_cast<uint32_t>(known.name),
                                   {flow.rate, window, flow.in_flight, delivered}});
    }
    known.busy = busy;
}

void Sampler::sample_switch(uint32_t index, Time now)
{
    RoceSwitch& sw = network_.Switch(index);
    const uint32_t node = network_.Plan().endpoints + index;
    for (uint16_t port = 0; port < sw.PortCount(); ++port)
        add_port(ports_[node][port], node, port,
                 {sw.Queues(port).QueuedTotal(), sw.PausedTime(port, now), sw.Tx(port).BusyTime(now)}, now);
}

void Sampler::add_port(PortKnown& port, uint32_t node, uint16_t number, const PortSample& so_far, Time now)
{
    if (!port.wanted) return;
    const PortSample sample{so_far.queue, so_far.paused - port.paused, so_far.sending - port.sending};
    port.paused = so_far.paused;
    port.sending = so_far.sending;
    const bool busy = sample.queue > 0 || sample.paused.ps > 0 || sample.sending.ps > 0;
    if (busy || port.busy) {
        if (port.name < 0) {
            port.name = static_cast<int>(series_.ports.size());
            series_.ports.push_back(network_.Adjacency().port_name(node, number));
        }
        series_.port_rows.push_back({now, now - last_, static_cast<uint32_t>(port.name), sample});
    }
    port.busy = busy;
}

Series Sampler::finish()
{
    const Time now = network_.GetClock().Now();
    if (period_.ps > 0 && full_.ps == 0 && now > last_) sample(now);
    return std::move(series_);
}

}  // namespace hpnsim
