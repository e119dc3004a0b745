// SPDX-License-Identifier: GPL-2.0-only
// Computes the thresholds of MarkingPlan, and warns where the user's own turn the order round.
#include "marking/marking_plan.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

constexpr double kKilobyte = 1000;  // of ECN thresholds

std::string Kilobytes(Bytes bytes)
{
    return std::to_string(std::llround(static_cast<double>(bytes) / kKilobyte)) + " KB";
}

/// Counts the lossless priorities that ECN marks, because marks and thresholds belong to one queue.
int MarkedClasses(const FabricSettings& settings, PausedPriorities lossless)
{
    return std::max(__builtin_popcount(settings.marking.marked & lossless), 1);
}

}  // namespace

MarkingPlan::MarkingPlan(const FabricSettings& settings, const BufferPlan& buffer, const FabricPlan& plan,
                         const FabricIndex& adjacency, uint32_t sw)
    : m_settings(settings), m_fits(!settings.markFirst || !settings.ecn),
      m_shared(static_cast<double>(buffer.Shared()))
{
    if (settings.mode == FabricMode::TRIMMING) {
        m_most = m_shared - static_cast<double>(buffer.HeaderRoom());
        return;
    }
    const uint32_t node = plan.endpoints + sw;
    double all = 0;
    double highest = 0;
    m_alpha = settings.buffer.alpha;
    for (uint16_t port = 0; port < adjacency.ports(node); ++port) {
        const FabricIndex::End& end = adjacency.end(node, port);
        if (!end.wired) {
            continue;
        }
        const Rate rate = plan.links[end.link].rate;
        const RedCurve curve = m_fits ? RedCurve{} : Wanted(rate);
        const double kmin = curve.pmax > 0 ? static_cast<double>(curve.kmin) : 0;
        all += kmin * MarkedClasses(settings, buffer.Lossless());
        highest = std::max(highest, kmin);
        m_alpha = m_fastest.bps == 0 ? buffer.Alpha(rate) : std::min(m_alpha, buffer.Alpha(rate));
        m_fastest = std::max(m_fastest, rate);
    }
    const double most = m_alpha * m_shared;
    const double taken = highest + m_alpha * all / 2;
    m_common = taken > most ? most / taken : 1;
    m_most = most / (1 + m_alpha);
}

RedCurve MarkingPlan::Wanted(Rate rate) const
{
    return m_settings.red ? m_settings.red(rate) : m_settings.marking.At(rate);
}

RedCurve MarkingPlan::Of(Rate rate) const
{
    RedCurve curve = Wanted(rate);
    if (m_fits || curve.pmax <= 0) {
        return curve;
    }
    const auto kmax = static_cast<double>(curve.kmax);
    const double factor = std::min(m_common, kmax > m_most ? m_most / kmax : 1);
    if (factor < 1) {
        curve.kmin = static_cast<Bytes>(factor * static_cast<double>(curve.kmin));
        curve.kmax = static_cast<Bytes>(factor * kmax);
    }
    return curve;
}

Bytes MarkingPlan::FirstPause(Rate rate) const
{
    // On a lossy fabric the queue of the egress itself meets the threshold.
    const bool alone = m_fastest > rate || m_settings.mode != FabricMode::LOSSLESS;
    return static_cast<Bytes>(m_alpha * m_shared / ((alone ? 1 : 0.5) + m_alpha));
}

std::string PauseBeforeMark(const FabricSettings& settings, const FabricPlan& plan,
                            const FabricIndex& adjacency)
{
    if (!settings.ecn || settings.mode == FabricMode::TRIMMING || settings.marking.phantom > 0) {
        return "";
    }
    const bool pauses = settings.mode == FabricMode::LOSSLESS;
    for (uint32_t sw = 0; sw < plan.switches.size(); ++sw) {
        const BufferPlan buffer(settings, plan, adjacency, sw);
        const MarkingPlan marking(settings, buffer, plan, adjacency, sw);
        const uint32_t node = plan.endpoints + sw;
        for (uint16_t port = 0; port < adjacency.ports(node); ++port) {
            const FabricIndex::End& end = adjacency.end(node, port);
            if (!end.wired) {
                continue;
            }
            const Rate rate = plan.links[end.link].rate;
            const RedCurve curve = marking.Of(rate);
            const Bytes pause = marking.FirstPause(rate);
            if (curve.kmin < pause || curve.pmax <= 0) {
                continue;  // somebody wants no marks at all
            }
            return plan.switch_name(sw) + (pauses ? " pauses senders" : " drops packets") +
                   " from a queue of " + Kilobytes(pause) + " on, before ECN begins at " +
                   Kilobytes(curve.kmin) +
                   "; lower kmin-kb and kmax-kb, or raise buffer-mb or alpha, so that senders " +
                   "are told first";
        }
    }
    return "";
}

}  // namespace hpnsim
