// SPDX-License-Identifier: GPL-2.0-only
// Tells a person how far a study is: rewritten in place on a terminal, a line now and then elsewhere.
#pragma once

#include "hpnsim/run_study.hpp"

#include <chrono>
#include <set>
#include <string>

namespace hpnsim
{

class StudyProgress
{
public:
    StudyProgress(size_t all, bool quiet);
    ~StudyProgress() { clear(); }
    StudyProgress(const StudyProgress&) = delete;
    StudyProgress& operator=(const StudyProgress&) = delete;

    /// A run has ended; `bad` ones are counted on the line. What it says is printed above the line, with its
    /// label, unless another run has said the same.
    void ended(double wall_s, bool bad, const std::string& label, const std::string& sentence);
    /// Shows the line if it is time.
    void show(size_t running, unsigned processes);
    void clear();

private:
    std::string line(size_t running, unsigned processes) const;

    using Clock = std::chrono::steady_clock;
    size_t all_, done_ = 0, bad_ = 0;
    double wall_s_ = 0;
    std::set<std::string> said_;
    bool quiet_, terminal_, shown_ = false;
    Clock::time_point next_;
};

}  // namespace hpnsim
