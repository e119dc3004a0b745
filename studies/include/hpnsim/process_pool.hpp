// SPDX-License-Identifier: GPL-2.0-only
// Runs commands as processes of their own, several at a time, so that one that crashes takes nothing else
// along.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hpnsim
{

/// A command to run. Its standard output and error go to files.
struct Job {
    size_t number = 0;  ///< the caller's
    std::vector<std::string> words;
    std::filesystem::path output, errors;
};

struct JobEnd {
    size_t number = 0;
    int exit_status = 0;  ///< of a process that ended by itself; 127: it could not be started
    int signal = 0;       ///< that ended it; 0: none
    bool timed_out = false;
    double wall_s = 0;
    double peak_rss_mb = 0;
};

class ProcessPool
{
public:
    /// At most `most` processes at a time, at least one. A process that runs for longer than `limit` is
    /// ended; 0: none.
    explicit ProcessPool(unsigned most, std::chrono::seconds limit = std::chrono::seconds(0));
    /// Ends all processes that still run.
    ~ProcessPool();
    ProcessPool(const ProcessPool&) = delete;
    ProcessPool& operator=(const ProcessPool&) = delete;

    bool full() const { return running_.size() >= most_; }
    size_t running() const { return running_.size(); }
    /// Starts a process, which dies with this one. Throws PlainFailure if the system lets none start.
    void start(const Job& job);
    /// Waits for up to `patience` for processes to end, and returns those that did.
    std::vector<JobEnd> wait(std::chrono::milliseconds patience);
    /// Asks all processes to end in good order, as Ctrl-C does.
    void interrupt();

private:
    struct Running {
        size_t number;
        pid_t process;
        std::chrono::steady_clock::time_point began;
        bool timed_out = false;
    };
    bool reap(JobEnd& end);
    void enforce_limit();

    size_t most_;
    std::chrono::seconds limit_;
    std::vector<Running> running_;
};

}  // namespace hpnsim
