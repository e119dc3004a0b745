// SPDX-License-Identifier: GPL-2.0-only
// Pooling over seeds. Flows, ports and message times are put together; what becomes of a value in
// summary.json its key says.
#include "hpnsim/pooling.hpp"

#include "hpnsim/bootstrap.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/summary_keys.hpp"

#include <algorithm>
#include <map>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

/// Makes what a seed's entry says of the flows and the network, before the scenario's own keys.
Json seed_entry(const RunRecord& run)
{
    Json entry;
    for (const SummaryKey& key : summary_keys())
        if (key.per_seed) entry[key.name] = key.get(run);
    for (const auto& item : run.extra.items()) entry[item.key()] = item.value();
    return entry;
}

/// Do the rows agree in everything but the seed?
template <class Row>
bool same_rows(const std::vector<Column<Row>>& columns, const std::vector<Row>& a, const std::vector<Row>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](Row x, Row y) {
        x.seed = y.seed = 0;
        return std::all_of(columns.begin(), columns.end(),
                           [&](const Column<Row>& column) { return column.get(x) == column.get(y); });
    });
}

bool same_entry(Json a, Json b)
{
    a.erase("seed");
    b.erase("seed");
    return a == b;
}

void mark(RunRecord& run)
{
    for (FlowRow& row : run.flows) row.seed = run.seed;
    for (PortRow& row : run.ports) row.seed = run.seed;
    for (RankRow& row : run.ranks) row.seed = run.seed;
}

