// SPDX-License-Identifier: GPL-2.0-only
// Runs DCQCN (SIGCOMM'15) with the paper's parameters at 40G (Kmin 5 KB, Kmax 200 KB, Pmax 1 %): N long flows
// at one bottleneck share it, and the queue stands where the paper's fluid model has its fixed point.
#include "command.hpp"
#include "series_file.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace hpnsim::test
{
namespace
{

struct Fluid {
    double marking;   ///< p*
    double queue_kb;  ///< q*, where RED marks with p*
};

constexpr double kKmin = 5, kKmax = 200, kPmax = 0.01;

/// The fixed point of SIGCOMM'15, section 5.2 (equation 11): with everybody at C / N,
///     a^2 alpha / ((b + d) (c + e)) = tau^2 R_AI R_C,
/// a = 1 - (1-p)^(tau R), alpha = 1 - (1-p)^(tau' R), b = p / ((1-p)^-B - 1), c = (1-p)^(F B) b,
/// d = p / ((1-p)^(-T R) - 1), e = (1-p)^(F T R) d, rates in packets per second. The left side grows with p.
Fluid fixed_point(int flows, double packet_bits)
{
    const double rate = 40e9 / packet_bits / flows, step = 40e6 / packet_bits;
    const double tau = 50e-6, tau_alpha = 55e-6, timer = 55e-6, rounds = 5, bytes = 10e6 * 8 / 8000.0;
    const auto excess = [&](double p) {
        const double a = 1 - std::pow(1 - p, tau * rate), alpha = 1 - std::pow(1 - p, tau_alpha * rate);
        const double b = p / (std::pow(1 - p, -bytes) - 1), c = std::pow(1 - p, rounds * bytes) * b;
        const double d = p / (std::pow(1 - p, -timer * rate) - 1),
                     e = std::pow(1 - p, rounds * timer * rate) * d;
        return a * a * alpha / ((b + d) * (c + e)) - tau * tau * step * rate;
    };
    double low = 1e-9, high = 0.5;
    for (int i = 0; i < 200; ++i) {
        const double middle = std::sqrt(low * high);
        (excess(middle) < 0 ? low : high) = middle;
    }
    return {low, kKmin + low / kPmax * (kKmax - kKmin)};
}

class Dcqcn : public testing::TestWithParam<int>
{
};

// 60 ms, of which the last 35 are looked at.
TEST_P(Dcqcn, SharesFairlyWithTheQueueOfTheFluidModel)
{
    const int flows = GetParam();
    const Folder folder;
    const auto out = folder.path() / "o";
    const Ran ran = run("incast --topology star:gbps=40 --senders " + std::to_string(flows) +
                        " --size 500M --mtu 1000 --cc dcqcn:preset=paper "
                        "--fabric lossless:kmin-kb=5,kmax-kb=200,pmax=0.01,buffer-mb=12 --stop-us 60000 "
                        "--series-us 100 --quiet "
                        "--no-plots --out " +
                        out.string());
    ASSERT_EQ(ran.status, 3) << ran.err;  // the flows are longer than the run
    const auto run_folder = out / "runs" / "dcqcn_preset=paper";
    const auto lines = read_series(run_folder / "series.csv");
    const Fluid fluid = fixed_point(flows, 8 * 1082);

    const std::vector<double> queue = Span(lines, 25'000, 60'000, 100).queue("h0");
    const double mean = mean_of(queue) / 1000;
    std::printf("%d flows: p* %.5f, queue %.1f KB, fluid model %.1f KB; Jain over 5 ms each:", flows,
                fluid.marking, mean, fluid.queue_kb);
    EXPECT_NEAR(mean, fluid.queue_kb, 0.25 * fluid.queue_kb);
    EXPECT_LT(percentile(queue, 0.99) / 1000, kKmax * 1.02);  // a queue that is bounded near Kmax
    for (int from = 0; from < 60'000; from += 5'000) {
        const double index = jain(Span(lines, from, from + 5'000, 100).goodputs());
        std::printf(" %.3f", index);
        EXPECT_TRUE(from < 25'000 || index > 0.96) << from;
    }
    std::printf("\n");
    const std::vector<double> goodputs = Span(lines, 25'000, 60'000, 100).goodputs();
    ASSERT_EQ(goodputs.size(), static_cast<size_t>(flows));
    EXPECT_GT(jain(goodputs), 0.985);
    EXPECT_GT(sum_of(goodputs), 0.985 * 40 * 1000 / 1082);  // no idle link

    const auto summary = nlohmann::json::parse(read(run_folder / "summary.json"));
    EXPECT_EQ(summary["pfc_pauses"], 0);
}

INSTANTIATE_TEST_SUITE_P(Flows, Dcqcn, testing::Values(2, 4, 8));

}  // namespace
}  // namespace hpnsim::test
