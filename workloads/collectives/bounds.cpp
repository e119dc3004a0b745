// SPDX-License-Identifier: GPL-2.0-only
// Implements the arithmetic of lower bounds, and limits in which all is alike.
#include "collectives/bounds.hpp"

#include <algorithm>

namespace hpnsim
{

Time seconds(double s)
{
    const double ps = s * 1e12;
    return ps >= static_cast<double>(Time::max().ps) ? Time::max() : Time{static_cast<int64_t>(ps)};
}

Time sum(Time a, Time b)
{
    return a > Time::max() - b ? Time::max() : a + b;
}

Time over_nvlink(double bytes, const CollectiveLimits& limits)
{
    if (limits.nvlink_bytes_per_s <= 0) return {};
    return sum(seconds(bytes / limits.nvlink_bytes_per_s), limits.nvlink_latency);
}

CollectiveLimits uniform_limits(double nic_bytes_per_s, double nvlink_bytes_per_s, Time nic_latency,
                                Time nvlink_latency)
{
    CollectiveLimits limits;
    limits.delivery = [=](uint32_t, uint32_t, Bytes bytes) {
        return sum(seconds(static_cast<double>(bytes) / nic_bytes_per_s), nic_latency);
    };
    limits.latency = [=](uint32_t, uint32_t) { return nic_latency; };
    limits.sending_s = [=](uint32_t, double bytes, double) { return bytes / nic_bytes_per_s; };
    limits.nvlink_bytes_per_s = nvlink_bytes_per_s;
    limits.nvlink_latency = nvlink_latency;
    return limits;
}

Time CollectiveIdeal::total() const
{
    return std::max({nic, nvlink, chain});
}

double algbw_GBps(Bytes size, Time time)
{
    return static_cast<double>(size) / time.s() / 1e9;
}

}  // namespace hpnsim
