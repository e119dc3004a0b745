// SPDX-License-Identifier: GPL-2.0-only
// Tests what the numbers of --seeds, throughput.csv and series.csv mean.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <sstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

std::vector<std::string> cells(const std::string& line)
{
    std::vector<std::string> all;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
    return all;
}

/// Returns a column of a CSV file, by name.
std::vector<std::string> column(const fs::path& file, const std::string& name)
{
    const auto lines = rows(file);
    const auto head = cells(lines.at(0));
    const auto at = static_cast<size_t>(std::find(head.begin(), head.end(), name) - head.begin());
    std::vector<std::string> all;
    for (size_t i = 1; i < lines.size(); ++i) all.push_back(cells(lines[i]).at(at));
    return all;
}

std::vector<double> numbers(const fs::path& file, const std::string& name)
{
    std::vector<double> all;
    for (const std::string& cell : column(file, name)) all.push_back(std::stod(cell));
    return all;
}

size_t lines_of(const std::string& text)
{
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// Holds the payload that receivers got in the time of throughput.csv, in bytes, and the largest rate.
struct Delivered {
    double bytes = 0, most_gbps = 0;
};

Delivered delivered(const fs::path& run)
{
    const auto from = numbers(run / "throughput.csv", "from_ns"),
               to = numbers(run / "throughput.csv", "to_ns"),
               rate = numbers(run / "throughput.csv", "payload_gbps");
    Delivered out;
    for (size_t i = 0; i < rate.size(); ++i) {
        out.bytes += rate[i] * (to[i] - from[i]) / 8;
        out.most_gbps = std::max(out.most_gbps, rate[i]);
    }
    return out;
}

}  // namespace

/// One receiver with two ports of 200 Gb/s: whatever the flows do, it gets no more, with one seed or three.
TEST(Throughput, IsWhatReceiversGotAndNeverMoreThanTheirPorts)
{
    const Folder folder;
    for (const char* more : {"--cc dcqcn", "--cc dcqcn --seeds 3 --jitter-ns 2000", "--cc hpcc --verb read",
                             "--cc nscc --loss 0.01", "--cc dcqcn --transport irn --loss 0.01",
                             "--cc dcqcn --loss 0.01", "--cc dcqcn --verb send --rounds 9"}) {
        const fs::path out = folder.path() / "o";
        const Ran ran =
            run("incast --topology hpn:segments=1,hosts=40 --senders 8 --size 1M --quiet --no-plots " +
                std::string(more) + " --out " + out.string());
        ASSERT_EQ(ran.status, 0) << more << ran.err;
        const fs::path label = fs::directory_iterator(out / "runs")->path();
        const Delivered got = delivered(label);
        EXPECT_LE(got.most_gbps, 400) << more;
        EXPECT_GT(got.most_gbps, 150) << more;
        const double sent = has(more, "rounds 9") ? 9 * 8 * 1048576. : 8 * 1048576.;
        EXPECT_NEAR(got.bytes, sent, sent * 1e-6) << more;  // each byte once; of seeds, their mean
    }
}

TEST(Seeds, EveryRowSaysWhoseItIs)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran =
        run("incast --topology star --senders 4 --size 256K --rounds 2 --seed 5 --seeds 3 --jitter-ns "
            "3000 --quiet --no-plots --audit --cc dcqcn --out " +
            out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const fs::path label = out / "runs/dcqcn";
    const auto flows = column(label / "flows.csv", "seed"), ports = column(label / "queues.csv", "seed");
    for (const char* seed : {"5", "6", "7"}) {
        EXPECT_EQ(std::count(flows.begin(), flows.end(), seed), 8) << seed;
        EXPECT_GT(std::count(ports.begin(), ports.end(), seed), 4) << seed;
    }
    EXPECT_EQ(cells(rows(label / "flows.csv").at(0)).back(), "seed");
    EXPECT_EQ(cells(rows(label / "queues.csv").at(0)).back(), "seed");
}

