// SPDX-License-Identifier: GPL-2.0-only
// Counts what skipped time would have brought, and adds it to what the network has counted.
#include "run/skipped_traffic.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

using Counts = SkippedTraffic::Counts;

Counts::Port count_link(const LinkTx& tx, Time now)
{
    Counts::Port port;
    port.packets = static_cast<double>(tx.SentPackets());
    port.bytes = static_cast<double>(tx.SentBytes(now));
    port.busy_ps = static_cast<double>(tx.BusyTime(now).ps);
    return port;
}

void count_device(RoceNetDevice& device, Time now, Counts& counts)
{
    for (uint32_t function = 0; function < device.FunctionCount(); ++function) {
        counts.data_packets += static_cast<double>(device.GetNic(function).counters().data_packets);
        counts.cnps += static_cast<double>(device.GetNic(function).counters().cnps);
    }
    for (uint8_t number = 0; number < device.GetNic().config().ports; ++number) {
        Counts::Port port = count_link(device.Tx(number), now);
        port.pauses = static_cast<double>(device.PausesObeyed(number));
        port.paused_ps = static_cast<double>(device.PausedTime(number, now).ps);
        counts.ports.push_back(port);
    }
}

void count_switch(RoceSwitch& sw, Time now, Counts& counts)
{
    counts.cnps += static_cast<double>(sw.Notices());
    for (uint16_t number = 0; number < sw.PortCount(); ++number) {
        Counts::Port port = count_link(sw.Tx(number), now);
        port.area = sw.Monitor(number).Mean(now) * static_cast<double>(now.ps);
        port.marks = static_cast<double>(sw.Counters(number).marks);
        port.pauses = static_cast<double>(sw.Counters(number).pausesObeyed);
        port.paused_ps = static_cast<double>(sw.PausedTime(number, now).ps);
        counts.ports.push_back(port);
    }
}

void grow(double& sum, double from, double to, double times)
{
    sum += (to - from) * times;
}

void grow(Counts::Port& sum, const Counts::Port& from, const Counts::Port& to, double times)
{
    grow(sum.packets, from.packets, to.packets, times);
    grow(sum.bytes, from.bytes, to.bytes, times);
    grow(sum.busy_ps, from.busy_ps, to.busy_ps, times);
    grow(sum.area, from.area, to.area, times);
    grow(sum.marks, from.marks, to.marks, times);
    grow(sum.pauses, from.pauses, to.pauses, times);
    grow(sum.paused_ps, from.paused_ps, to.paused_ps, times);
}

uint64_t whole_number(double value)
{
    return static_cast<uint64_t>(std::max<int64_t>(std::llround(value), 0));
}

Time span_of(double ps)
{
    return Time{std::llround(ps)};
}

/// Puts a port's skipped traffic into its row, whose means are over the network's time until now.
void put_into_row(const Counts::Port& port, double network_ps, double true_ps, PortRow& row)
{
    row.bytes += std::llround(port.bytes);
    row.utilisation = (row.utilisation * network_ps + port.busy_ps) / true_ps;
    row.mean_queue = (row.mean_queue * network_ps + port.area) / true_ps;
    row.ecn_marks += whole_number(port.marks);
    row.pfc_pauses += whole_number(port.pauses);
    row.pfc_paused = row.pfc_paused + span_of(port.paused_ps);
}

QueueHistogram shares_of(const std::map<Bytes, double>& depths)
{
    QueueHistogram histogram;
    double total = 0;
    for (const auto& [depth, time] : depths) total += time;
    for (const auto& [depth, time] : depths)
        if (time > 0) histogram.bins.emplace_back(depth, time / total);
    return histogram;
}

}  // namespace

Counts SkippedTraffic::count()
{
    const Time now = network_.GetClock().Now();
    Counts counts;
    for (uint32_t i = 0; i < network_.DeviceCount(); ++i) count_device(network_.Device(i), now, counts);
    for (uint32_t i = 0; i < network_.SwitchCount(); ++i) count_switch(network_.Switch(i), now, counts);
    for (const auto& [depth, time] : network_.Depths().Bins()) counts.depths[depth] = time;
    return counts;
}

void SkippedTraffic::add(const Counts& from, const Counts& to, double times)
{
    sum_.ports.resize(to.ports.size());
    for (size_t i = 0; i < to.ports.size(); ++i) grow(sum_.ports[i], from.ports[i], to.ports[i], times);
    grow(sum_.data_packets, from.data_packets, to.data_packets, times);
    grow(sum_.cnps, from.cnps, to.cnps, times);
    for (const auto& [depth, time] : to.depths) {
        const auto before = from.depths.find(depth);
        grow(sum_.depths[depth], before == from.depths.end() ? 0 : before->second, time, times);
    }
}

void SkippedTraffic::put_into(RunRecord& record, Time network_time, Time true_time)
{
    if (sum_.ports.empty()) return;
    std::map<std::string, size_t> rows;
    for (size_t i = 0; i < record.ports.size(); ++i) rows[record.ports[i].name] = i;
    size_t index = 0;
    const uint32_t nodes = network_.DeviceCount() + network_.SwitchCount();
    for (uint32_t node = 0; node < nodes; ++node) {
        for (uint16_t number = 0; number < network_.Adjacency().ports(node); ++number) {
            const Counts::Port& port = sum_.ports[index++];
            record.packet_hops += whole_number(port.packets);
            record.ecn_marks += whole_number(port.marks);
            record.pfc_pauses += whole_number(port.pauses);
            record.pfc_paused = record.pfc_paused + span_of(port.paused_ps);
            const auto row = rows.find(network_.Adjacency().port_name(node, number));
            if (row != rows.end())
                put_into_row(port, static_cast<double>(network_time.ps), static_cast<double>(true_time.ps),
                             record.ports[row->second]);
        }
    }
    record.data_packets += whole_number(sum_.data_packets);
    record.cnps += whole_number(sum_.cnps);
    for (const auto& [depth, time] : network_.Depths().Bins()) sum_.depths[depth] += time;
    record.queue_depth = shares_of(sum_.depths);
}

Throughput throughput_of(const DeliveryBins& delivery)
{
    const auto& bytes = delivery.bytes();
    size_t used = bytes.size();
    while (used > 0 && bytes[used - 1] == 0) --used;
    Throughput out{delivery.width(), {}};
    out.bytes.assign(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(used));
    return out;
}

void TrueDelivery::skip(Time now, Time skipped, Time span, Bytes bytes)
{
    bins_.for_each([&](DeliveryBins& bins) {
        sum_.add_later(bins, skipped);
        bins = DeliveryBins();
    });
    sum_.add_span(bytes, now + skipped, now + skipped + span);
}

DeliveryBins TrueDelivery::finish(Time skipped)
{
    if (skipped.ps == 0) return whole(bins_);
    DeliveryBins all = sum_;
    all.add_later(whole(bins_), skipped);
    return all;
}

}  // namespace hpnsim