template <class Row> void append(std::vector<Row>& all, std::vector<Row>&& more)
{
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void coarsen(Throughput& throughput)
{
    throughput.bin = throughput.bin * 2;
    for (size_t i = 0; i < throughput.bytes.size(); ++i)
        throughput.bytes[i / 2] =
            i % 2 == 0 ? throughput.bytes[i] : throughput.bytes[i / 2] + throughput.bytes[i];
    throughput.bytes.resize((throughput.bytes.size() + 1) / 2);
}

/// Adds one more seed to `all`, the mean of `seeds` seeds. Widths are powers of two.
void pool_throughput(Throughput& all, Throughput one, double seeds)
{
    if (one.bin.ps <= 0 || all.bin.ps <= 0) return;
    while (one.bin < all.bin) coarsen(one);
    while (all.bin < one.bin) coarsen(all);
    all.bytes.resize(std::max(all.bytes.size(), one.bytes.size()), 0);
    one.bytes.resize(all.bytes.size(), 0);
    for (size_t i = 0; i < all.bytes.size(); ++i)
        all.bytes[i] = (all.bytes[i] * seeds + one.bytes[i]) / (seeds + 1);
}

/// Averages shares of port-time, each seed's weighted with its simulated time.
void pool_depths(QueueHistogram& all, const QueueHistogram& one, Time all_time, Time one_time)
{
    const auto a = static_cast<double>(all_time.ps), b = static_cast<double>(one_time.ps);
    if (a + b <= 0) return;
    std::map<Bytes, double> bins;
    for (const auto& [depth, share] : all.bins) bins[depth] += share * a / (a + b);
    for (const auto& [depth, share] : one.bins) bins[depth] += share * b / (a + b);
    all.bins.assign(bins.begin(), bins.end());
}

/// `a` + `b`, of lists and objects member by member. A truth in them is true if it is in both.
Json summed(const Json& a, const Json& b)
{
    if (a.is_null()) return b;
    if (b.is_null()) return a;
    if (a.is_number_unsigned() && b.is_number_unsigned()) return a.get<uint64_t>() + b.get<uint64_t>();
    if (a.is_number_integer() && b.is_number_integer()) return a.get<int64_t>() + b.get<int64_t>();
    if (a.is_number() && b.is_number()) return a.get<double>() + b.get<double>();
    if (a.is_boolean() && b.is_boolean()) return a.get<bool>() && b.get<bool>();
    Json out = a;
    if (a.is_object() && b.is_object())
        for (const auto& item : b.items())
            out[item.key()] = summed(a.value(item.key(), Json()), item.value());
    if (a.is_array() && b.is_array())
        for (size_t i = 0; i < b.size(); ++i) out[i] = summed(i < a.size() ? a[i] : Json(), b[i]);
    return out;
}

/// Returns the mean of values of one shape, member by member: where all agree, what they agree on; of truths
/// that differ, false; of lists, as far as the shortest goes; null where they have no mean.
Json mean_of(const std::vector<Json>& values)
{
    const Json& first = values.front();
    const auto all = [&values](auto holds) { return std::all_of(values.begin(), values.end(), holds); };
    if (all([&first](const Json& each) { return each == first; })) return first;
    if (all([](const Json& each) { return each.is_number(); })) {
        double sum = 0;
        for (const Json& each : values) sum += each.get<double>();
        return sum / static_cast<double>(values.size());
    }
    if (all([](const Json& each) { return each.is_boolean(); })) return false;
    const auto member = [&values](const auto& key) {
        std::vector<Json> members;
        for (const Json& each : values) members.push_back(each.at(key));
        return mean_of(members);
    };
    if (all([&first](const Json& each) { return each.is_array() && first.is_array(); })) {
        size_t shortest = first.size();
        for (const Json& each : values) shortest = std::min(shortest, each.size());
        Json out = Json::array();
        for (size_t at = 0; at < shortest; ++at) out.push_back(member(at));
        return out;
    }
    Json out;
    if (all([](const Json& each) { return each.is_object(); }))
        for (const auto& item : first.items())
            if (all([&item](const Json& each) { return each.contains(item.key()); }))
                out[item.key()] = member(item.key());
    return out;
}

/// Returns the mean or largest of the seeds' values of `key`; null when one of them is neither a number nor,
/// for a mean, an object.
Json of_all(const Json& seeds, const std::string& key, Pool how)
{
    std::vector<Json> objects;
    for (const Json& seed : seeds)
        if (const auto found = seed.find(key); found != seed.end() && found->is_object())
            objects.push_back(*found);
    if (how == Pool::mean && objects.size() == seeds.size()) return mean_of(objects);
    double sum = 0, largest = 0;
    bool first = true;
    for (const Json& seed : seeds) {
        const auto found = seed.find(key);
        if (found == seed.end() || !found->is_number()) return nullptr;
        const double value = found->get<double>();
        sum += value;
        largest = first ? value : std::max(largest, value);
        first = false;
    }
    return how == Pool::largest ? largest : sum / static_cast<double>(seeds.size());
}

/// Values of the seeds under the name of what they are: numbers, and members of objects.
void gather(const std::string& name, const Json& value, std::map<std::string, std::vector<double>>& to)
{
    if (value.is_number()) to[name].push_back(value.get<double>());
    if (value.is_object())
        for (const auto& item : value.items()) gather(name + "_" + item.key(), item.value(), to);
}

/// The mean over seeds, with its confidence interval, of each number that all seeds have and that differs.
Json intervals_of(const Json& seeds)
{
    std::map<std::string, std::vector<double>> values;
    for (const Json& seed : seeds)
        for (const auto& item : seed.items())
            if (item.key() != "seed") gather(item.key(), item.value(), values);
    Json out = Json::object();
    for (const auto& [name, of] : values) {
        if (of.size() != seeds.size() || of.size() < kFewestForInterval) continue;
        const Estimate found =
            bootstrap(of, [](const std::vector<double>& all) { return hpnsim::mean_of(all); });
        if (found.interval->low < found.interval->high)
            out[name] = {{"mean", found.value}, {"low", found.interval->low}, {"high", found.interval->high}};
    }
    return out;
}

Json all_true(const Json& a, const Json& b)
{
    return a.is_boolean() && b.is_boolean() ? Json(a.get<bool>() && b.get<bool>()) : Json(nullptr);
}

/// Of a key that nobody declared, seeds must agree.
Pool pool_of(const std::string& name)
{
    const SummaryKey* key = find_summary_key(name);
    return key == nullptr ? Pool::same : key->pool;
}

void join(const std::vector<SummaryKey>& keys, RunRecord& all, const RunRecord& one)
{
    for (const SummaryKey& key : keys)
        if (key.join) key.join(all, one);
}

}  // namespace

