// SPDX-License-Identifier: GPL-2.0-only
// Feeds ns-3's own FlowMonitor with the packets of NICs and writes its flowmon.xml, so that what reads that
// file of other ns-3 programs reads it of a run of ours.
#pragma once

#include "helper/roce-network.h"

#include <filesystem>
#include <memory>

namespace hpnsim
{

/// A flow is the data that one QP sends to another; ACKs and what else controls it are left out. Each
/// transmission is a packet of its own, so that a retransmission does not hide a loss.
class FlowMonitorFile
{
public:
    FlowMonitorFile(RoceNetwork& network, std::filesystem::path path);
    ~FlowMonitorFile();

    /// Counts what has not arrived as lost, and writes the file. Throws BadInput.
    void finish();

private:
    struct Parts;
    std::filesystem::path path_;
    std::unique_ptr<Parts> parts_;
};

}  // namespace hpnsim
