// SPDX-License-Identifier: GPL-2.0-only
// Builds the topology `file:path=F[,format=...]`: a fabric from a file of another simulator.
#include "generators/builders.hpp"
#include "generators/tables.hpp"
#include "hpnsim/text_input.hpp"

#include <sstream>

namespace hpnsim
{

namespace
{

using Format = const TopologyFormat*;

/// The format of which the first line is the surest sign.
Format detect(const std::string& text, const std::string& path)
{
    std::istringstream in(text);
    TextLines lines(in, path);
    std::vector<std::string> words;
    if (!lines.next(words)) words.clear();
    Format best = nullptr;
    Likeness most = Likeness::none;
    for (const Format format : built_in::topology_formats()) {
        const Likeness likeness = format->recognise(words);
        if (likeness <= most) continue;
        best = format;
        most = likeness;
    }
    if (best == nullptr) throw BadInput("'" + path + "' has no format that is known");
    return best;
}

/// The names of those formats, "hpcc and htsim".
template <class Which> std::string formats(Which which)
{
    std::string names;
    for (const Format format : built_in::topology_formats())
        if (which(*format)) names += (names.empty() ? "" : " and ") + std::string(format->name);
    return names;
}

struct TopologyFile {
    static constexpr const char* kName = "file";
    static constexpr const char* kDoc =
        "a topology file; every node not listed as a switch is a host, and names have the file's ids";

    std::string path;
    std::optional<Format> format;
    std::optional<bool> descending;
    std::optional<Bytes> buffer;
    std::optional<uint32_t> failed;

    static Setting format_setting()
    {
        std::vector<std::pair<std::string, Format>> choices;
        for (const Format each : built_in::topology_formats()) choices.emplace_back(each->name, each);
        return choice<&TopologyFile::format>("format", "whose format it is", "", choices, "detected");
    }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = {
            text<&TopologyFile::path>("path", "the file", ""), format_setting(),
            choice<&TopologyFile::descending>("next-hops",
                                              "order of equal next hops by node id: ECMP picks by position",
                                              "HPCC-sim's recorded runs: descending",
                                              {{"ascending", false}, {"descending", true}}, "ascending"),
            number<&TopologyFile::buffer>("buffer-mb", "MiB", 0.001, 65536,
                                          "shared packet buffer of each switch",
                                          "HPCC-sim's BUFFER_SIZE at 100 Gb/s", "32"),
            whole<&TopologyFile::failed>("failed", 0, 65535,
                                         "htsim: so many agg-core links, or spines of two tiers with all "
                                         "their links, keep a quarter of "
                                         "their rate",
                                         "uet-htsim, -failed", "0")};
        return list;
    }

    /// Throws BadInput unless the format knows the keys that were given.
    void check_format() const
    {
        if (failed && !(*format)->takes_failed)
            throw BadInput("'failed' is for files in the format " +
                           formats([](const TopologyFormat& each) { return each.takes_failed; }) + ", and '" +
                           path + "' is in " + (*format)->name);
    }

    FabricPlan build(const PlanOptions& options)
    {
        if (path.empty()) throw BadInput("'file' needs a path, as in file:path=topology.txt");
        const std::string text = read_text("", path);
        if (!format) format = detect(text, path);
        check_format();
        PlanOptions in_force = options;
        const bool buffer_given = buffer.has_value();
        in_force.descending_next_hops = descending.value_or(options.descending_next_hops);
        in_force.file_buffer = buffer.value_or(options.file_buffer);
        in_force.failed = failed.value_or(0);
        descending = in_force.descending_next_hops;
        std::istringstream in(text);
        FabricPlan plan = (*format)->read(in, path, in_force);
        plan.buffer_given = buffer_given;
        return plan;
    }
};

}  // namespace

HPNSIM_TOPOLOGY(TopologyFile)

}  // namespace hpnsim
