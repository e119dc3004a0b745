// SPDX-License-Identifier: GPL-2.0-only
// Stopwatch measures what a part of a run costs this process: wall-clock time and processor time.
#pragma once

#include <chrono>
#include <sys/resource.h>

namespace hpnsim
{

/// Returns the processor time of this process until now.
inline double process_cpu_s()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Knows how much time has passed since it was made.
class Stopwatch
{
public:
    double wall_s() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_).count();
    }
    double cpu_s() const { return process_cpu_s() - cpu_; }

private:
    std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
    double cpu_ = process_cpu_s();
};

}  // namespace hpnsim
