// SPDX-License-Identifier: GPL-2.0-only
// Estimates the time that is left from the runs that have ended, and writes the line.
#include "run/study_progress.hpp"

#include "hpnsim/progress.hpp"

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace hpnsim
{

namespace
{

constexpr std::chrono::milliseconds kOnTerminal(200), kElsewhere(10'000);

}  // namespace

StudyProgress::StudyProgress(size_t all, bool quiet)
    : all_(all), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0),
      next_(Clock::now() + (terminal_ ? kOnTerminal : kElsewhere))
{
}

void StudyProgress::ended(double wall_s, bool bad, const std::string& label, const std::string& sentence)
{
    ++done_;
    wall_s_ += wall_s;
    if (!bad) return;
    ++bad_;
    if (!said_.insert(sentence).second) return;
    clear();
    std::cerr << "sweep: " << label << " is " << sentence << "\n";
}

std::string StudyProgress::line(size_t running, unsigned processes) const
{
    std::string text =
        std::to_string(done_) + "/" + std::to_string(all_) + " runs, " + std::to_string(running) + " at work";
    if (bad_ > 0) text += ", " + std::to_string(bad_) + " not well";
    if (done_ == 0) return text;
    // Half of each run under way is taken as done.
    const double left = static_cast<double>(all_ - done_) - static_cast<double>(running) / 2;
    const double each = wall_s_ / static_cast<double>(done_);
    return text + ", " + duration_text(each * std::max(0.0, left) / std::max(1U, processes)) + " left";
}

void StudyProgress::show(size_t running, unsigned processes)
{
    if (quiet_ || Clock::now() < next_) return;
    next_ = Clock::now() + (terminal_ ? kOnTerminal : kElsewhere);
    std::cerr << (terminal_ ? "\r\033[K" : "") << "sweep: " << line(running, processes)
              << (terminal_ ? "" : "\n") << std::flush;
    shown_ = terminal_;
}

void StudyProgress::clear()
{
    if (shown_) std::cerr << "\r\033[K" << std::flush;
    shown_ = false;
}

}  // namespace hpnsim
