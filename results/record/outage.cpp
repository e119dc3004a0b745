// SPDX-License-Identifier: GPL-2.0-only
// Implements the measures of an outage on the curve of goodput.
#include "hpnsim/outage.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

using Span = std::pair<Time, Time>;

Time mean_length(const std::vector<Span>& spans)
{
    Time sum;
    for (const Span& each : spans) sum += each.second - each.first;
    return Time{sum.ps / static_cast<int64_t>(spans.size())};
}

class Judge
{
public:
    Judge(const Throughput& throughput, const OutageStory& story)
        : throughput_(throughput), story_(story), received_(throughput)
    {
    }

    Outage judge()
    {
        std::vector<Span> before = ended_by(story_.failure);
        if (before.empty() || throughput_.bin.ps <= 0) return {};
        if (before.size() > 2) before.erase(before.begin());  // the CC had to find its rate
        period_ = mean_length(before);
        const Span steady{before.front().first, before.back().second};
        steady_ = received_.gbps(steady.first, steady.second);
        if (period_.ps <= 0 || steady_ <= 0) return {};
        out_.steady_gbps = steady_;
        out_.iteration_before = period_;
        find_interruption(steady);
        find_recovery();
        out_.lost_bytes = lost(out_.recovery ? story_.failure + *out_.recovery : story_.end - period_);
        split_iterations();
        return out_;
    }

private:
    std::vector<Span> ended_by(Time when) const
    {
        std::vector<Span> found;
        for (const Span& each : story_.iterations)
            if (each.second <= when) found.push_back(each);
        return found;
    }

    /// Returns the longest time from `from` to `to` in which every bin is below the threshold.
    Time longest_pause(Time from, Time to) const
    {
        const int64_t width = throughput_.bin.ps;
        const double least = Outage::kInterrupted * steady_ * static_cast<double>(width) / 8e3;
        Time longest, begun = from;
        for (int64_t bin = from.ps / width; bin * width < to.ps; ++bin) {
            const auto at = static_cast<size_t>(bin);
            const bool empty = at >= throughput_.bytes.size() || throughput_.bytes[at] < least;
            if (!empty) begun = Time{(bin + 1) * width};
            longest = std::max(longest, std::min(Time{(bin + 1) * width}, to) - begun);
        }
        return longest;
    }

    /// A workload has pauses of its own: one is no interruption unless it is longer, by more than rounding.
    void find_interruption(const Span& steady)
    {
        out_.usual_pause = longest_pause(steady.first, steady.second);
        const Time pause = longest_pause(story_.failure, story_.end);
        out_.interruption = pause > *out_.usual_pause + throughput_.bin ? pause : Time{};
    }

    /// Returns the first time in from..to at which the mean over the `window` that follows reaches what is
    /// asked for.
    std::optional<Time> back_at(Time from, Time to, Time window, double gbps) const
    {
        for (Time t = from; t + window <= to; t += throughput_.bin)
            if (received_.gbps(t, t + window) >= Outage::kRecovered * gbps) return t;
        return std::nullopt;
    }

    void find_recovery()
    {
        const Time until = story_.repair.value_or(story_.end);
        std::optional<Time> back;
        if (story_.permitted > 0) {
            const Time window{static_cast<int64_t>(static_cast<double>(period_.ps) / story_.permitted)};
            back = back_at(story_.last, until, window, steady_ * story_.permitted);
        }
        if (story_.repair) {
            const auto mended = back_at(*story_.repair, story_.end, period_, steady_);
            if (mended) out_.repair_recovery = *mended - *story_.repair;
            if (!back) back = mended;
        }
        if (back) out_.recovery = *back - story_.failure;
    }

    /// Sums up what the mean over a period lacks of the steady goodput: these means have no pauses of the
    /// workload in them. The first that knows of the failure begins a period before it.
    double lost(Time to) const
    {
        double bytes = 0;
        for (Time t = std::max(story_.failure - period_, Time{}); t < to; t += throughput_.bin) {
            const double step = static_cast<double>(std::min(throughput_.bin, to - t).ps);
            bytes += (steady_ - received_.gbps(t, t + period_)) * step / 8e3;
        }
        return std::max(bytes, 0.0);
    }

    void split_iterations()
    {
        Time over = story_.end;
        if (story_.repair)
            over = *story_.repair;
        else if (out_.recovery)
            over = story_.failure + *out_.recovery;
        std::vector<Span> during, after;
        for (const Span& each : story_.iterations)
            if (each.second > story_.failure) (each.first < over ? during : after).push_back(each);
        if (!during.empty()) {
            out_.iteration_during = mean_length(during);
            out_.during_gbps = received_.gbps(during.front().first, during.back().second);
        }
        if (!after.empty()) {
            out_.iteration_after = mean_length(after);
            out_.after_gbps = received_.gbps(after.front().first, after.back().second);
        }
    }

    const Throughput& throughput_;
    const OutageStory& story_;
    const ReceivedBytes received_;
    Time period_;  ///< of an iteration before the failure
    double steady_ = 0;
    Outage out_;
};

}  // namespace

ReceivedBytes::ReceivedBytes(const Throughput& throughput) : bin_(throughput.bin), sums_{0}
{
    for (const double bytes : throughput.bytes) sums_.push_back(sums_.back() + bytes);
}

double ReceivedBytes::by(Time time) const
{
    if (time.ps <= 0 || bin_.ps <= 0) return 0;
    const auto bin = static_cast<size_t>(time.ps / bin_.ps);
    if (bin + 1 >= sums_.size()) return sums_.back();
    const double part = static_cast<double>(time.ps % bin_.ps) / static_cast<double>(bin_.ps);
    return sums_[bin] + part * (sums_[bin + 1] - sums_[bin]);
}

double ReceivedBytes::gbps(Time from, Time to) const
{
    return (by(to) - by(from)) * 8e3 / static_cast<double>((to - from).ps);
}

Outage judge_outage(const Throughput& throughput, const OutageStory& story)
{
    return Judge(throughput, story).judge();
}

}  // namespace hpnsim
