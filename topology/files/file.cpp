// SPDX-License-Identifier: GPL-2.0-only
// Builds the topology `file:path=F[,format=...]`: a fabric from a file of another simulator.
#include "generators/builders.hpp"
#include "hpnsim/text_input.hpp"

#include <cctype>
#include <sstream>

namespace hpnsim
{

namespace
{

bool is_number(const std::string& word)
{
    return word.find_first_not_of("0123456789.eE+-") == std::string::npos;
}

/// Detects the format by the first line: htsim's files open with a keyword, SimAI's with six words the last
/// of which names a GPU, those of HPCC-sim and its relatives with numbers alone.
std::string detect(const std::string& text, const std::string& path)
{
    std::istringstream in(text);
    TextLines lines(in, path);
    std::vector<std::string> words;
    if (!lines.next(words)) return "hpcc";
    if (std::isalpha(static_cast<unsigned char>(words[0][0])) != 0) return "htsim";
    return words.size() == 6 && !is_number(words[5]) ? "simai" : "hpcc";
}

}  // namespace

TopologyInfo file_info()
{
    using Kind = TopologyKey::Kind;
    return {"file",
            "a topology file; every node not listed as a switch is a host, and names have the file's ids",
            {{"path", Kind::text, "", "", 0, 0, "", "the file", ""},
             {"format", Kind::choice, "", "detected", 0, 0, "hpcc|simai|htsim",
              "whose format it is (simai cannot be read yet)", ""},
             {"next-hops", Kind::choice, "", "ascending", 0, 0, "ascending|descending",
              "order of equal next hops by node id: ECMP picks by position",
              "HPCC-sim's recorded runs: descending"},
             {"buffer-mb", Kind::number, "MiB", "32", 0.001, 65536, "", "shared packet buffer of each switch",
              "HPCC-sim's BUFFER_SIZE at 100 Gb/s"},
             {"failed", Kind::whole, "", "0", 0, 65535, "",
              "htsim: so many agg-core links, or spines of two tiers with all their links, keep a quarter of "
              "their rate",
              "uet-htsim, -failed"}}};
}

FabricPlan make_file(KeyValues& keys, const PlanOptions& options)
{
    if (!keys.given("path")) throw BadInput("--topology: 'file' needs a path, as in file:path=topology.txt");
    const std::string& path = keys.text("path");
    const std::string text = read_text("--topology", path);
    if (!keys.given("format")) keys.derive("format", detect(text, path));
    const std::string& format = keys.text("format");
    if (format == "simai")
        throw BadInput("--topology: '" + path +
                       "' is in the format simai, which cannot be read yet; only hpcc and htsim can");
    if (format != "htsim" && keys.given("failed"))
        throw BadInput("--topology: 'failed' is for files in the format htsim, and '" + path + "' is in " +
                       format);
    PlanOptions in_force = options;
    if (keys.given("next-hops")) in_force.descending_next_hops = keys.text("next-hops") == "descending";
    if (keys.given("buffer-mb")) in_force.file_buffer = keys.mebibytes("buffer-mb");
    keys.derive("next-hops", in_force.descending_next_hops ? "descending" : "ascending");
    if (!keys.given("buffer-mb")) {
        std::ostringstream mebibytes;
        mebibytes << static_cast<double>(in_force.file_buffer) / 1048576.0;
        keys.derive("buffer-mb", mebibytes.str());
    }
    in_force.failed = keys.whole("failed");
    std::istringstream in(text);
    FabricPlan plan =
        format == "htsim" ? read_htsim_topology(in, path, in_force) : read_hpcc_topology(in, path, in_force);
    plan.buffer_given = keys.given("buffer-mb");
    return plan;
}

}  // namespace hpnsim
