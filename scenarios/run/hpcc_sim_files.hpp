// SPDX-License-Identifier: GPL-2.0-only
// Writes fct.txt, pfc.txt and qlen.txt as HPCC-sim does, so that scripts which were written for its output
// read a run of ours.
#pragma once

#include "run/network_carrier.hpp"

#include "helper/roce-network.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <vector>

namespace hpnsim
{

/// Nodes have the ids of the topology (switches after all endpoints, where it is not a file), and ports count
/// from 1, because there port 0 is the loopback device.
class HpccSimFiles
{
public:
    /// Makes the files in `folder`. Throws BadInput.
    HpccSimFiles(RoceNetwork& network, const std::filesystem::path& folder);
    ~HpccSimFiles();

    /// Writes a line of fct.txt for a flow that has completed; others have none.
    void flow_ended(const MessageEnd& end, Time ideal);

    /// Queues are looked at every 100 ns, after all that happens then.
    Time due() const { return poll_at_; }
    /// Looks as often as is due before `next`, when the next event runs: until then queues do not change.
    void catch_up(Time next);

    /// Writes the last block of qlen.txt, and everything out. Throws BadInput.
    void finish();

private:
    class Node;
    void open(std::ofstream& file, const std::filesystem::path& path);
    void close(std::ofstream& file, const std::filesystem::path& path) const;
    void note_pause(uint32_t node, uint16_t port, const PfcFrame& frame);
    void count_queues(uint32_t polls);
    void write_block(Time at);

    RoceNetwork& network_;
    std::filesystem::path folder_;
    std::ofstream fct_, pfc_, qlen_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> flows_;  // completed, by sender and receiver
    Time poll_at_, last_block_;
    std::vector<std::vector<std::vector<uint32_t>>> polls_;  // by switch, port and KB in its queues
};

}  // namespace hpnsim
