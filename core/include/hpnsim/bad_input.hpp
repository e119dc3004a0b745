// SPDX-License-Identifier: GPL-2.0-only
// The exceptions whose sentences are meant for the user: BadInput when the user got something wrong,
// PlainFailure otherwise. Any part may throw them; tool_main.hpp prints them.
#pragma once

#include <stdexcept>
#include <string>

namespace hpnsim
{

/// Something went wrong that what() says in a sentence for the user.
struct PlainFailure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The user asked for something that does not exist or cannot be: one sentence, exit status 2.
struct BadInput : PlainFailure {
    /// Control characters that the sentence quotes (a NUL out of a file, say) are written as \xNN.
    explicit BadInput(const std::string& sentence);
};

/// The same of a file's contents. The sentence begins with FILE:LINE, so that no option's name need stand
/// before it.
struct BadLine : BadInput {
    using BadInput::BadInput;
};

/// A sentence that quotes what somebody wrote, made short enough to read: the middle of a word of more than
/// 120 bytes, and then of the whole beyond 1,000, becomes "...". UTF-8 stays whole.
std::string shortened(const std::string& sentence);

}  // namespace hpnsim
