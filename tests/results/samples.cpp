// SPDX-License-Identifier: GPL-2.0-only
// Makes records whose numbers are easy to check.
#include "samples.hpp"

#include <fstream>
#include <iterator>
#include <stdlib.h>

namespace hpnsim::test
{

namespace
{

/// A linear congruential stream (Knuth's MMIX constants): 0..1.
struct Stream {
    uint64_t state;
    double next()
    {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<double>(state >> 11) / 9007199254740992.0;
    }
};

void add_ports(RunRecord& run, Stream& random)
{
    for (int i = 0; i < 16; ++i) {
        const int plane = i % 2;
        PortRow nic{"h" + std::to_string(i / 2) + " g0 p" + std::to_string(plane), "nic", "host", plane,
                    gbps(200)};
        nic.bytes = static_cast<Bytes>(1e6 + 1e6 * random.next() * (plane + 1));
        PortRow up{"tor s0 r0 p" + std::to_string(plane) + " -> agg " + std::to_string(i), "tor", "up", plane,
                   gbps(400)};
        up.utilisation = 0.2 + 0.3 * random.next();
        PortRow down = nic;
        down.tier = "tor";
        down.role = "down";
        run.ports.insert(run.ports.end(), {nic, up, down});
    }
}

void add_queues(RunRecord& run, double scale)
{
    double left = 1;
    run.queue_depth.bins.emplace_back(0, 0.6);
    left -= 0.6;
    for (Bytes depth = 1000; depth < static_cast<Bytes>(2e6 * scale); depth = depth * 5 / 4) {
        run.queue_depth.bins.emplace_back(depth, left * 0.25);
        left *= 0.75;
    }
    run.queue_depth.bins.emplace_back(static_cast<Bytes>(2e6 * scale), left);
}

}  // namespace

TempFolder::TempFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "hpnsim-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
}

TempFolder::~TempFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

RunRecord small_run()
{
    RunRecord run;
    run.label = "dcqcn+ecmp";
    run.scenario = "incast";
    run.topology = "star";
    run.cc = "dcqcn";
    run.path = "ecmp";
    run.transport = "gbn";
    run.fabric = "lossless";
    run.seed = 7;
    run.command = "incast --cc dcqcn --seed 7";
    run.version = "0.1.0";
    run.params = {{"cc", {{"gain", "0.00390625"}, {"rai", "40 Mb/s"}}}, {"mtu", 4096}};
    // FCT 10 us of 8 us ideal: 1.25; 12.000001 us of 8 us: 1.500000125, rounded to 1.5.
    run.flows.push_back({0, 1, 0, 3, 65536, {0}, {10'000'000}, {8'000'000}, 0, FlowStatus::ok});
    run.flows.push_back({1, 2, 0, 4, 65536, {1'500}, {12'001'501}, {8'000'000}, 4096, FlowStatus::ok});
    run.flows.push_back({2, 3, 0, 5, 65536, {0}, {0}, {8'000'000}, 0, FlowStatus::unfinished});
    run.flows.push_back({3, 4, 0, 6, 65536, {0}, {5'000'000}, {8'000'000}, 0, FlowStatus::retry_exceeded});
    run.ports.push_back(
        {"tor 0 -> h0, g0", "tor", "down", 1, gbps(200), 123456, 1000.5, 12, 0, 0, 3, {2'500}, 131072, 0.25});
    run.sim_time = {12'001'501};
    run.packet_hops = 100;
    run.wall_s = 0.5;
    return run;
}

RunRecord busy_run(const std::string& label, int flows, uint64_t seed)
{
    RunRecord run = small_run();
    run.label = label;
    run.seed = seed;
    run.flows.clear();
    run.ports.clear();
    Stream random{seed * 977};
    const double badness = 1 + 2 * random.next();
    Time now{0};
    for (int i = 0; i < flows; ++i) {
        const double u = random.next();
        const auto bytes = static_cast<Bytes>(1000 + 1e6 * u * u * u * u);
        const Time ideal{2'000'000 + bytes * 20};
        double slow = 1 + badness * random.next() * 0.5;
        if (random.next() > 0.95) slow += badness * 10 * random.next();
        now += Time{static_cast<int64_t>(2e6 * random.next())};
        const Time end = now + Time{static_cast<int64_t>(static_cast<double>(ideal.ps) * slow)};
        run.flows.push_back(
            {static_cast<uint64_t>(i), static_cast<uint32_t>(i % 16), 0, 0, bytes, now, end, ideal});
    }
    run.throughput.bin = microseconds(1);
    for (int i = 0; i < 40; ++i) run.throughput.bytes.push_back(50'000 * random.next());
    add_ports(run, random);
    add_queues(run, random.next());
    run.max_queue = run.queue_depth.bins.back().first;
    return run;
}

std::string text_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace hpnsim::test
