// SPDX-License-Identifier: GPL-2.0-only
// Finds out which format a trace has, and reads it.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/trace_formats.hpp"
#include "registry/choice.hpp"
#include "registry/tables.hpp"

#include <array>
#include <filesystem>
#include <fstream>

namespace hpnsim
{

namespace
{

constexpr size_t kHeadBytes = 4096;

TraceHead head_of(const std::string& path)
{
    TraceHead head;
    head.path = path;
    std::error_code ignored;
    head.file_a_rank =
        !std::filesystem::exists(path, ignored) && std::filesystem::exists(path + ".0.et", ignored);
    if (head.file_a_rank) return head;
    if (std::filesystem::is_directory(path, ignored))
        throw BadInput("file: '" + path + "' is a folder, not a trace");
    if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored))
        throw BadInput("file: '" + path +
                       "' is a pipe or a device, and a trace is read twice: to see what it is, "
                       "and then whole; save it in a file first");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw BadInput("file: cannot read '" + path + "'");
    std::array<char, kHeadBytes> bytes{};
    file.read(bytes.data(), bytes.size());
    head.bytes.assign(bytes.data(), static_cast<size_t>(file.gcount()));
    return head;
}

std::vector<std::string> names_of(const std::vector<const TraceFormat*>& all)
{
    std::vector<std::string> names;
    for (const TraceFormat* format : all) names.emplace_back(format->name);
    return names;
}

const TraceFormat& format_of(const TraceHead& head)
{
    std::string names;
    for (const TraceFormat* format : all_trace_formats()) {
        if (format->recognises(head)) return *format;
        names += (names.empty() ? "" : ", ") + std::string(format->name);
    }
    throw BadInput("file: '" + head.path + "' looks like none of the formats that can be read; there are " +
                   names);
}

}  // namespace

std::vector<const TraceFormat*> all_trace_formats()
{
    return built_in::trace_formats();
}

const TraceFormat& find_trace_format(const std::string& what, const std::string& name)
{
    const std::vector<const TraceFormat*> all = all_trace_formats();
    return *all[place_among(names_of(all), what, name)];
}

Program read_trace(const TraceAsked& asked, const std::string& named)
{
    const TraceHead head = head_of(asked.file);
    const TraceFormat& format = named.empty() ? format_of(head) : find_trace_format("format", named);
    Program program = format.read(asked);
    program.format = format.name;
    check_program(program);
    return program;
}

}  // namespace hpnsim
