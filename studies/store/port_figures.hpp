// SPDX-License-Identifier: GPL-2.0-only
// Figures of the ports of a run, by the kind of node and where the port leads.
#pragma once

#include "hpnsim/run_folder.hpp"
#include "hpnsim/study_store.hpp"

namespace hpnsim
{

/// Of the ports in queues.csv with one tier and role, as ports_tor_up_...: `count`, `bytes` (sum),
/// `bytes_max_over_mean`, `utilisation_max`, `utilisation_mean`, `peak_queue_bytes` (largest),
/// `mean_queue_bytes_max`, `mean_queue_bytes_mean`, `drops`, `ecn_marks`, `pfc_paused_us` (sums). Ports that
/// sent nothing have no row there unless --idle-ports gives them one, and do not count. They do in
/// `imbalance`, the busiest port's bytes over the mean of all ports of the kind at nodes that used one.
Figures port_figures(const RunFolder& run);

}  // namespace hpnsim
