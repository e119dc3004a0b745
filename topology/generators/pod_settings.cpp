// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys that the topologies of pods share.
#include "generators/pod.hpp"

namespace hpnsim
{

std::vector<Setting> pod_settings(std::vector<Setting> own)
{
    const Setting shared[] = {
        link_ns<&Pod::delay>(), switch_ns<&Pod::latency>(),
        choice<&Pod::nvlink>("gpu",
                             "NVLink per GPU and direction: h100 3600 Gb/s, h800 1600 Gb/s, b200 7200 Gb/s",
                             "vendor's data sheets; the paper's testbed is h800",
                             {{"h100", gbps(3600)}, {"h800", gbps(1600)}, {"b200", gbps(7200)}}),
        number<&Pod::nvlink_delay>("nvlink-ns", "ns", 0, 1e6, "one-way delay GPU to NVSwitch",
                                   "SimAI's generator (0.000025 ms)"),
        buffer_mb<&Pod::buffer>()};
    own.insert(own.begin() + 2,
               whole<&Pod::gpus>("gpus", 1, 72, "GPUs, and so NICs and rails, per host: the scale-up domain",
                                 "HPN section 3"));
    own.insert(own.end(), std::begin(shared), std::end(shared));
    return own;
}

Setting segments_setting(const char* source)
{
    return whole<&Pod::segments>("segments", 1, 1024, "segments of a pod", source);
}

Setting hosts_setting(const char* source)
{
    return whole<&Pod::hosts>("hosts", 1, 1024, "hosts per segment", source);
}

Setting backups_setting()
{
    return whole<&Pod::backups>("backup-hosts", 0, 1024,
                                "hosts per segment that stand by, numbered after all others (the paper: 8)",
                                "assumption");
}

Setting uplinks_setting(const char* source, const char* automatic)
{
    return whole<&Pod::uplinks>("uplinks", 1, 1024, "parallel links of a ToR to each Agg", source, automatic);
}

std::vector<Setting> with_core(std::vector<Setting> list, const char* pods_source, const char* uplinks_source,
                               const char* uplinks_rule)
{
    list.push_back(whole<&Pod::pods>("pods", 1, 128, "pods, joined by a core from two on", pods_source));
    list.push_back(whole<&Pod::agg_uplinks>("agg-uplinks", 0, 1024, "links of an Agg to cores",
                                            uplinks_source, uplinks_rule));
    list.push_back(whole<&Pod::cores>("cores", 0, 4096, "core switches of a plane",
                                      "assumption (as few as there can be)",
                                      "what the ports of a core's chip need"));
    list.push_back(rate<&Pod::core>("core-gbps", "rate of an Agg-core link", "HPN section 7"));
    return list;
}

}  // namespace hpnsim
