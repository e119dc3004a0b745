// SPDX-License-Identifier: GPL-2.0-only
// Declares what a format of flow files says about itself, and the table of formats. A file in formats/ joins
// it by its HPNSIM_FLOW_FORMAT line and an add_flow_format line in CMake.
#pragma once

#include "hpnsim/flow_file.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

class TextLines;

/// Holds the words of a file's first lines that are not empty: of four lines, or as many as there are.
using FirstLines = std::vector<std::vector<std::string>>;

struct FlowFormat {
    const char* name;  ///< as --format knows it
    const char* doc;   ///< whose it is and what a line holds: a phrase of the help
    bool (*recognises)(const FirstLines& lines);
    /// Reads flows in the order of the file, with starts as the file has them. Throws BadInput with
    /// file:line.
    FlowFile (*read)(TextLines& lines, const FlowNodes& nodes);
};

/// Lists the formats in the order of the build's list. The first reads a file that no format recognises, and
/// says what is wrong.
std::vector<const FlowFormat*> all_flow_formats();

/// Finds a format; throws BadInput that begins with `what`.
const FlowFormat& find_flow_format(const std::string& what, const std::string& name);

}  // namespace hpnsim

/// Declares a format: a type with a static member for each of FlowFormat's.
#define HPNSIM_FLOW_FORMAT(Type)                                                                             \
    extern "C" const hpnsim::FlowFormat* hpnsim_flow_format_##Type()                                         \
    {                                                                                                        \
        static constexpr hpnsim::FlowFormat format{Type::name, Type::doc, Type::recognises, Type::read};     \
        return &format;                                                                                      \
    }
