// SPDX-License-Identifier: GPL-2.0-only
// Tests what collectives say besides, to save time: rows, and that they name all of their codes.
#include "graph/graph_bound.hpp"
#include "hpnsim/collective_groups.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

namespace hpnsim
{
namespace
{

/// Says nothing of rows.
class WithoutRows : public Collective
{
public:
    explicit WithoutRows(const Collective& real) : real_(real) {}
    uint64_t code_limit() const override { return real_.code_limit(); }
    Transfer transfer(uint64_t code) const override { return real_.transfer(code); }
    Bytes memory_bytes(uint32_t rank) const override { return real_.memory_bytes(rank); }
    uint64_t transfers() const override { return real_.transfers(); }
    uint64_t share(uint32_t rank) const override { return real_.share(rank); }
    void begin(uint32_t rank, Codes& out) const override { real_.begin(rank, out); }
    void enables(uint64_t code, Codes& out) const override { real_.enables(code, out); }
    uint64_t waits(uint64_t code) const override { return real_.waits(code); }
    uint64_t gate(uint64_t code) const override { return real_.gate(code); }

private:
    const Collective& real_;
};

/// Every collective that needs no file, with some shapes and sizes.
void for_each_collective(
    const std::function<void(const CollectiveOps&, const CollectiveCall&, uint64_t& stream)>& check)
{
    uint64_t stream = stream_of(11, StreamKind{2}, 4);
    for (const CollectiveOps* ops : all_collectives()) {
        if (*ops->info.file != '\0') continue;
        for (int i = 0; i < 40; ++i) {
            const auto gpus = static_cast<uint32_t>(1 + next_below(stream, 4));
            const auto hosts = static_cast<uint32_t>(2 + next_below(stream, 5));
            CollectiveCall call{{gpus * hosts, gpus, hosts}};
            call.size = 1 + static_cast<Bytes>(next_below(stream, i % 2 == 0 ? 30 : 50'000));
            if (*ops->info.key != '\0' && hosts % 2 == 0 && i % 4 < 2) call.argument = "2";
            if (*ops->info.chunk != '\0' && i % 3 == 0) call.chunk = std::max<Bytes>(call.size / 20, 1);
            check(*ops, call, stream);
        }
    }
}

std::vector<bool> named_by(const Collective& collective, uint32_t ranks)
{
    std::vector<bool> named(collective.code_limit(), false);
    Collective::Codes open;
    for (uint32_t rank = 0; rank < ranks; ++rank) collective.begin(rank, open);
    while (!open.empty()) {
        const uint64_t code = open.back();
        open.pop_back();
        if (named[code]) continue;
        named[code] = true;
        collective.enables(code, open);
    }
    return named;
}

void expect_all_named(const Collective& collective, uint32_t ranks, const char* name)
{
    const std::vector<bool> named = named_by(collective, ranks);
    uint64_t transfers = 0;
    for (uint64_t code = 0; code < named.size(); ++code) {
        const Transfer t = collective.transfer(code);
        if (t.local() || t.bytes == 0) continue;
        ++transfers;
        ASSERT_TRUE(named[code]) << name << ", " << ranks << " ranks: " << code;
    }
    ASSERT_EQ(transfers, collective.transfers()) << name;
}

/// The row must say what the collective says of each step.
void expect_same(const Collective& collective, uint64_t first, const Collective::Row& row, const char* name)
{
    for (size_t at = 0; at < row.size(); ++at) {
        const uint64_t code = first + at;
        const Transfer &said = row[at].transfer, t = collective.transfer(code);
        const auto all = [](const Transfer& each) {
            return std::tuple{each.src,    each.dst,    each.offset,  each.bytes, each.landing,
                              each.result, each.reduce, each.channel, each.up,    each.down};
        };
        ASSERT_EQ(all(said), all(t)) << name << ": " << code;
        ASSERT_FALSE(t.local()) << name << ": " << code;
        ASSERT_EQ(row[at].gate, collective.gate(code)) << name << ": " << code;
        if (at > 0) {
            ASSERT_EQ(collective.waits(code), 1U) << name << ": " << code;
        }
        Collective::Codes enabled;
        collective.enables(code, enabled);
        const auto next = std::find(enabled.begin(), enabled.end(), code + 1);
        ASSERT_TRUE(next != enabled.end() || at + 1 == row.size()) << name << ": " << code;
        if (next != enabled.end()) enabled.erase(next);
        const Collective::Codes joins(row[at].joins == Collective::kNoGate ? 0 : 1, row[at].joins);
        ASSERT_EQ(enabled, joins) << name << ": " << code;
    }
}

TEST(CollectiveShortcuts, WhoNamesAllNamesEveryTransfer)
{
    std::set<std::string> name_all;
    for_each_collective([&](const CollectiveOps& ops, const CollectiveCall& call, uint64_t&) {
        auto collective = make_collective(ops, call);
        if (!collective->names_all()) return;
        name_all.insert(ops.info.name);
        expect_all_named(*collective, call.shape.ranks, ops.info.name);
        if (collective->groups().count > 1) return;
        const auto twice = in_groups(std::move(collective), {2, call.shape.ranks, 1});
        ASSERT_TRUE(twice->names_all());
        expect_all_named(*twice, 2 * call.shape.ranks, ops.info.name);
    });
    for (const char* large : {"ring", "hierarchical", "nvls", "pairwise", "pxn"})
        EXPECT_EQ(name_all.count(large), 1U) << large;
}

TEST(CollectiveShortcuts, RowsSayWhatTheirStepsSay)
{
    std::map<std::string, size_t> longest;
    for_each_collective([&](const CollectiveOps& ops, const CollectiveCall& call, uint64_t& stream) {
        const auto collective = make_collective(ops, call);
        const std::vector<bool> named = named_by(*collective, call.shape.ranks);
        Collective::Row row;
        for (uint64_t code = 0; code < named.size(); ++code) {
            if (!named[code]) continue;
            const uint64_t most = 1 + next_below(stream, 9);
            row.clear();
            collective->row(code, most, row);
            ASSERT_LE(row.size(), most);
            longest[ops.info.name] = std::max(longest[ops.info.name], row.size());
            expect_same(*collective, code, row, ops.info.name);
        }
    });
    for (const char* has : {"ring", "hierarchical", "nvls"}) EXPECT_EQ(longest[has], 9U) << has;
}

/// Walks the graph without storing it, as those of the largest fabrics are, with rows and step by step.
void expect_same_bound(const CollectiveOps& ops, const CollectiveCall& call, const CollectiveLimits& limits)
{
    const auto collective = make_collective(ops, call);
    const std::vector<uint32_t> host_of = places_of(call.shape).host_of;
    const CollectiveIdeal with = graph_bound(*collective, host_of, limits, 0);
    const CollectiveIdeal without = graph_bound(WithoutRows(*collective), host_of, limits, 0);
    ASSERT_EQ(with.nic, without.nic) << ops.info.name;
    ASSERT_EQ(with.nvlink, without.nvlink) << ops.info.name;
    ASSERT_EQ(with.chain, without.chain) << ops.info.name;
}

/// No two paths or costs are alike. Some rows are longer than what is asked for at once.
TEST(CollectiveShortcuts, RowsLeaveBoundsAsTheyAre)
{
    CollectiveLimits limits = uniform_limits(50e9, 450e9, microseconds(3), nanoseconds(50));
    limits.delivery = [](uint32_t src, uint32_t dst, Bytes bytes) {
        return nanoseconds(1'000 + 7 * src * src + 131 * dst) + Time{bytes * 20};
    };
    limits.latency = [](uint32_t src, uint32_t dst) { return nanoseconds(500 + 7 * src * src + 131 * dst); };
    for (const Time latency : {Time{}, nanoseconds(333)}) {
        limits.costs.latency = latency;
        for_each_collective([&](const CollectiveOps& ops, const CollectiveCall& call, uint64_t&) {
            expect_same_bound(ops, call, limits);
        });
        for (const char* name : {"ring", "hierarchical"})
            expect_same_bound(find_collective("algorithm", kAllReduce, name), {{300, 2, 150}, 100'000},
                              limits);
    }
}

}  // namespace
}  // namespace hpnsim
