// SPDX-License-Identifier: GPL-2.0-only
// Sorts flows by size and cuts them into groups.
#include "hpnsim/size_buckets.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct Sample {
    Bytes size;
    int64_t slowdown, fct;
};

SizeBucket bucket_of(const std::vector<Sample>& flows, size_t first, size_t last)
{
    std::vector<int64_t> slowdowns, fcts;
    for (size_t i = first; i < last; ++i) {
        slowdowns.push_back(flows[i].slowdown);
        fcts.push_back(flows[i].fct);
    }
    const Summary slow = summarise(slowdowns), time = summarise(fcts);
    return {flows[first].size, flows[last - 1].size,
            last - first,      slow.p50,
            slow.p95,          slow.p99,
            time.p50,          time.p95,
            time.p99};
}

}  // namespace

std::vector<SizeBucket> size_buckets(const RunRecord& run, size_t count)
{
    std::vector<Sample> flows;
    for (const FlowRow& flow : run.flows) {
        const auto slowdown = slowdown_millionths(flow);
        if (flow.completed() && flow.measured && slowdown)
            flows.push_back({flow.bytes, *slowdown, flow.fct().ps});
    }
    std::sort(flows.begin(), flows.end(), [](const Sample& a, const Sample& b) {
        return a.size != b.size ? a.size < b.size : a.slowdown < b.slowdown;
    });
    std::vector<SizeBucket> out;
    const size_t n = flows.size();
    for (size_t first = 0, k = 1; first < n;) {
        while (k < count && n * k / count <= first) ++k;
        size_t last = n * k / count;
        while (last < n && flows[last].size == flows[last - 1].size) ++last;
        out.push_back(bucket_of(flows, first, last));
        first = last;
    }
    return out;
}

}  // namespace hpnsim
