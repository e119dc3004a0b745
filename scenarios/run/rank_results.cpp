// SPDX-License-Identifier: GPL-2.0-only
// Packs and adds up what ranks have counted.
#include "run/rank_results.hpp"

#include <algorithm>
#include <utility>

namespace hpnsim
{

namespace
{

using Ports = std::vector<std::pair<uint32_t, PortRow>>;

/// The counts that add up.
constexpr uint64_t RunRecord::*kSums[] = {
    &RunRecord::drops,        &RunRecord::trims,       &RunRecord::ecn_marks,
    &RunRecord::cnps,         &RunRecord::nacks,       &RunRecord::timeouts,
    &RunRecord::pfc_pauses,   &RunRecord::pfc_storms,  &RunRecord::pfc_watchdog_drops,
    &RunRecord::data_packets, &RunRecord::packet_hops, &RunRecord::nvlink_hops,
};

/// All of a port but its words.
struct PortNumbers {
    int plane;
    Rate rate;
    Bytes peak_queue;
    double mean_queue;
    uint64_t ecn_marks, drops, trims, pfc_pauses;
    Time pfc_paused;
    Bytes bytes;
    double utilisation;
    uint64_t pfc_storms, seed;
};

void put(const PortRow& row, MessageWriter& out)
{
    for (const std::string& word : {row.name, row.tier, row.role}) out.Put(word);
    out.Put(PortNumbers{row.plane, row.rate, row.peak_queue, row.mean_queue, row.ecn_marks, row.drops,
                        row.trims, row.pfc_pauses, row.pfc_paused, row.bytes, row.utilisation, row.pfc_storms,
                        row.seed});
}

PortRow port_in(MessageReader& in)
{
    PortRow row;
    for (std::string* word : {&row.name, &row.tier, &row.role}) *word = in.Text();
    const auto numbers = in.Get<PortNumbers>();
    row.plane = numbers.plane;
    row.rate = numbers.rate;
    row.peak_queue = numbers.peak_queue;
    row.mean_queue = numbers.mean_queue;
    row.ecn_marks = numbers.ecn_marks;
    row.drops = numbers.drops;
    row.trims = numbers.trims;
    row.pfc_pauses = numbers.pfc_pauses;
    row.pfc_paused = numbers.pfc_paused;
    row.bytes = numbers.bytes;
    row.utilisation = numbers.utilisation;
    row.pfc_storms = numbers.pfc_storms;
    row.seed = numbers.seed;
    return row;
}

RankMessage packed(const std::vector<uint32_t>& nodes, const RunRecord& record)
{
    RankMessage message;
    MessageWriter out(message);
    for (const auto sum : kSums) out.Put(record.*sum);
    out.Put(record.retransmitted);
    out.Put(record.pfc_paused);
    out.Put(record.max_queue);
    out.Put(static_cast<uint64_t>(record.uplinks.size()));
    for (const auto& [tier, count] : record.uplinks) {
        out.Put(tier);
        out.Put(count);
    }
    out.Put(nodes);
    for (const PortRow& row : record.ports) put(row, out);
    return message;
}

void add(MessageReader in, RunRecord& record, Ports& ports)
{
    for (const auto sum : kSums) record.*sum += in.Get<uint64_t>();
    record.retransmitted += in.Get<Bytes>();
    record.pfc_paused += in.Get<Time>();
    record.max_queue = std::max(record.max_queue, in.Get<Bytes>());
    for (auto tiers = in.Get<uint64_t>(); tiers > 0; --tiers) {
        const std::string tier = in.Text();
        record.uplinks[tier] += in.Get<uint32_t>();
    }
    for (const uint32_t node : in.Values<uint32_t>()) ports.emplace_back(node, port_in(in));
}

/// Calls `add` with what each other rank has instead of `own`.
template <class Counted, class Add> void add_others(Ranks* ranks, const Counted& own, Add add)
{
    if (ranks == nullptr || !ranks->Whole()) return;
    RankMessage message;
    MessageWriter(message).Put(own);
    const std::vector<RankMessage> all = ranks->Share(Ranks::About::RESULTS, message);
    for (uint32_t rank = 0; rank < all.size(); ++rank)
        if (rank != ranks->Rank()) add(MessageReader(all[rank]).Get<Counted>());
}

}  // namespace

DeliveryBins of_all_ranks(Ranks* ranks, DeliveryBins own)
{
    const DeliveryBins mine = own;
    add_others(ranks, mine, [&own](const DeliveryBins& other) { own.add(other); });
    return own;
}

DepthHistogram of_all_ranks(Ranks* ranks, const DepthHistogram& own)
{
    DepthHistogram sum = own;
    add_others(ranks, own, [&sum](const DepthHistogram& other) { sum.Add(other); });
    return sum;
}

void add_other_ranks(Ranks& ranks, const std::vector<uint32_t>& nodes, RunRecord& record)
{
    Ports ports;
    for (size_t i = 0; i < nodes.size(); ++i) ports.emplace_back(nodes[i], record.ports[i]);
    const std::vector<RankMessage> all = ranks.Share(Ranks::About::RESULTS, packed(nodes, record));
    for (uint32_t rank = 0; rank < all.size(); ++rank)
        if (rank != ranks.Rank()) add(MessageReader(all[rank]), record, ports);
    std::stable_sort(ports.begin(), ports.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    record.ports.clear();
    for (auto& [node, row] : ports) record.ports.push_back(std::move(row));
}

}  // namespace hpnsim
