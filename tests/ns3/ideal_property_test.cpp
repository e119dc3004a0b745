// SPDX-License-Identifier: GPL-2.0-only
// Random runs over all that an ideal depends on: nobody beats one, nothing is used more than fully, every
// flow is accounted for, and what is incomplete has no efficiency. HPNSIM_CASES and HPNSIM_SEED in the
// environment make it longer and other.
#include "../scenarios/option_text.hpp"
#include "run_helper.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/statistics.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace hpnsim
{
namespace
{

using Words = std::vector<std::string>;

int64_t from_environment(const char* name, int64_t otherwise)
{
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::atoll(text);
}

class Dice
{
public:
    explicit Dice(uint64_t seed) : stream_(stream_of(seed, StreamKind{11}, 0)) {}
    int64_t below(int64_t n) { return static_cast<int64_t>(next_below(stream_, static_cast<uint64_t>(n))); }
    bool one_in(int64_t n) { return below(n) == 0; }
    std::string number(int64_t low, int64_t high) { return std::to_string(low + below(high - low + 1)); }
    std::string of(const Words& words)
    {
        return words[static_cast<size_t>(below(static_cast<int64_t>(words.size())))];
    }

private:
    uint64_t stream_;
};

std::string links(Dice& dice)
{
    return ",link-ns=" + dice.of({"0", "0", "1", "500", "20000"}) +
           ",switch-ns=" + dice.of({"0", "0", "500"});
}

/// Writes a file of hosts with some links each, of rates and delays of their own, to switches in a row and
/// across.
std::string uneven_file(Dice& dice, const std::filesystem::path& path)
{
    const int64_t hosts = 2 + dice.below(4), switches = 1 + dice.below(4), each = 1 + dice.below(2);
    std::string text;
    int64_t count = 0;
    const auto link = [&](int64_t a, int64_t b) {
        text += std::to_string(a) + " " + std::to_string(b) + " " +
                dice.of({"10", "25", "100", "200", "400"}) + "Gbps " +
                dice.of({"0ns", "0ns", "1us", "20us", "333ns"}) + " 0\n";
        ++count;
    };
    for (int64_t host = 0; host < hosts; ++host)
        for (int64_t i = 0; i < each; ++i) link(host, hosts + dice.below(switches));
    for (int64_t sw = 0; sw < switches; ++sw)
        for (int64_t copies = 1 + dice.below(2); copies > 0 && switches > 1; --copies)
            link(hosts + sw, hosts + (sw + 1) % switches);
    std::string ids;
    for (int64_t sw = 0; sw < switches; ++sw) ids += std::to_string(hosts + sw) + " ";
    std::ofstream(path) << hosts + switches << " " << switches << " " << count << "\n" << ids << "\n" << text;
    return "file:path=" + path.string();
}

std::string topology(Dice& dice, const std::filesystem::path& file)
{
    const std::string rate = dice.of({"1", "10", "25", "100", "400", "333", "0.01"});
    const std::string any_rate = dice.of({"10", "100", "200", "400"});
    switch (dice.below(9)) {
    case 0:
    case 1:
        return "star:hosts=" + dice.number(5, 9) + ",gbps=" + rate + links(dice);
    case 2:
        return "dumbbell:left=" + dice.number(1, 4) + ",right=" + dice.number(1, 4) + ",gbps=" + any_rate +
               ",bottleneck-gbps=" + dice.of({"10", "100", "400"}) + links(dice);
    case 3:
        return "leaf-spine:leaves=" + dice.number(1, 3) + ",hosts=" + dice.number(2, 3) +
               ",spines=" + dice.number(1, 3) + ",gbps=" + any_rate +
               ",uplink-gbps=" + dice.of({"40", "100", "400"}) + links(dice);
    case 4:
        return "hpn:segments=" + dice.number(1, 2) + ",hosts=" + dice.number(2, 3) +
               ",gpus=" + dice.of({"1", "2", "4"}) + ",aggs=" + dice.number(1, 3) + links(dice) +
               ",nvlink-ns=" + dice.of({"0", "25"});
    case 5:
        return dice.of({"dcn+", "hpn-single-tor", "hpn-single-plane"}) + ":segments=" + dice.number(1, 2) +
               ",hosts=" + dice.number(2, 3) + ",gpus=" + dice.of({"1", "2"}) + links(dice);
    case 6:
        return "fat-tree:k=4" + links(dice);
    default:
        return uneven_file(dice, file);
    }
}

std::string size(Dice& dice)
{
    if (dice.one_in(3)) return dice.number(1, 9);
    return dice.of({"64", "100", "1000", "4096", "4097", "10000", "64K", "200K", dice.number(1, 100'000)});
}

Words what(Dice& dice)
{
    const std::string ranks = dice.of({"2", "3", "4", "4", "8"});
    switch (dice.below(5)) {
    case 0:
        return {"permutation", "--ranks", ranks, "--size", size(dice)};
    case 1:
        return {"allreduce",
                "--ranks",
                ranks,
                "--size",
                size(dice),
                "--algorithm",
                dice.of({"ring", "hierarchical"}),
                "--channels",
                dice.number(1, 5),
                "--iterations",
                dice.number(1, 2)};
    case 2:
        return {"alltoall", "--ranks", ranks, "--size", size(dice), "--channels", dice.number(1, 4)};
    default:
        return {"incast",
                "--senders",
                dice.number(1, 4),
                "--size",
                size(dice),
                "--placement",
                dice.of({"index", "rail"}),
                "--rounds",
                dice.number(1, 2),
                "--verb",
                dice.of({"write", "send", "read"})};
    }
}

Words command(Dice& dice, const std::filesystem::path& file)
{
    Words words = what(dice);
    const auto add = [&words](const std::string& name, const std::string& value) {
        words.push_back(name);
        words.push_back(value);
    };
    add("--topology", topology(dice, file));
    add("--cc", dice.of({"fixed", "fixed:window=0", "dcqcn", "hpcc", "nscc", "dctcp", "swift", "timely",
                         "powertcp", "rccc", "hpcc-pint", "bolt"}));
    if (dice.one_in(2)) add("--transport", dice.of({"gbn", "irn", "rud", "rud", "gbn:ack-timeout=0"}));
    if (dice.one_in(3)) add("--path", dice.of({"ecmp", "spray", "reps"}));
    if (dice.one_in(2)) add("--wire", dice.of({"roce", "hpcc-sim", "htsim"}));
    if (dice.one_in(5)) add("--profile", dice.of({"hpcc-sim", "hpcc-sim", "htsim"}));
    if (dice.one_in(2)) add("--mtu", dice.of({"64", "65", "1000", "1021", "1500", "9216"}));
    if (dice.one_in(3)) add("--qps", dice.number(1, 4));
    if (dice.one_in(6)) add("--switch-lb", dice.of({"adaptive", "flowlet"}));
    if (dice.one_in(6)) add("--jitter-ns", dice.of({"100", "10000"}));
    if (dice.one_in(8)) add("--loss", dice.of({"0.001", "0.1"}));
    add("--stop-us", dice.one_in(4) ? dice.of({"0.001", "1", "7.3", "100"}) : "20000");
    add("--seed", dice.number(1, 1'000'000));
    return words;
}

std::string shown(const Words& words)
{
    std::string text;
    for (const std::string& word : words) text += word + " ";
    return text;
}

double figure(const RunRecord& record, const char* key)
{
    return record.extra.contains(key) && record.extra[key].is_number() ? record.extra[key].get<double>() : -1;
}

void check_flows(const RunRecord& record, bool own_definition)
{
    for (const FlowRow& row : record.flows) {
        EXPECT_GE(row.ideal.ps, own_definition ? 1 : 0);  // HPCC-sim's links take 0 ns for a short packet
        if (row.completed() && own_definition) {
            EXPECT_GE(row.fct().ps, row.ideal.ps) << row.id << ": " << row.src << " to " << row.dst;
        }
        if (row.completed() && row.ideal.ps > 0) {
            EXPECT_GE(row.slowdown(), 1) << row.id;
        }
    }
}

void check(const Outcome& outcome, const Options& options)
{
    const RunRecord& record = outcome.record;
    const FlowCounts counts = count_flows(record);
    EXPECT_EQ(counts.completed + counts.failed + counts.unfinished, counts.flows);
    const bool complete = counts.completed == counts.flows;
    if (complete != (outcome.ending == Ending::complete)) {
        EXPECT_EQ(outcome.ending, Ending::unfinished);  // the next had not begun
        EXPECT_TRUE(complete);
        EXPECT_LT(record.flows.size(), std::stoul(test::option_text(options, "rounds")) *
                                           std::stoul(test::option_text(options, "senders")));
    }
    check_flows(record, options.common.profile != "hpcc-sim");
    const double efficiency = figure(record, "efficiency");
    EXPECT_LE(efficiency, 1);
    EXPECT_EQ(efficiency < 0, outcome.ending != Ending::complete) << efficiency;
    EXPECT_GE(figure(record, "ideal_us"), 0);
    if (options.common.profile.empty()) {
        EXPECT_GT(figure(record, "ideal_us"), 0);
    }
    for (const PortRow& port : record.ports) {
        EXPECT_LE(port.utilisation, 1) << port.name;
        EXPECT_GE(port.utilisation, 0) << port.name;
    }
}

/// Returns false for a pair that cannot run, or a fabric that is too small: then another one has to be drawn.
bool try_one(Dice& dice, const std::filesystem::path& file)
{
    const Words words = command(dice, file);
    SCOPED_TRACE(shown(words));
    try {
        const std::unique_ptr<Scenario> scenario = scenario_of(words);
        check(simulate_first(*scenario), scenario->options);
    } catch (const BadInput&) {
        return false;
    }
    return true;
}

TEST(IdealProperty, NobodyBeatsAnIdeal)
{
    Dice dice(static_cast<uint64_t>(from_environment("HPNSIM_SEED", 1)));
    const int64_t wanted = from_environment("HPNSIM_CASES", 300);
    const bool aloud = std::getenv("HPNSIM_ALOUD") != nullptr;
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("hpnsim-ideal-" + std::to_string(getpid()) + ".txt");
    int64_t run = 0, drawn = 0;
    for (; run < wanted && drawn < 20 * wanted; ++drawn) {
        if (aloud) {
            Dice next = dice;
            std::cerr << shown(command(next, file)) << std::endl;
        }
        run += try_one(dice, file) ? 1 : 0;
    }
    std::filesystem::remove(file);
    EXPECT_EQ(run, wanted) << "of " << drawn << " that were drawn";
}

}  // namespace
}  // namespace hpnsim
