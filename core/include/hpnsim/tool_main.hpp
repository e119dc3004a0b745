// SPDX-License-Identifier: GPL-2.0-only
// The main functions of all binaries share this frame: it sets the exit status, prints sentences on stderr,
// and notices output that cannot be written.
#pragma once

#include <functional>
#include <string>

namespace hpnsim
{

/// Runs `body` and returns its status. BadInput becomes "NAME: sentence" on stderr and status 2, any other
/// exception a sentence and status 4. When standard output could not take what was written to it, the status
/// is 2 as well. SIGPIPE and SIGXFSZ are ignored from here on: what cannot be written is an error where it is
/// written, not the end of the process.
int run_main(const std::string& name, const std::function<int()>& body);

/// Says for a person what went wrong: memory that ran out is named as such.
std::string plain_reason(const std::exception& error);

}  // namespace hpnsim
