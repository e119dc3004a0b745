// SPDX-License-Identifier: GPL-2.0-only
// Holds the capture files of one run (`--pcap`).
#pragma once

#include "hpnsim/options.hpp"

#include "helper/roce-network.h"
#include "model/capture.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace hpnsim
{

/// Captures the ports that the options name, in the first seed of a run. If they name none, nothing is made
/// and nothing slows the network down. It must be destroyed before the network.
class Captures
{
public:
    /// `folder`: of the run; the files are in its pcap/.
    Captures(RoceNetwork& network, const CommonOptions& options, const std::filesystem::path& folder,
             uint64_t seed);

    /// Writes everything out. Throws BadInput.
    void finish();

private:
    std::vector<std::unique_ptr<PortCapture>> captures_;
};

}  // namespace hpnsim
