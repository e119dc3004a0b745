// SPDX-License-Identifier: GPL-2.0-only
// Shows the progress of a run to a person at the terminal, and hears the signals by which they stop it.
#pragma once

#include "hpnsim/units.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>

namespace hpnsim
{

/// Shows how a moment of a run reads: "dcqcn 812.4 us 37% 5.1 M packet-hops/s 12 s left".
std::string progress_line(const std::string& label, Time simulated, double share, uint64_t packet_hops,
                          double wall_s);

/// "12 s", "5 min", "2.5 h".
std::string duration_text(double seconds);

/// A line on stderr: rewritten in place on a terminal, a new one every few seconds elsewhere.
class Progress
{
public:
    Progress(std::string label, bool quiet);
    ~Progress() { finish(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// Tells whether it is time for a line. It is cheap: ask every few thousand events, before counting what
    /// update() wants.
    bool due() const;
    /// Shows a line if it is time.
    void update(Time simulated, double share, uint64_t packet_hops);
    /// Does the same while the network is being built, of which `share`, 0 to 1, is there.
    void building(double share);
    /// Clears the line of a terminal.
    void finish();
    /// Clears the line that another process has left on the terminal before it died.
    static void clear_terminal();
    double wall_s() const;

private:
    void show(const std::string& line);

    using Clock = std::chrono::steady_clock;
    std::string label_;
    bool quiet_, terminal_, shown_ = false;
    Clock::time_point began_, next_;
};

/// Ctrl-C, SIGTERM and SIGHUP ask for an orderly end; a second Ctrl-C or SIGTERM ends the process at once. A
/// signal that the parent ignores stays ignored.
class Interrupt
{
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    static bool asked();

private:
    static constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};
    std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace hpnsim
