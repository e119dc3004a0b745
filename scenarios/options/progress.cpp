// SPDX-License-Identifier: GPL-2.0-only
// Writes the line of progress no more often than a person can read it, and counts signals.
#include "hpnsim/progress.hpp"

#include <csignal>
#include <ctime>
#include <unistd.h>

namespace hpnsim
{

namespace
{

/// The one thing that a signal handler may touch: a signal belongs to the process, not to a run. A handler
/// is given no context, so this cannot be anything but global. 0: no signal yet; else the tenth of a second
/// in which the first one came.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t interrupted = 0;

std::sig_atomic_t tenths_of_a_second()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::sig_atomic_t>(now.tv_sec * 10 + now.tv_nsec / 100'000'000 + 1);
}

/// A second signal ends the process at once, unless it is the first one's echo: timeout(1) signals a command
/// and then its process group. SIGHUP is not counted twice: a terminal and its shell may both send it.
extern "C" void hpnsim_on_interrupt(int signal)
{
    constexpr std::sig_atomic_t kEcho = 5;
    const std::sig_atomic_t now = tenths_of_a_second();
    if (interrupted != 0 && now - interrupted > kEcho && signal != SIGHUP) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
        return;
    }
    if (interrupted == 0) interrupted = now;
}

}  // namespace

std::string duration_text(double seconds)
{
    char text[32];
    if (seconds < 100)
        std::snprintf(text, sizeof text, "%.0f s", seconds);
    else if (seconds < 6000)
        std::snprintf(text, sizeof text, "%.0f min", seconds / 60);
    else
        std::snprintf(text, sizeof text, "%.1f h", seconds / 3600);
    return text;
}

std::string progress_line(const std::string& label, Time simulated, double share, uint64_t packet_hops,
                          double wall_s)
{
    char text[128];
    const double speed = wall_s > 0 ? static_cast<double>(packet_hops) / wall_s / 1e6 : 0;
    std::snprintf(text, sizeof text, "  %.1f us  %d%%  %.1f M packet-hops/s", simulated.us(),
                  static_cast<int>(share * 100), speed);
    std::string line = label + text;
    if (share > 0.005 && share < 1) line += "  " + duration_text(wall_s * (1 - share) / share) + " left";
    return line;
}

Progress::Progress(std::string label, bool quiet)
    : label_(std::move(label)), quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0), began_(Clock::now()),
      next_(began_ + std::chrono::milliseconds(terminal_ ? 500 : 5000))
{
}

double Progress::wall_s() const
{
    return std::chrono::duration<double>(Clock::now() - began_).count();
}

bool Progress::due() const
{
    return !quiet_ && Clock::now() >= next_;
}

void Progress::update(Time simulated, double share, uint64_t packet_hops)
{
    if (due()) show(progress_line(label_, simulated, share, packet_hops, wall_s()));
}

void Progress::building(double share)
{
    if (due()) show(label_ + "  setting up  " + std::to_string(static_cast<int>(share * 100)) + "%");
}

void Progress::show(const std::string& line)
{
    next_ = Clock::now() + std::chrono::milliseconds(terminal_ ? 500 : 5000);
    std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
    std::fflush(stderr);
    shown_ = true;
}

void Progress::finish()
{
    if (shown_ && terminal_) std::fputs("\r\033[K", stderr);
    shown_ = false;
}

void Progress::clear_terminal()
{
    if (isatty(STDERR_FILENO) != 0) std::fputs("\r\033[K", stderr);
}

Interrupt::Interrupt()
{
    interrupted = 0;
    for (size_t i = 0; i < kSignals.size(); ++i) {
        sigaction(kSignals[i], nullptr, &before_[i]);
        if (before_[i].sa_handler == SIG_IGN) continue;  // as nohup and shells in the background wish
        struct sigaction ours {
        };
        ours.sa_handler = hpnsim_on_interrupt;
        ours.sa_flags = SA_RESTART;
        sigaction(kSignals[i], &ours, nullptr);
    }
}

Interrupt::~Interrupt()
{
    for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

bool Interrupt::asked()
{
    return interrupted != 0;
}

}  // namespace hpnsim
