// SPDX-License-Identifier: GPL-2.0-only
// Opens the files of the peers that --also-write names.
#include "run/peer_files.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/peer_forms.hpp"

namespace hpnsim
{

PeerFiles::PeerFiles(RoceNetwork& network, const CommonOptions& options, const std::filesystem::path& folder,
                     uint64_t seed)
{
    const PeerForms forms = parse_peer_forms("--also-write", options.also_write);
    if (seed != options.seed || !(forms.hpcc_sim || forms.flowmon)) return;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw BadInput("--also-write: cannot make the folder " + folder.string() + " (" + error.message() +
                       ")");
    if (forms.hpcc_sim) hpcc_sim_ = std::make_unique<HpccSimFiles>(network, folder);
    if (forms.flowmon) flowmon_ = std::make_unique<FlowMonitorFile>(network, folder / "flowmon.xml");
}

void PeerFiles::finish()
{
    if (hpcc_sim_ != nullptr) hpcc_sim_->finish();
    if (flowmon_ != nullptr) flowmon_->finish();
}

}  // namespace hpnsim
