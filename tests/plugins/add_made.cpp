// SPDX-License-Identifier: GPL-2.0-only
// Registers what new-cc makes, as the generated table of built-in algorithms would.
#include "hpnsim/registry.hpp"

using namespace hpnsim;

extern "C" const CcOps* hpnsim_cc_MadeCc();
extern "C" const PathOps* hpnsim_path_MadePath();
extern "C" const ReceiverOps* hpnsim_receiver_MadeReceiver();

namespace
{

const bool kAdded = [] {
    add_algorithm(*hpnsim_cc_MadeCc());
    add_algorithm(*hpnsim_path_MadePath());
    add_algorithm(*hpnsim_receiver_MadeReceiver());
    return true;
}();

}  // namespace
