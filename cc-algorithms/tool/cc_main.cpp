// SPDX-License-Identifier: GPL-2.0-only
// The main function of the tool `cc`, which lists and describes algorithms and replays traces: cc --list | cc
// NAME | cc NAME[:key=value,...] --replay FILE, each with --plugin FILE.so, --plugin-path DIR.
#include "hpnsim/choose.hpp"
#include "hpnsim/describe.hpp"
#include "hpnsim/plugin_files.hpp"
#include "hpnsim/plugin_runs.hpp"
#include "hpnsim/replay.hpp"
#include "hpnsim/text_input.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/version.hpp"

#include <boost/program_options.hpp>

#include <iostream>

namespace po = boost::program_options;

namespace
{

using Words = std::vector<std::string>;

po::options_description visible_options()
{
    po::options_description options("Options");
    options.add_options()("list", "every algorithm, a line each")(
        "replay", po::value<std::string>()->value_name("FILE"),
        "feed a recorded trace of events to the CC NAME[:key=value,...] and print its rate and window "
        "after each")("plugin", po::value<Words>()->value_name("FILE.so"),
                      "load a plug-in; its algorithms are described, listed and replayed like the others; "
                      "repeatable")(
        "plugin-path", po::value<Words>()->value_name("DIR"),
        "look for a NAME that is not built in as NAME.so or libNAME.so in this "
        "folder, and list its plug-ins with --list; repeatable, before the folders of "
        "HPNSIM_PLUGIN_PATH")("help", "this text")("version", "the version");
    return options;
}

po::variables_map parse(int argc, char** argv)
{
    po::options_description all = visible_options();
    all.add_options()("name", po::value<Words>());
    po::positional_options_description positions;
    positions.add("name", -1);
    po::variables_map given;
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(argc, argv).options(all).positional(positions).style(style).run(),
              given);
    return given;
}

void print_help(std::ostream& out)
{
    out << "cc --list                                 every algorithm\n"
           "cc NAME                                   what it does, its parameters and presets\n"
           "cc NAME[:key=value,...] --replay FILE     its answer to a recorded trace of events\n\n"
           "Describes congestion controls, path policies and receivers, and replays recorded events.\n\n"
        << visible_options()
        << "\nA trace is what a scenario's --trace writes, or another simulator's: `# key=value` lines\n"
           "(line_rate_bps, base_rtt_ps and payload_bytes must be there), a line of column names, a row an\n"
           "event (send, ack, nack, cnp, timeout, timer, credit). Columns are found by name; time_ps and\n"
           "event must be there, others may be missing. All of them: docs/scenarios.md, \"--trace\".\n";
}

void replay_file(const std::string& text, const std::string& path)
{
    const hpnsim::Chosen<hpnsim::CcOps> cc = hpnsim::choose_cc(text);
    hpnsim::TextLimits limits;
    limits.bytes = uint64_t{64} << 30;  // a trace is read line by line, and kept by nobody
    hpnsim::TextInput in("--replay", path, limits);
    std::optional<hpnsim::SavePoint> place;
    if (hpnsim::plugin_of(cc.ops->slot) != nullptr) place.emplace();
    if (place && place->death())
        throw hpnsim::PluginFailure("the replay failed at " + std::to_string(place->death()->at.ps) +
                                    " ps: " + place->death()->sentence);
    hpnsim::replay(cc, in, path, std::cout);
}

/// Returns the one algorithm that the words name.
std::string only_name(const po::variables_map& given)
{
    if (!given.count("name")) throw hpnsim::BadInput("cc: name an algorithm, or say --list");
    const auto& words = given["name"].as<Words>();
    if (words.size() > 1)
        throw hpnsim::BadInput("cc: '" + words[1] + "' is a word too many: one algorithm at a time, here '" +
                               words[0] + "'");
    return words[0];
}

/// Shows an algorithm; if `text` has keys, also the values that they set.
void show(const std::string& text)
{
    const hpnsim::Spec spec = hpnsim::parse_spec("cc", text);
    const hpnsim::SlotOps& slot = hpnsim::find_algorithm(spec.name);
    const std::shared_ptr<void> params = hpnsim::make_params("cc", slot, spec);
    std::cout << hpnsim::describe(slot);
    if (spec.keys.empty()) return;
    std::cout << "\nin force with " << text << "\n";
    for (const auto& [key, value] : hpnsim::describe_params(slot, params.get()))
        std::cout << "  " << key << " = " << value << "\n";
}

Words words_of(const po::variables_map& given, const char* option)
{
    return given.count(option) != 0 ? given[option].as<Words>() : Words();
}

void load_plugins(const po::variables_map& given)
{
    for (const std::string& folder : words_of(given, "plugin-path"))
        hpnsim::add_plugin_folder("--plugin-path", folder);
    hpnsim::add_plugin_folders_of_environment();
    for (const std::string& file : words_of(given, "plugin")) hpnsim::load_plugin("--plugin", file);
}

/// Lists the algorithms. Files of the plug-in path that cannot be loaded are named at the end.
void print_list()
{
    const Words complaints = hpnsim::load_plugin_path("plug-in path");
    std::cout << hpnsim::list_algorithms();
    if (!complaints.empty()) std::cout << "not loaded\n";
    for (const std::string& complaint : complaints) std::cout << "  " << complaint << "\n";
}

int run(const po::variables_map& given)
{
    const bool about_itself = given.count("help") != 0 || given.count("version") != 0;
    if (!about_itself) load_plugins(given);
    if (given.count("help")) {
        print_help(std::cout);
    } else if (given.count("version")) {
        std::cout << "hpnsim " << hpnsim::version() << "\n";
    } else if (given.count("list")) {
        print_list();
    } else if (given.count("replay")) {
        replay_file(only_name(given), given["replay"].as<std::string>());
    } else {
        show(only_name(given));
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    std::ios::sync_with_stdio(false);
    return hpnsim::run_main("cc", [&] {
        try {
            return run(parse(argc, argv));
        } catch (const po::error& error) {
            throw hpnsim::BadInput(error.what());
        }
    });
}
