// SPDX-License-Identifier: GPL-2.0-only
// The main function of the tool `plot`: plot FIGURE FOLDER... [options].
#include "hpnsim/bad_input.hpp"
#include "hpnsim/figure_kinds.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/version.hpp"
#include "tool/tool_words.hpp"

#include <algorithm>
#include <iostream>

using namespace hpnsim;
namespace fs = std::filesystem;

namespace
{

constexpr const char* kHelp =
    R"(plot FIGURE FOLDER... [options]
plot --list FOLDER...

Draws a figure of runs, as SVG, PNG or PDF. A folder is one of a run, an output folder, or that
of a sweep; several are drawn together. Beside the picture FILE.pdf stands FILE.gp, the gnuplot
script with its data and the command that made it: change a label there, and `gnuplot FILE.gp`
in its folder draws the figure again.

Examples:
  plot fct-cdf out/incast
  plot fct-ccdf out/sweep-incast --where senders=64 --out tail.pdf --size two-column
  plot tail-latency out/dcqcn out/hpcc --labels 'dcqcn=DCQCN,hpcc=HPCC' --order hpcc,dcqcn
  plot xy out/sweep-incast --x senders --y fct_us_p99 --series cc --log xy --out p99.pdf
  plot series out/incast --of queue --runs dcqcn --size 7x3 --out queue.png
  plot heat-map out/permutation --out load.svg

Figures:
)";

constexpr const char* kOptions = R"(
Which runs:
  --where OPT=VALUE  of a sweep, the runs with this value; repeat it for more options
  --runs A,B         runs of these labels, as the legend has them
  --only A,B         series: these QPs or ports, as series.csv has them
  --x OPT            xy, scaling: an option, or a key in its value, as in fabric:kmin-kb
  --y FIGURE         xy, scaling: a column of the database; --list names them
  --series OPT       xy, scaling: as --x; without it, a line for each combination of what varies
  --of WHAT          series: rate, queue, window, goodput or pauses
  --ideal KIND       scaling: linear (default), flat or inverse

How it looks:
  --out FILE         the picture; its ending is the format (default FIGURE.svg)
  --format NAME      svg, png or pdf, where the name does not say so
  --size SIZE        one-column (3.5 inches wide), two-column (7.16), or WxH in inches or, as in
                     8.5x6cm, centimetres (default: what suits the figure)
  --font NAME[,PT]   default: DejaVu Sans,8
  --log x|y|xy|none  logarithmic axes (default: what suits the figure)
  --labels A=B,...   other names in the legend and on axes of names; a comma in a name is `\,`
  --order A,B,...    these first, in this order
  --colours C,...    #rrggbb in the order of the legend, or LABEL=#rrggbb (default: Okabe and
                     Ito's, which colour-blind readers can tell apart)
  --title TEXT       none by default
  --x-label, --y-label TEXT
  --quiet            do not say what was drawn
  --help, --version

Exit status: 0 drawn; 2 bad input; 4 gnuplot is missing or failed.
)";

const std::vector<std::string> kWithValue = {
    "where", "runs", "only", "x",      "y",     "series",  "of",    "ideal",   "out",    "format",
    "size",  "font", "log",  "labels", "order", "colours", "title", "x-label", "y-label"};

std::string ending_of(const fs::path& file)
{
    std::string ending = file.extension().string();
    return ending.empty() ? "" : ending.substr(1);
}

std::string format_of(const ToolWords& words)
{
    std::string ending = ending_of(words.value("out"));
    if (words.has("format")) {
        std::string format = words.value("format");
        parse_name("--format", format, kGraphFormats);
        if (!ending.empty() && ending != format)
            throw BadInput("--format " + format + " is not the ending of --out " + words.value("out"));
        return format;
    }
    if (!words.has("out")) return "svg";
    if (std::find(kGraphFormats.begin(), kGraphFormats.end(), ending) == kGraphFormats.end())
        throw BadInput("--out: '" + words.value("out") + "' ends in none of .svg, .png and .pdf" +
                       suggestion(ending, kGraphFormats));
    return ending;
}

