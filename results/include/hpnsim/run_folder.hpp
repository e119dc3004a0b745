// SPDX-License-Identifier: GPL-2.0-only
// Reads back what a run left: DIR/runs/LABEL, with flows, ports, samples and summary as typed rows. A file
// that is broken throws BadInput, which names it and the line. What an interrupted or killed run left is
// readable: a file that is missing has no rows, and a last row that was cut off is left out.
#pragma once

#include "hpnsim/columns.hpp"

#include <filesystem>
#include <functional>

namespace hpnsim
{

class RunFolder
{
public:
    /// A folder that holds flows.csv or summary.json. Throws BadInput.
    explicit RunFolder(std::filesystem::path dir);

    const std::filesystem::path& dir() const { return dir_; }
    std::string label() const { return dir_.filename().string(); }
    /// False while the run goes on, and of one that was killed: its summary is written last.
    bool finished() const;
    /// summary.json; null if the run has not finished.
    nlohmann::ordered_json summary() const;

    /// Calls `take` with each row, in the order of the file, so that a large file need not fit into memory.
    /// False: the last row was cut off.
    bool flows(const std::function<void(const FlowRow&)>& take) const;
    bool ports(const std::function<void(const PortRow&)>& take) const;
    bool ranks(const std::function<void(const RankRow&)>& take) const;
    bool series(const std::function<void(const SeriesLine&)>& take) const;

    /// All of it as the record that it was written from, ready for plots and the report. `uplinks` and
    /// `message_fcts` are in no file and stay empty. Of a run that has not finished, command, seed, version
    /// and params are those at the head of flows.csv.
    RunRecord record() const;

    /// The record without rows and samples.
    RunRecord head() const;

private:
    void read_head_into(RunRecord& run) const;

    std::filesystem::path dir_;
};

/// The runs of an output folder, by label; of a folder that is a run itself, that run. Throws BadInput if
/// there is none.
std::vector<RunFolder> run_folders(const std::filesystem::path& dir);

}  // namespace hpnsim
