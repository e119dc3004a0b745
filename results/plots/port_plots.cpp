// SPDX-License-Identifier: GPL-2.0-only
// Draws how evenly the network was used: port_split over NIC planes, uplink_imbalance over uplinks.
#include "hpnsim/format.hpp"
#include "plots/bars.hpp"
#include "plots/curves.hpp"
#include "plots/port_use.hpp"
#include "plots/style.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

void add_split(const std::string& label, const PlaneBytes& planes, LyingBars& bars)
{
    const double all = total_of(planes);
    if (all <= 0) return;
    const size_t row = bars.add_row(label);
    double from = 0;
    for (const auto& [plane, bytes] : planes) {
        const double to = from + bytes / all * 100;
        bars.add_bar(row, from, to, colour(static_cast<size_t>(plane)));
        if (to - from > 8) bars.add_bar_text(row, from, to, format_fixed(to - from, 1) + " %");
        from = to;
    }
}

}  // namespace

Figure port_split(const Runs& runs)
{
    LyingBars bars;
    PlaneBytes planes;
    for (const RunRecord& run : runs) {
        const PlaneBytes sent = plane_bytes(run, true), received = plane_bytes(run, false);
        if (std::max(sent.size(), received.size()) < 2) continue;
        for (const auto& [plane, bytes] : sent) planes[plane] += bytes;
        for (const auto& [plane, bytes] : received) planes[plane] += bytes;
        add_split(shown_label(run) + ", sent", sent, bars);
        add_split(shown_label(run) + ", received", received, bars);
    }
    for (const auto& [plane, bytes] : planes)
        bars.add_legend("NIC port (plane) " + std::to_string(plane), colour(static_cast<size_t>(plane)));
    bars.fix_range(100);
    Figure out = bars.figure("share of wire bytes (%)", "");
    out.plot = {"port_split",
                "How the wire bytes of all NICs divide over their ports (planes), as sent and as received: "
                "equal parts use the whole NIC."};
    return out;
}

Figure uplink_imbalance(const Runs& runs)
{
    LyingBars bars;
    for (size_t i = 0; i < runs.size(); ++i) {
        const std::set<std::string> tiers = uplink_tiers(runs[i]);
        for (const std::string& tier : tiers) {
            const auto imbalance = uplink_imbalance_of(runs[i], tier);
            if (!imbalance) continue;
            const size_t row = bars.add_row(shown_label(runs[i]) + (tiers.size() > 1 ? ", " + tier : ""));
            bars.add_bar(row, 0, imbalance->ratio, colour(i));
            bars.add_mark(row, 1);
            bars.add_end_text(row, imbalance->ratio,
                              format_fixed(imbalance->ratio, 2) + "  (max " +
                                  format_fixed(imbalance->busiest * 100, 1) + " %)");
        }
    }
    Figure out = bars.figure("busiest uplink / mean uplink (utilisation)", "even");
    out.plot = {
        "uplink_imbalance",
        "Utilisation of the busiest uplink over the mean of all uplinks, idle ones too: 1 is even; in "
        "brackets the busiest one's share of its rate."};
    return out;
}

}  // namespace hpnsim
