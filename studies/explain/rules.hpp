// SPDX-License-Identifier: GPL-2.0-only
// The rules that explain a run. Each returns sentences, or none if what it looks at does not stand out.
#pragma once

#include "hpnsim/explain.hpp"

namespace hpnsim
{

using Sentences = std::vector<std::string>;

// How the run ended.
Sentences say_end(const RunFacts& facts, double threshold);
Sentences say_errors(const RunFacts& facts, double threshold);

// What bound it.
Sentences say_receivers(const RunFacts& facts, double threshold);
Sentences say_senders(const RunFacts& facts, double threshold);
Sentences say_uplinks(const RunFacts& facts, double threshold);
Sentences say_nic_ports(const RunFacts& facts, double threshold);

// What the fabric and the transport did.
Sentences say_pauses(const RunFacts& facts, double threshold);
Sentences say_marks(const RunFacts& facts, double threshold);
Sentences say_losses(const RunFacts& facts, double threshold);
Sentences say_retransmissions(const RunFacts& facts, double threshold);

// What flows tell.
Sentences say_slowest(const RunFacts& facts, double threshold);
Sentences say_tail(const RunFacts& facts, double threshold);

}  // namespace hpnsim
