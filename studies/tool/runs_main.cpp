// SPDX-License-Identifier: GPL-2.0-only
// The main function of the tool `runs`: runs FOLDER... [--columns A,B] [--csv].
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/run_list.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/version.hpp"
#include "tell/text_table.hpp"
#include "tool/tool_words.hpp"

#include <algorithm>
#include <iostream>

using namespace hpnsim;
namespace fs = std::filesystem;

namespace
{

constexpr const char* kHelp = R"(runs FOLDER... [--columns A,B] [--csv]

Lists the runs that a folder holds: an output folder, that of a sweep, or one of a run. A row says
how the run ended, and has its main figures and its size on disk; warnings follow.

  runs out/incast
  runs out/sweep-incast --columns senders,cc,fct_us_p99
  runs out/sweep-incast --csv > all.csv

  --columns A,B      these figures instead; wrong ones are answered with the nearest
  --csv              a table that programs read, with every digit, and with all figures unless
                     --columns names some
  --help, --version

Exit status: 0 listed, however the runs ended; 2 bad input.
)";

std::vector<std::string> usual(const std::vector<std::string>& there)
{
    std::vector<std::string> some;
    for (const char* name : {"scenario", "cc", "flows", "completed", "fct_us_mean", "fct_us_p99",
                             "busbw_GBps", "slowdown_p99", "drops", "pfc_pauses"})
        if (std::find(there.begin(), there.end(), name) != there.end()) some.emplace_back(name);
    return some;
}

/// Numbers in few digits, for people.
std::string shortened(const std::string& text)
{
    if (text.empty()) return "-";
    if (text.find_first_not_of("0123456789.+-e") != std::string::npos) return text;
    const double value = std::strtod(text.c_str(), nullptr);
    return value == static_cast<double>(static_cast<int64_t>(value)) ? text : format_short(value);
}

std::string size_text(uint64_t bytes)
{
    const auto kib = static_cast<double>(bytes) / 1024;
    return kib < 1024 ? format_short(kib) + " KiB" : format_short(kib / 1024) + " MiB";
}

void check_columns(const std::vector<std::string>& asked, const std::vector<std::string>& there)
{
    for (const std::string& name : asked)
        if (std::find(there.begin(), there.end(), name) == there.end())
            throw BadInput("--columns: no run has the figure '" + name + "'" + suggestion(name, there));
}

void print_csv(const std::vector<ListedRun>& runs, const std::vector<std::string>& columns)
{
    std::cout << "label,status,folder_bytes";
    for (const std::string& name : columns)
        if (name != "label" && name != "status") std::cout << "," << csv_field(name);
    std::cout << "\n";
    for (const ListedRun& run : runs) {
        std::cout << csv_field(run.label) << "," << run.status << "," << run.bytes;
        for (const std::string& name : columns) {
            if (name == "label" || name == "status") continue;
            const auto found = run.values.find(name);
            std::cout << "," << (found == run.values.end() ? "" : csv_field(found->second));
        }
        std::cout << "\n";
    }
}

void print_table(const std::vector<ListedRun>& runs, const std::vector<std::string>& columns)
{
    TextRow head = {"run", "status"};
    head.insert(head.end(), columns.begin(), columns.end());
    head.emplace_back("size");
    std::vector<TextRow> rows = {head};
    for (const ListedRun& run : runs) {
        TextRow row = {run.label, run.status};
        for (const std::string& name : columns) {
            const auto found = run.values.find(name);
            row.push_back(shortened(found == run.values.end() ? "" : one_line(found->second)));
        }
        row.push_back(size_text(run.bytes));
        rows.push_back(row);
    }
    print_rows(std::cout, rows);
    for (const ListedRun& run : runs)
        for (const std::string& warning : run.warnings)
            std::cout << run.label << ": " << one_line(warning) << "\n";
}

int run(int argc, char** argv)
{
    const ToolWords words(argc, argv, {"columns"}, {"csv"});
    if (words.has("help")) return std::cout << kHelp, 0;
    if (words.has("version")) return std::cout << "runs (hpnsim) " << version() << "\n", 0;
    if (words.names().empty()) throw BadInput("name a folder, as in runs out/incast; --help tells more");
    std::vector<ListedRun> runs;
    for (const std::string& dir : words.names()) {
        std::vector<ListedRun> some = listed_runs(dir);
        for (ListedRun& each : some) {
            if (words.names().size() > 1) each.label = (fs::path(dir) / each.label).string();
            runs.push_back(std::move(each));
        }
    }
    const std::vector<std::string> there = columns_of(runs);
    std::vector<std::string> columns = words.has("csv") ? there : usual(there);
    if (words.has("columns")) columns = cut_at_commas(words.value("columns"));
    check_columns(columns, there);
    if (words.has("csv"))
        print_csv(runs, columns);
    else
        print_table(runs, columns);
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    return run_main("runs", [&] { return run(argc, argv); });
}