void SeedPool::add(RunRecord&& one)
{
    mark(one);
    seeds_.push_back(seed_entry(one));
    const size_t before = seeds_.size() - 1;
    if (before == 0) {
        all_ = std::move(one);
        return;
    }
    if (alike_ && same_entry(seeds_[0], seeds_[before]) && same_rows(flow_columns(), all_.flows, one.flows) &&
        same_rows(port_columns(), all_.ports, one.ports) &&
        same_rows(rank_columns(), all_.ranks, one.ranks)) {
        join(host_keys(), all_, one);
        return;
    }
    if (alike_) {  // the seeds that were the same until now count after all
        alike_ = false;
        RunRecord first = all_;
        first.setup_s = first.wall_s = 0;
        first.windows = 0;
        for (size_t k = 1; k < before; ++k) {
            RunRecord copy = first;
            copy.seed = seeds_[k]["seed"].get<uint64_t>();
            mark(copy);
            pool(std::move(copy));
        }
    }
    pool(std::move(one));
}

void SeedPool::pool(RunRecord&& one)
{
    const auto before = static_cast<double>(one.seed - all_.seed);
    pool_throughput(all_.throughput, std::move(one.throughput), before);
    pool_depths(all_.queue_depth, one.queue_depth, all_.sim_time, one.sim_time);
    join(summary_keys(), all_, one);
    join(host_keys(), all_, one);
    append(all_.flows, std::move(one.flows));
    append(all_.ports, std::move(one.ports));
    append(all_.ranks, std::move(one.ranks));
    append(all_.message_fcts, std::move(one.message_fcts));
    pool_extra(one.extra);
}

/// Pools what can be pooled two by two; the rest waits for finish(), which sees all seeds.
void SeedPool::pool_extra(const Json& extra)
{
    for (const auto& item : extra.items()) {
        Json& all = all_.extra[item.key()];
        switch (pool_of(item.key())) {
        case Pool::sum:
            all = summed(all, item.value());
            break;
        case Pool::all_true:
            all = all_true(all, item.value());
            break;
        default:
            break;
        }
    }
}

std::string SeedPool::note() const
{
    if (!alike_ || seeds_.size() < 2) return "";
    return std::to_string(seeds_.size()) +
           " seeds gave identical runs, which count as one: nothing here is random" +
           (advice_.empty() ? "" : "; " + advice_);
}

RunRecord SeedPool::finish()
{
    if (seeds_.size() < 2) return std::move(all_);
    if (alike_) {
        all_.extra["seeds_note"] = note();
    } else {
        for (auto& [key, value] : all_.extra.items()) {
            const Pool how = pool_of(key);
            if (how == Pool::mean || how == Pool::largest) value = of_all(seeds_, key, how);
            if (how == Pool::anew) value = to_json(summarise(all_.message_fcts));
            if (how != Pool::same) continue;
            const auto differs = [&, name = key](const Json& seed) {
                return !seed.contains(name) || seed[name] != seeds_[0][name];
            };
            if (std::any_of(seeds_.begin(), seeds_.end(), differs)) value = nullptr;
        }
    }
    if (Json intervals = alike_ ? Json() : intervals_of(seeds_); !intervals.empty())
        all_.extra["intervals"] = std::move(intervals);
    all_.extra["seeds"] = std::move(seeds_);
    return std::move(all_);
}

}  // namespace hpnsim
