// SPDX-License-Identifier: GPL-2.0-only
// Holds the traces of one run (`--trace`).
#pragma once

#include "run/settings.hpp"

#include "hpnsim/options.hpp"
#include "hpnsim/tap.hpp"
#include "hpnsim/trace_list.hpp"

#include "helper/roce-network.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace hpnsim
{

/// Traces the QPs that the options name, in the first seed of a run, into
/// DIR/runs/LABEL/trace/SRC-DST-qpN.csv. A QP that sends nothing leaves no file. It must outlive the network.
class Traces
{
public:
    /// `folder`: of the run; the files are in its trace/. Rows wait in memory, unless a plug-in may take the
    /// process down: its last event is the one that is wanted most.
    Traces(const CommonOptions& options, const std::filesystem::path& folder, uint64_t seed,
           const ChosenParts& parts, const FabricPlan& plan);
    ~Traces();
    /// QPs of this network are traced from their creation on.
    void listen(RoceNetwork& network);
    /// Writes everything out, and says on stderr for which names there was no QP. Throws BadInput.
    void finish();

private:
    class File;
    void open(Nic& nic, uint32_t endpoint, uint32_t qp, const FabricPlan& plan);

    std::vector<TracePick> picks_;
    std::filesystem::path folder_;
    std::vector<Chosen<CcOps>> ccs_;  ///< by function
    size_t keep_;                     ///< bytes of rows of one file that may wait
    std::vector<std::unique_ptr<File>> files_;
    std::vector<std::unique_ptr<CcTap>> taps_;
};

}  // namespace hpnsim
