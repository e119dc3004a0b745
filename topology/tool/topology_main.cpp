// SPDX-License-Identifier: GPL-2.0-only
// The main function of the tool `topology`: topology --list | topology NAME[:key=value,...] [--path A-B]
// [--svg FILE] [--export FILE].
#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/list_fabric.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/node_names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/topologies.hpp"
#include "hpnsim/version.hpp"

#include <boost/program_options.hpp>

#include <fstream>
#include <iostream>
#include <new>

namespace po = boost::program_options;
using namespace hpnsim;

namespace
{

po::options_description declared_options()
{
    po::options_description shown("Options");
    shown.add_options()("list", "list the topologies")(
        "topology", po::value<std::string>(), "NAME[:key=value,...] to describe (or the first argument)")(
        "nodes",
        "list every node instead, with its ports and what they lead to, by the names that --faults, "
        "--pcap, --series-only and --trace of scenarios take; csv files have blanks in the place of dashes")(
        "path", po::value<std::string>(),
        "list the paths between two endpoints instead, by "
        "their numbers or names: 3-0. A path is the ports by "
        "which it leaves its nodes")(
        "svg", po::value<std::string>(),
        "draw the fabric to this file: tiers, nodes or the first and last of many, links")(
        "export", po::value<std::string>(),
        "write the fabric to this file in a format that has no switch latency: half of it is added to each "
        "link of the switch")("export-format", po::value<std::string>()->default_value("hpcc"),
                              "of that file: hpcc (HPCC-sim's) or simai (with NVLink)")(
        "mtu", po::value<std::string>()->default_value("4096"),
        "payload bytes of a packet, for the base RTTs")(
        "wire", po::value<std::string>()->default_value("roce"), "framing: roce, hpcc-sim, htsim")(
        "help", "print this page, with every topology's keys")("version", "print the version");
    return shown;
}

po::variables_map parse(int argc, char** argv)
{
    po::positional_options_description positional;
    positional.add("topology", 1);
    po::variables_map given;
    // Prefixes are not accepted: "--exp" is an error rather than a guess.
    const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(argc, argv)
                  .options(declared_options())
                  .positional(positional)
                  .style(style)
                  .run(),
              given);
    po::notify(given);
    return given;
}

void list()
{
    for (const TopologyInfo& info : all_topologies()) {
        std::cout << info.name << "  " << info.doc << "\n ";
        for (const Setting& key : info.settings()) std::cout << " " << key.name;
        std::cout << "\n";
    }
}

using Write = void (*)(std::ostream& out, const FabricPlan& plan);

/// A format of exported files, and the simulator that reads it.
struct Export {
    Write write;
    const char* simulator;
};

Export export_of(const po::variables_map& given)
{
    const std::string name = given["export-format"].as<std::string>();
    if (name != "hpcc" && name != "simai")
        throw BadInput("--export-format: no '" + name + "'" + suggestion_of_all(name, {"hpcc", "simai"}));
    return name == "hpcc" ? Export{write_hpcc_topology, "HPCC-sim"} : Export{write_simai_topology, "SimAI"};
}

void write_to(const std::string& option, const std::string& file, const FabricPlan& plan, Write write)
{
    std::ofstream out(file);
    write(out, plan);
    out.close();
    if (!out) throw BadInput(option + ": cannot write '" + file + "'");
}

/// Throws: says which half of the text is no endpoint, and which one is near.
[[noreturn]] void refuse_pair(const FabricPlan& plan, const std::string& text)
{
    const std::string known =
        plan.ids.empty() ? "0 to " + std::to_string(plan.endpoints - 1) : plan.host_ids();
    for (size_t dash = text.find('-'); dash != std::string::npos; dash = text.find('-', dash + 1)) {
        const std::string first = text.substr(0, dash), second = text.substr(dash + 1);
        const bool good = endpoint_called(plan, first) != kNoNode;
        if (!good && endpoint_called(plan, second) == kNoNode) continue;
        const std::string& bad = good ? second : first;
        const bool number = !bad.empty() && bad.find_first_not_of("0123456789") == std::string::npos;
        throw BadInput("--path: '" + bad + "' is not an endpoint" +
                       (number ? "; they are " + known : suggestion(bad, endpoint_names(plan))));
    }
    throw BadInput("--path: '" + text +
                   "' is not two endpoints; write their numbers or names, as in 3-0 or " +
                   plan.word_name(plan.endpoints - 1) + "-" + plan.word_name(0));
}

void list_path(const FabricPlan& plan, const std::string& text)
{
    constexpr uint64_t kMost = 64;
    const auto pair = endpoints_called(plan, text);
    if (!pair) refuse_pair(plan, text);
    if (pair->first == pair->second) throw BadInput("--path: " + text + " names one endpoint twice");
    list_paths(std::cout, plan, pair->first, pair->second, kMost);
}

Bytes mtu_of(const po::variables_map& given)
{
    const double mtu = parse_number("--mtu", given["mtu"].as<std::string>());
    if (mtu < 64 || mtu > 9216 || mtu != static_cast<double>(static_cast<Bytes>(mtu)))
        throw BadInput("--mtu: " + given["mtu"].as<std::string>() +
                       " is not a whole number of bytes from 64 to 9216");
    return static_cast<Bytes>(mtu);
}

void run(const po::variables_map& given)
{
    if (given.count("help") != 0) {
        std::cout << "topology --list | topology NAME[:key=value,...] [--nodes | --path A-B] [--svg FILE] "
                     "[--export FILE]\n\n"
                     "Describes topologies, lists their nodes, ports and paths, draws and exports them.\n\n"
                  << declared_options() << "\nTopologies and their keys, with default, range and source:\n"
                  << topology_help();
        return;
    }
    if (given.count("version") != 0) {
        std::cout << "hpnsim " << hpnsim::version() << "\n";
        return;
    }
    if (given.count("list") != 0) return list();
    if (given.count("topology") == 0)
        throw BadInput("topology: name a topology, as in 'topology hpn:segments=2', or write --list");
    const Wire& wire = as_option(
        {"wire"}, [&]() -> const Wire& { return wire_named(given["wire"].as<std::string>(), false); });
    const Bytes mtu = mtu_of(given);
    const Export format = export_of(given);
    PlanOptions options;
    options.what = "--topology";
    const FabricPlan plan = make_fabric(given["topology"].as<std::string>(), options);
    for (const std::string& warning : plan.warnings) std::cerr << "topology: " << warning << "\n";
    if (given.count("export") != 0) {
        as_option({"export"}, [&] { require_exportable(plan, format.simulator); });
        write_to("--export", given["export"].as<std::string>(), plan, format.write);
    }
    if (given.count("svg") != 0) write_to("--svg", given["svg"].as<std::string>(), plan, draw_fabric);
    if (given.count("nodes") != 0) return list_nodes(std::cout, plan);
    if (given.count("path") != 0) return list_path(plan, given["path"].as<std::string>());
    describe(std::cout, plan, mtu, wire);
}

}  // namespace

int main(int argc, char** argv)
{
    return run_main("topology", [&] {
        try {
            run(parse(argc, argv));
            return 0;
        } catch (const po::too_many_positional_options_error&) {
            throw BadInput(
                "one topology at a time; its keys follow a colon, as in 'topology hpn:segments=2'");
        } catch (const po::error& error) {
            throw BadInput(error.what());
        }
    });
}