TEST(Seeds, EachMeasureIsPooledAsItMeans)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran =
        run("incast --topology hpn:segments=1,hosts=8 --senders 6 --size 256K --rounds 2 --seeds 3 "
            "--jitter-ns 3000 --quiet --no-plots --audit --cc dcqcn --out " +
            out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(out, "dcqcn");
    const auto& seeds = json["seeds"];
    ASSERT_EQ(seeds.size(), 3U);
    EXPECT_FALSE(json.contains("seeds_note"));
    const auto all = [&](const char* key) {
        std::vector<double> values;
        for (const auto& seed : seeds) values.push_back(seed[key].get<double>());
        return values;
    };
    const auto sum = [](const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0); };
    const auto worst = all("worst_last_fct_us");
    EXPECT_NE(worst[0], worst[1]);
    EXPECT_EQ(json["worst_last_fct_us"], *std::max_element(worst.begin(), worst.end()));
    EXPECT_NEAR(json["last_fct_us"].get<double>(), sum(all("last_fct_us")) / 3, 1e-9);
    EXPECT_NEAR(json["efficiency"].get<double>(), sum(all("efficiency")) / 3, 1e-12);
    for (const char* key : {"flows", "completed", "ecn_marks", "packet_hops", "events"})
        EXPECT_EQ(json[key].get<double>(), sum(all(key))) << key;
    for (const size_t port : {0, 1}) {
        double bytes = 0;
        for (const auto& seed : seeds) bytes += seed["receiver_port_bytes"][port].get<double>();
        EXPECT_EQ(json["receiver_port_bytes"][port].get<double>(), bytes);
    }
    EXPECT_EQ(json["audit"]["checks"].get<double>(), seeds[0]["audit"]["checks"].get<double>() +
                                                         seeds[1]["audit"]["checks"].get<double>() +
                                                         seeds[2]["audit"]["checks"].get<double>());
    // The file agrees with the sum.
    const auto bytes = numbers(out / "runs/dcqcn/queues.csv", "ecn_marks");
    EXPECT_EQ(sum(bytes), json["ecn_marks"].get<double>());
}

/// Pooling must not lose a measure that every seed has, in any scenario.
TEST(Seeds, LoseNoMeasure)
{
    const Folder folder;
    for (const char* command :
         {"incast --topology star --senders 3 --size 64K --loss 0.01 --verify --cc nscc",
          "allreduce --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --verify --loss 0.001 --cc nscc",
          "alltoall --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --cc rccc",
          "permutation --topology leaf-spine --ranks 16 --size 64K --cc nscc",
          "flows --topology star --cdf WebSearch --load 0.2 --duration-us 300 --cc hpcc"}) {
        const fs::path out = folder.path() / "o";
        const Ran ran =
            run(std::string(command) + " --seeds 2 --jitter-ns 500 --quiet --no-plots --out " + out.string());
        ASSERT_EQ(ran.status, 0) << command << ran.err;
        const fs::path label = fs::directory_iterator(out / "runs")->path();
        const auto json = nlohmann::json::parse(read(label / "summary.json"));
        ASSERT_EQ(json["seeds"].size(), 2U) << command;
        for (const auto& item : json["seeds"][0].items())
            if (!item.value().is_null() && item.key() != "seed") {
                EXPECT_FALSE(json[item.key()].is_null()) << command << ": " << item.key();
            }
    }
}

TEST(Seeds, ThatChangeNothingCountOnce)
{
    const Folder folder;
    const fs::path out = folder.path() / "o", one = folder.path() / "one";
    const std::string command =
        "incast --topology star --senders 4 --size 64K --quiet --no-plots --cc dcqcn --out ";
    const Ran ran = run(command + out.string() + " --seeds 10");
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(lines_of(ran.err), 1U) << ran.err;
    EXPECT_TRUE(has(ran.err, "10 seeds gave identical runs")) << ran.err;
    const auto json = summary(out, "dcqcn");
    EXPECT_EQ(json["fct_us"]["n"], 4);
    EXPECT_EQ(json["flows"], 4);
    EXPECT_EQ(json["seeds"].size(), 10U);
    EXPECT_TRUE(has(json["seeds_note"], "--jitter-ns"));
    ASSERT_EQ(run(command + one.string()).status, 0);
    EXPECT_EQ(rows(out / "runs/dcqcn/flows.csv"), rows(one / "runs/dcqcn/flows.csv"));
    EXPECT_EQ(rows(out / "runs/dcqcn/queues.csv"), rows(one / "runs/dcqcn/queues.csv"));
}

TEST(Series, EndsWithAWordWhenItHasAsManyRowsAsItMay)
{
    const Folder folder;
    const fs::path out = folder.path() / "o", other = folder.path() / "other";
    const std::string command =
        "incast --topology star --senders 4 --size 256K --quiet --no-plots --cc dcqcn --out ";
    const Ran ran = run(command + out.string() + " --series-us 0.01 --series-rows 2000");
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(has(ran.err, "--series-rows")) << ran.err;
    EXPECT_EQ(lines_of(ran.err), 1U) << ran.err;
    const size_t found = rows(out / "runs/dcqcn/series.csv").size();
    EXPECT_GE(found, 2000U);
    EXPECT_LE(found, 2100U);  // a sample of everything is not cut
    ASSERT_EQ(run(command + other.string()).status, 0);
    EXPECT_EQ(rows(out / "runs/dcqcn/flows.csv"), rows(other / "runs/dcqcn/flows.csv"));
}

}  // namespace hpnsim::test
