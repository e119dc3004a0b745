// SPDX-License-Identifier: GPL-2.0-only
// Runs a function in a child process first, so that a plug-in file that crashes while it is loaded does not
// take the host along. Internal to the plug-ins.
#pragma once

#include <functional>
#include <string>

namespace hpnsim
{

/// Runs `attempt` in a process of its own, silently. Throws BadInput with its sentence if it throws one, or,
/// if it does not come back, with `subject` and how it ended.
void probe(const std::string& subject, const std::function<void()>& attempt);

}  // namespace hpnsim
