// SPDX-License-Identifier: GPL-2.0-only
// Tests random traffic: the logarithm, the distributions, and whether what is drawn is what was asked for.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/natural_log.hpp"
#include "hpnsim/poisson_traffic.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <unistd.h>

namespace hpnsim
{
namespace
{

const FabricPlan& leaf_spine()
{
    static const FabricPlan plan = make_fabric("leaf-spine:leaves=4,hosts=16,spines=4,gbps=100", 2);
    return plan;
}

class CdfFile
{
public:
    explicit CdfFile(const std::string& text)
        : path_(::testing::TempDir() + "poisson_" + std::to_string(getpid()) + ".cdf")
    {
        std::ofstream(path_) << text;
    }
    ~CdfFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// Returns the sentence about a CDF of `text`, from the line number on.
std::string sentence_of(const std::string& text)
{
    const CdfFile file(text);
    try {
        read_size_distribution("--cdf", file.path());
    } catch (const BadInput& error) {
        const std::string sentence = error.what();
        return sentence.substr(0, file.path().size()) == file.path() ? sentence.substr(file.path().size())
                                                                     : sentence;
    }
    return "";
}

/// Returns the times between the flows of each source, in order.
std::map<uint32_t, std::vector<double>> gaps_of(const std::vector<FlowSpec>& flows)
{
    std::map<uint32_t, Time> last;
    std::map<uint32_t, std::vector<double>> gaps;
    for (const FlowSpec& flow : flows) {
        gaps[flow.src].push_back(static_cast<double>((flow.start - last[flow.src]).ps));
        last[flow.src] = flow.start;
    }
    return gaps;
}

double kolmogorov_smirnov(std::vector<double> gaps, double mean)
{
    std::sort(gaps.begin(), gaps.end());
    double distance = 0;
    const auto n = static_cast<double>(gaps.size());
    for (size_t i = 0; i < gaps.size(); ++i) {
        const double expected = 1 - std::exp(-gaps[i] / mean), rank = static_cast<double>(i);
        distance = std::max({distance, expected - rank / n, (rank + 1) / n - expected});
    }
    return distance;
}

TEST(NaturalLog, AgreesWithTheLibrary)
{
    for (const double x : {1.0, 2.0, 0.5, 1e-300, 1e300, 0x1.0p-53, 1 - 0x1.0p-53, 1.4142135623730951,
                           1.4142135623730949, 2.718281828459045, 0x1.0p-1022, 1.7976931348623157e308})
        EXPECT_NEAR(natural_log(x), std::log(x), 1e-15 * std::max(1.0, std::abs(std::log(x)))) << x;
    uint64_t stream = stream_of(1, StreamKind{2}, 3);
    for (int i = 0; i < 1'000'000; ++i) {
        const double x = 1 - next_uniform(stream);
        ASSERT_NEAR(natural_log(x), std::log(x), 1e-15 * std::max(1.0, -std::log(x))) << x;
    }
    EXPECT_EQ(natural_log(1), 0);
}

/// The published means, and quantiles at and between points.
TEST(SizeDistribution, BuiltInsAreThePublishedOnes)
{
    EXPECT_NEAR(read_size_distribution("--cdf", "WebSearch").mean(), 1.71e6, 0.005e6);
    EXPECT_NEAR(read_size_distribution("--cdf", "FB_Hadoop").mean(), 120e3, 0.5e3);
    EXPECT_NEAR(read_size_distribution("--cdf", "AliStorage").mean(), 40.9e3, 0.05e3);
    const SizeDistribution web = read_size_distribution("--cdf", "WebSearch");
    EXPECT_EQ(web.quantile(0), 1);
    EXPECT_EQ(web.quantile(0.15), 10'000);
    EXPECT_EQ(web.quantile(0.175), 15'000);
    EXPECT_EQ(web.quantile(0.985), 20'000'000);
    EXPECT_EQ(web.quantile(1 - 0x1.0p-53), 30'000'000);
}

TEST(SizeDistribution, AStepIsOneSize)
{
    const CdfFile file("1000 0\n1000 40\n\n5000 60\n5000 100\n");
    const SizeDistribution sizes = read_size_distribution("--cdf", file.path());
    EXPECT_DOUBLE_EQ(sizes.mean(), 0.4 * 1'000 + 0.2 * 3'000 + 0.4 * 5'000);
    EXPECT_EQ(sizes.quantile(0.2), 1'000);
    EXPECT_EQ(sizes.quantile(0.5), 3'000);
    EXPECT_EQ(sizes.quantile(0.7), 5'000);
}

TEST(SizeDistribution, SaysWhatIsWrongAndWhere)
{
    EXPECT_EQ(sentence_of("0 0\n1000 fifty\n"), ":2: percent: 'fifty' is not a number");
    EXPECT_EQ(sentence_of("0 0\n\n1000 50 3\n"),
              ":3: a line of a CDF is 'bytes percent', and this one has 3 words");
    EXPECT_EQ(sentence_of("0 5\n1000 100\n"),
              ":1: the first percent is 5, and must be 0; put the smallest size before it, with 0");
    EXPECT_EQ(sentence_of("0 0\n1000 50\n2000 40\n"), ":3: percent 40 is less than the 50 before it");
    EXPECT_EQ(sentence_of("0 0\n1000 50\n900 100\n"), ":3: 900 bytes are fewer than the 1000 before them");
    EXPECT_EQ(sentence_of("0 0\n1000 99\n"),
              ":2: the last percent is 99, and must be 100, or 1 if all are shares of one");
    EXPECT_EQ(sentence_of("0 0\n1000 101\n"), ":2: percent: 101 is out of range, 0 to 100");
    EXPECT_EQ(sentence_of("0 0\n0 100\n"), ":2: every flow of this CDF is of 0 bytes");
    EXPECT_EQ(sentence_of("\n \n"), ": the CDF is empty");
    try {
        read_size_distribution("--cdf", "Websearch");
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_STREQ(
            error.what(),
            "--cdf: 'Websearch' is no file that can be read, and no distribution of that name is known; "
            "the nearest is 'WebSearch'");
    }
}

/// Mean size and load, within five standard errors of the sample's own spread.
TEST(PoissonTraffic, MeanSizeAndLoadAreThoseAskedFor)
{
    const struct {
        const char* name;
        Time duration;
    } table[] = {
        {"WebSearch", milliseconds(200)}, {"FB_Hadoop", milliseconds(20)}, {"AliStorage", milliseconds(10)}};
    for (const auto& [name, duration] : table) {
        const SizeDistribution sizes = read_size_distribution("--cdf", name);
        const std::vector<FlowSpec> flows = poisson_flows(leaf_spine(), sizes, 0.3, duration, 1);
        double sum = 0, squares = 0;
        for (const FlowSpec& flow : flows) {
            const auto bytes = static_cast<double>(flow.bytes);
            sum += bytes;
            squares += bytes * bytes;
        }
        const auto n = static_cast<double>(flows.size());
        ASSERT_GT(n, 10'000) << name;
        const double mean = sum / n, deviation = std::sqrt(squares / n - mean * mean);
        EXPECT_NEAR(mean, sizes.mean(), 5 * deviation / std::sqrt(n)) << name;
        // A compound Poisson sum: its variance is n E[size^2].
        const double capacity = 64 * 100e9 / 8 * duration.s();
        EXPECT_NEAR(sum / capacity, 0.3, 5 * std::sqrt(squares) / capacity) << name;
    }
}

/// The largest Kolmogorov-Smirnov distance that an exponential sample exceeds once in a thousand is
/// 1.95 / sqrt(n); sources are independent, so that all gaps together are one sample.
TEST(PoissonTraffic, GapsAreExponential)
{
    const SizeDistribution sizes = read_size_distribution("--cdf", "AliStorage");
    const double mean_ps = 8 * sizes.mean() / (0.5 * 100e9) * 1e12;
    std::vector<double> all;
    for (const auto& [src, gaps] : gaps_of(poisson_flows(leaf_spine(), sizes, 0.5, milliseconds(10), 1))) {
        EXPECT_LT(kolmogorov_smirnov(gaps, mean_ps), 1.95 / std::sqrt(gaps.size())) << src;
        all.insert(all.end(), gaps.begin(), gaps.end());
    }
    ASSERT_GT(all.size(), 50'000U);
    EXPECT_LT(kolmogorov_smirnov(all, mean_ps), 1.95 / std::sqrt(all.size()));
}

TEST(PoissonTraffic, DestinationsAreTheOthersAlike)
{
    const auto flows =
        poisson_flows(leaf_spine(), read_size_distribution("--cdf", "AliStorage"), 0.5, milliseconds(10), 1);
    EXPECT_TRUE(std::is_sorted(flows.begin(), flows.end(),
                               [](const FlowSpec& a, const FlowSpec& b) { return a.start < b.start; }));
    EXPECT_LT(flows.back().start, milliseconds(10));
    std::map<uint32_t, int> to;
    for (const FlowSpec& flow : flows) {
        EXPECT_NE(flow.src, flow.dst);
        ++to[flow.dst];
    }
    ASSERT_EQ(to.size(), 64U);
    const double share = static_cast<double>(flows.size()) / 64;
    for (const auto& [dst, count] : to) EXPECT_NEAR(count, share, 5 * std::sqrt(share)) << dst;
}

/// One more host, or another load, changes no other draw: the same sizes go to the same hosts, at other
/// times.
TEST(PoissonTraffic, HostsDrawFromStreamsOfTheirOwn)
{
    const SizeDistribution sizes = read_size_distribution("--cdf", "WebSearch");
    const auto of_host_3 = [](const std::vector<FlowSpec>& flows) {
        std::vector<FlowSpec> own;
        for (const FlowSpec& flow : flows)
            if (flow.src == 3) own.push_back(flow);
        return own;
    };
    FabricPlan fewer = leaf_spine();
    fewer.links.erase(fewer.links.begin());  // of host 0
    const auto all = of_host_3(poisson_flows(leaf_spine(), sizes, 0.2, milliseconds(20), 7)),
               without = of_host_3(poisson_flows(fewer, sizes, 0.2, milliseconds(20), 7)),
               busy = of_host_3(poisson_flows(leaf_spine(), sizes, 0.4, milliseconds(20), 7)),
               other = of_host_3(poisson_flows(leaf_spine(), sizes, 0.2, milliseconds(20), 8));
    ASSERT_GT(all.size(), 10U);
    ASSERT_EQ(all.size(), without.size());
    ASSERT_GT(busy.size(), all.size());
    for (size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].start, without[i].start);
        EXPECT_EQ(all[i].bytes, busy[i].bytes);
        EXPECT_EQ(all[i].dst, busy[i].dst);
        EXPECT_NEAR(busy[i].start.us(), all[i].start.us() / 2, 1e-4);
    }
    EXPECT_NE(other.front().bytes, all.front().bytes);
    // These were recorded once: another machine, library or compiler must draw the same.
    EXPECT_EQ(all.back().start.ps, 19'914'406'038);
    EXPECT_EQ(all.back().bytes, 22'736);
}

TEST(PoissonTraffic, RefusesNoFlowsAndTooMany)
{
    const SizeDistribution sizes = read_size_distribution("--cdf", "WebSearch");
    EXPECT_THROW(poisson_flows(leaf_spine(), sizes, 0.3, nanoseconds(1), 1), BadInput);
    EXPECT_THROW(poisson_flows(leaf_spine(), sizes, 0.3, milliseconds(1'000'000), 1), BadInput);
}

}  // namespace
}  // namespace hpnsim
