// SPDX-License-Identifier: GPL-2.0-only
// Declares the columns of ranks.csv: what the time of each rank of a training job goes to.
#include "columns/cells.hpp"

namespace hpnsim
{

const std::vector<Column<RankRow>>& rank_columns()
{
    static const std::vector<Column<RankRow>> kColumns = {
        column("rank", "number", "the rank", &RankRow::rank),
        column("stage", "number", "its pipeline stage", &RankRow::stage),
        column("compute_ns", "ns", "computation, the optimizer's step included", &RankRow::compute),
        column("exposed_tp_ns", "ns",
               "waits for communication of tensor parallelism, while nothing is computed", &RankRow::tensor),
        column("exposed_pp_ns", "ns", "likewise of the pipeline, from the sending of what is waited for",
               &RankRow::pipeline),
        column("exposed_dp_ns", "ns", "of data parallelism", &RankRow::data),
        column("exposed_ep_ns", "ns", "of expert parallelism", &RankRow::expert),
        column("exposed_cp_ns", "ns", "of context parallelism", &RankRow::context),
        column("exposed_storage_ns", "ns", "of storage", &RankRow::storage),
        column("bubble_ns", "ns",
               "waits for other stages that have not sent yet, and for all ranks at the end",
               &RankRow::bubble),
        {"total_ns",
         "ns",
         "the sum of these times: all iterations that ended, the same for every rank",
         Pool::each,
         [](const RankRow& row) { return cell_text(row.total()); },
         {}},
        column("seed", "number", "seed of the row's run", &RankRow::seed)};
    return kColumns;
}

}  // namespace hpnsim
