// SPDX-License-Identifier: GPL-2.0-only
// Takes samples of the payload that each job has delivered.
#include "run/goodput_sampler.hpp"

#include <limits>

namespace hpnsim
{

namespace
{

constexpr size_t kNoRow = std::numeric_limits<size_t>::max();

}  // namespace

GoodputSampler::GoodputSampler(const NetworkCarrier& carrier, const CommonOptions& options, uint64_t seed,
                               size_t jobs)
    : carrier_(carrier), period_{static_cast<int64_t>(options.series_us.value_or(0) * 1e6)},
      most_rows_(options.series_rows), known_(jobs), open_(jobs, kNoRow)
{
    if (seed != options.seed || jobs == 0) period_ = {};
    if (period_.ps > 0) due_ = period_;
}

void GoodputSampler::catch_up(Time next)
{
    while (due_ < next) {
        if (!sample(due_)) {
            due_ = due_ + period_ * ((next - due_ - picoseconds(1)).ps / period_.ps);
            sample(due_);
        }
        due_ += period_;
        if (rows_.size() >= most_rows_) due_ = Time::max();
    }
}

/// Returns false if no job has got anything.
bool GoodputSampler::sample(Time now)
{
    const std::vector<Bytes> delivered = carrier_.delivered_by_job(known_.size());
    bool any = false;
    for (uint32_t job = 0; job < known_.size(); ++job) {
        const Bytes news = delivered[job] - known_[job];
        known_[job] = delivered[job];
        any |= news > 0;
        if (news == 0 && open_[job] != kNoRow) {
            rows_[open_[job]].to = now;
            continue;
        }
        open_[job] = news == 0 ? rows_.size() : kNoRow;
        rows_.push_back({last_, now, job, news});
    }
    last_ = now;
    return any;
}

std::vector<JobGoodputRow> GoodputSampler::finish(Time now)
{
    if (period_.ps > 0 && now > last_) sample(now);
    return std::move(rows_);
}

}  // namespace hpnsim
