// SPDX-License-Identifier: GPL-2.0-only
// Declares what a format of workload traces says about itself, and the table of formats. A file in traces/
// joins it by its HPNSIM_TRACE_FORMAT line and an add_trace_format line in CMake.
#pragma once

#include "hpnsim/program.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// What the user says of a trace beside its name. What a file says itself need not be said.
struct TraceAsked {
    std::string file;    ///< of Chakra, the part of the names before ".RANK.et"
    std::string groups;  ///< a file of groups of ranks; empty: none
    uint32_t ranks = 0;  ///< 0: as the file says
    /// Sizes of groups, for traces that tell what one rank does and not how many there are.
    std::optional<uint32_t> tensor, pipeline, expert;
    uint32_t passes = 1;  ///< how often a trace of one iteration is run
};

/// What a format may look at to recognise a trace.
struct TraceHead {
    std::string path;
    std::string bytes;         ///< the first 4,096, or fewer; empty if `path` itself is no file
    bool file_a_rank = false;  ///< `path` is no file, but "PATH.0.et" is
    bool begins(const char* text) const { return bytes.rfind(text, 0) == 0; }
};

struct TraceFormat {
    const char* name;  ///< as --format knows it
    const char* doc;   ///< whose it is and what it holds: a phrase of the help
    bool (*recognises)(const TraceHead& head);
    /// Throws BadInput that begins with file:line, or "FILE, byte N", and says what was expected.
    Program (*read)(const TraceAsked& asked);
};

/// Lists the formats in the order in which a trace is offered to them.
std::vector<const TraceFormat*> all_trace_formats();

/// Finds a format; throws BadInput that begins with `what`.
const TraceFormat& find_trace_format(const std::string& what, const std::string& name);

/// Reads a trace of the format `named`; empty: of the format that it looks like. The program has been checked
/// (check_program). Throws BadInput.
Program read_trace(const TraceAsked& asked, const std::string& named);

}  // namespace hpnsim

/// Declares a format: a type with a static member for each of TraceFormat's.
#define HPNSIM_TRACE_FORMAT(Type)                                                                            \
    extern "C" const hpnsim::TraceFormat* hpnsim_trace_format_##Type()                                       \
    {                                                                                                        \
        static constexpr hpnsim::TraceFormat format{Type::name, Type::doc, Type::recognises, Type::read};    \
        return &format;                                                                                      \
    }