fs::path file_of(const ToolWords& words, const std::string& figure, const std::string& format)
{
    fs::path file = words.value("out", figure + "." + format);
    if (ending_of(file).empty()) file += "." + format;
    return file;
}

/// Panels below each other need height, those beside each other width.
void set_size(const Graph& graph, GraphLook& look)
{
    double heights = 0;
    for (const GraphPanel& panel : graph.panels) heights += panel.height;
    const bool heat = !graph.panels[0].heat.empty();
    if (graph.beside || graph.own_legend || heat) look.width_in = 7.16;
    if (graph.own_legend) look.height_in = std::min(9.0, 0.7 + 0.9 * heights);
    if (heat)
        look.height_in =
            std::min(9.0, 0.6 + 0.55 * static_cast<double>(graph.panels.size()) + 0.13 * heights);
}

void read_size(const std::string& text, GraphLook& look)
{
    if (text == "one-column" || text == "two-column") {
        look.width_in = text == "one-column" ? 3.5 : 7.16;
        return;
    }
    const size_t cross = text.find('x');
    if (cross == std::string::npos)
        throw BadInput("--size: '" + text + "' is neither one-column, two-column nor WxH" +
                       suggestion(text, {"one-column", "two-column"}));
    std::string height = text.substr(cross + 1);
    const bool centimetres = height.size() > 2 && height.compare(height.size() - 2, 2, "cm") == 0;
    if (centimetres) height.resize(height.size() - 2);
    const double unit = centimetres ? 2.54 : 1;
    look.width_in = parse_range("--size", text.substr(0, cross), 1 * unit, 40 * unit, "") / unit;
    look.height_in = parse_range("--size", height, 1 * unit, 40 * unit, "") / unit;
}

void read_font(const std::string& text, GraphLook& look)
{
    const size_t comma = text.rfind(',');
    look.font = text.substr(0, comma);
    if (comma != std::string::npos)
        look.font_size = parse_range("--font", text.substr(comma + 1), 3, 72, "pt");
}

void read_log(const std::string& text, GraphLook& look)
{
    parse_name("--log", text, {"x", "y", "xy", "none"});
    look.log_x = text.find('x') != std::string::npos;
    look.log_y = text.find('y') != std::string::npos;
}

