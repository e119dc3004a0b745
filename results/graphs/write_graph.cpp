// SPDX-License-Identifier: GPL-2.0-only
// Writes a graph's script, and has gnuplot draw it from the same text, so that the script is what was drawn.
#include "files/file_text.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/graph.hpp"
#include "plots/gnuplot.hpp"

namespace fs = std::filesystem;

namespace hpnsim
{

void write_graph(const Graph& graph, const GraphLook& look, const fs::path& file,
                 const std::vector<std::string>& heading)
{
    if (!gnuplot_found())
        throw PlainFailure("no gnuplot on the PATH, so no figure (Debian: apt install gnuplot-nox)");
    const fs::path dir = file.has_parent_path() ? file.parent_path() : fs::path(".");
    make_folder(dir);
    std::string text;
    for (const std::string& line : heading) text += "# " + one_line(line) + "\n";
    for (const std::string& line : graph.notes) text += "# " + one_line(line) + "\n";
    text += graph_script(graph, look, file.filename().string());
    fs::path script = file;
    script.replace_extension(".gp");
    if (fs::is_directory(file)) throw BadInput(file.string() + " is a folder");
    draw_script(text, file);  // first: where it fails, an earlier picture and its script stay as they are
    write_file(script, text);
}

}  // namespace hpnsim
