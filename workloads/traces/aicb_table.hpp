// SPDX-License-Identifier: GPL-2.0-only
// Declares the rows of AICB's workload tables (CSV), before they become tasks.
#pragma once

#include "hpnsim/task_graph.hpp"
#include "traces/parallel_groups.hpp"

#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

struct AicbRow {
    enum class Kind : uint8_t { collective, send, receive, computation, epoch_end };
    Kind kind = Kind::epoch_end;
    CollectiveKind collective = CollectiveKind::barrier;
    std::optional<Parallel> group;  ///< of a collective; none: all ranks
    bool next = false;  ///< of a send or receive: the other end is the next stage, else the one before
    std::optional<uint32_t> group_size;  ///< as the row says
    Bytes bytes = 0;
    std::optional<double> elapsed;  ///< the column _elapsed_time
    uint32_t line = 0;
    std::string label;
};

struct AicbTable {
    std::string name;               ///< of the file
    std::optional<uint32_t> ranks;  ///< of the line [rank0 ~ rankN]
    std::vector<AicbRow> rows;

    std::string place(const AicbRow& row) const { return name + ":" + std::to_string(row.line); }
};

/// Throws BadInput that begins with file:line.
AicbTable read_aicb_table(std::istream& in, const std::string& name);

/// True if the first lines of a file are those of such a table.
bool begins_aicb_table(const std::string& head);

}  // namespace hpnsim
