// SPDX-License-Identifier: GPL-2.0-only
// Holds the timeline of one run (`--timeline`).
#pragma once

#include "run/network_carrier.hpp"

#include "hpnsim/scenario.hpp"
#include "hpnsim/timeline.hpp"

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace hpnsim
{

/// The file of the run with this label: that of --timeline, or one beside it where there are several runs.
/// Empty without --timeline.
std::filesystem::path timeline_path(const CommonOptions& options, const std::string& label, size_t runs);

/// Throws BadInput if `--timeline` and its list cannot be right, before anything is written.
void check_timeline(const CommonOptions& options, const FabricPlan& plan);

/// Draws the messages of the first seed, on the rows of sender and receiver in their job with an arrow
/// between, and what the workload draws itself. Without a file nothing is drawn, and nothing slows the
/// network down.
class RunTimeline
{
public:
    /// `record` tells of the run. Events wait in memory, unless the process may be taken down (`at_once`).
    /// Takes the carrier's calls, and passes them on. Throws BadInput.
    RunTimeline(Scenario& scenario, NetworkCarrier& carrier, const std::filesystem::path& file,
                const RunRecord& record, bool at_once);

    /// Draws what has not ended, writes everything out, and says on stderr if events are missing. Throws
    /// BadInput.
    void finish();

private:
    /// The process of an endpoint: each job has its own.
    uint32_t process_of(uint32_t endpoint, uint32_t job) const
    {
        return job * scenario_.plan.endpoints + endpoint;
    }
    void add_processes(uint32_t endpoint, size_t jobs);
    TimelineSlice slice_of(const MessageEnd& end);
    void draw(const MessageEnd& end);
    void say_full() const;

    Scenario& scenario_;
    NetworkCarrier& carrier_;
    std::string label_;
    std::unique_ptr<TimelineFile> file_;
    std::optional<Timeline> timeline_;
    std::optional<TimelinePart> drawn_;             // by the scenario
    std::map<std::array<uint32_t, 3>, Time> last_;  // arrival, by sender, receiver and QP
};

}  // namespace hpnsim