bool is_colour(const std::string& text)
{
    return text.size() == 7 && text[0] == '#' &&
           text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

void read_colours(const std::string& text, GraphLook& look)
{
    for (const std::string& each : cut_at_commas(text)) {
        const size_t equals = each.rfind('=');
        const std::string label = equals == std::string::npos ? "" : each.substr(0, equals);
        const std::string colour = equals == std::string::npos ? each : each.substr(equals + 1);
        if (!is_colour(colour)) throw BadInput("--colours: '" + colour + "' is not of the form #rrggbb");
        look.colours.emplace_back(label, colour);
    }
}

/// Names that the figure does not have are mistakes of the user's.
void check_labels(const Graph& graph, const GraphLook& look)
{
    std::vector<std::string> there = labels_of(graph);
    const auto check = [&there](const std::string& option, const std::string& label) {
        if (!label.empty() && std::find(there.begin(), there.end(), label) == there.end())
            throw BadInput(option + ": the figure has nothing called '" + label + "'" +
                           suggestion_of_all(label, there));
    };
    for (const std::string& label : look.order) check("--order", label);
    for (const auto& each : look.colours) check("--colours", each.first);
    for (const GraphPanel& panel : graph.panels) {
        for (const GraphSeries& series : panel.series) there.push_back(series.label);
        there.insert(there.end(), panel.x.names.begin(), panel.x.names.end());
        there.insert(there.end(), panel.y.names.begin(), panel.y.names.end());
    }
    std::sort(there.begin(), there.end());
    there.erase(std::unique(there.begin(), there.end()), there.end());
    for (const auto& each : look.labels) check("--labels", each.first);
}

GraphLook look_of(const ToolWords& words, const Graph& graph)
{
    GraphLook look;
    look.format = format_of(words);
    set_size(graph, look);
    if (words.has("size")) read_size(words.value("size"), look);
    if (words.has("font")) read_font(words.value("font"), look);
    if (words.has("log")) read_log(words.value("log"), look);
    if (words.has("colours")) read_colours(words.value("colours"), look);
    if (words.has("order")) look.order = cut_at_commas(words.value("order"));
    if (words.has("labels"))
        for (const std::string& each : cut_at_commas(words.value("labels")))
            look.labels.push_back(cut_at_equals("--labels", each));
    if (words.has("x-label")) look.x_label = words.value("x-label");
    if (words.has("y-label")) look.y_label = words.value("y-label");
    look.title = words.value("title");
    check_labels(graph, look);
    return look;
}

FigureWish wish_of(const ToolWords& words, size_t first_folder)
{
    FigureWish wish;
    for (size_t at = first_folder; at < words.names().size(); ++at)
        wish.folders.emplace_back(words.names()[at]);
    for (fs::path& folder : wish.folders)
        if (folder.filename().empty()) folder = folder.parent_path();
    for (const std::string& each : words.all("where")) wish.where.push_back(cut_at_equals("--where", each));
    if (words.has("runs")) wish.runs = cut_at_commas(words.value("runs"));
    if (words.has("only")) wish.only = cut_at_commas(words.value("only"));
    wish.x = words.value("x");
    wish.y = words.value("y");
    wish.series = words.value("series");
    wish.of = words.value("of");
    wish.ideal = words.value("ideal", wish.ideal);
    return wish;
}

void help()
{
    std::cout << kHelp;
    for (const FigureKind& kind : figure_kinds())
        std::cout << "  " << kind.name << std::string(19 - std::string(kind.name).size(), ' ') << kind.doc
                  << "\n";
    std::cout << kOptions;
}

void list(const ToolWords& words)
{
    if (words.names().empty()) throw BadInput("--list: name a folder, as in plot --list out/incast");
    for (const auto& [name, how] : possible_figures(wish_of(words, 0)))
        std::cout << name << std::string(18 - std::min<size_t>(17, name.size()), ' ') << how << "\n";
}

int run(int argc, char** argv)
{
    const ToolWords words(argc, argv, kWithValue, {"list", "quiet"});
    if (words.has("help")) return help(), 0;
    if (words.has("version")) return std::cout << "plot (hpnsim) " << version() << "\n", 0;
    if (words.has("list")) return list(words), 0;
    if (words.names().empty())
        throw BadInput("name a figure and a folder, as in plot fct-cdf out/incast; --help lists all");
    const std::string figure = words.names()[0];
    const FigureWish wish = wish_of(words, 1);
    if (wish.folders.empty() && fs::is_directory(figure))
        throw BadInput("name a figure before the folder, as in plot fct-cdf " + figure + "; plot --list " +
                       figure + " names those that it has data for");
    if (wish.folders.empty()) {
        std::vector<std::string> names;
        for (const FigureKind& kind : figure_kinds()) names.emplace_back(kind.name);
        parse_name("figure", figure, names);
        throw BadInput("name a folder, as in plot " + figure + " out/incast");
    }
    const Graph graph = make_figure(figure, wish);
    const GraphLook look = look_of(words, graph);
    const fs::path file = file_of(words, figure, look.format);
    fs::path script = file;
    script.replace_extension(".gp");
    write_graph(graph, look, file,
                {std::string("Made by plot (hpnsim) ") + version() + ":", "  " + quote_command(argc, argv),
                 "`gnuplot " + script.filename().string() + "` in this folder draws it again."});
    if (words.has("quiet")) return 0;
    std::cout << file.string() << ", " << script.string() << "\n";
    for (const std::string& note : graph.notes) std::cout << "  " << note << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    return run_main("plot", [&] { return run(argc, argv); });
}
