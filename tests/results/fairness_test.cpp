// SPDX-License-Identifier: GPL-2.0-only
// Jain's index, and when flows have come to share evenly.
#include "hpnsim/fairness.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

/// Two flows into one receiver, the second from 100 us on. Samples every 10 us: the first has it all until
/// `even_us`, and then both have the same.
RunRecord two_flows(int even_us, bool break_up = false)
{
    RunRecord run;
    for (uint32_t src : {1, 2}) {
        FlowRow flow;
        flow.src = src;
        flow.start = microseconds(src == 2 ? 100 : 0);
        flow.end = microseconds(1000);
        flow.ideal = microseconds(1);
        run.flows.push_back(flow);
    }
    run.series.qps = {"1-0:qp1", "2-0:qp1"};
    for (int at = 10; at <= 1000; at += 10) {
        const bool even = at > even_us && !(break_up && at == 800);
        for (uint32_t name : {0, 1})
            run.series.qp_rows.push_back({microseconds(at),
                                          microseconds(10),
                                          name,
                                          {{},
                                           0,
                                           0,
                                           even        ? 1000
                                           : name == 0 ? 2000
                                                       : 0}});
    }
    return run;
}

TEST(Fairness, JainsIndex)
{
    EXPECT_DOUBLE_EQ(*jain_index(std::vector<double>{3, 3, 3}), 1);
    EXPECT_DOUBLE_EQ(*jain_index(std::vector<double>{1, 0, 0, 0}), 0.25);
    EXPECT_FALSE(jain_index(std::vector<double>{1}));
    EXPECT_FALSE(jain_index(std::vector<double>{0, 0}));
}

TEST(Fairness, ConvergenceIsWhenSharesStayEven)
{
    // Five samples of 2000/0 become 1000/1000: 3 of 5 make 7000 and 3000, an index of 0.86; 4 of 5 0.96.
    EXPECT_EQ(convergence_time(two_flows(500))->us(), 440);
    EXPECT_EQ(convergence_time(two_flows(0))->us(), 50);  // the first five samples
    EXPECT_EQ(convergence_time(two_flows(500, true))->us(), 440) << "one sample of five is borne";
    EXPECT_FALSE(convergence_time(two_flows(2000)));
    RunRecord blind = two_flows(500);
    blind.series = {};
    EXPECT_FALSE(convergence_time(blind));
    RunRecord apart = two_flows(500);
    apart.flows[0].end = microseconds(50);
    EXPECT_FALSE(convergence_time(apart));
}

}  // namespace
}  // namespace hpnsim
