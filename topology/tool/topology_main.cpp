// SPDX-License-Identifier: GPL-2.0-only
// The main function of the tool `topology`: topology --list | topology NAME[:key=value,...] [--export FILE].
#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/names.hpp"
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

using Export = void (*)(std::ostream& out, const FabricPlan& plan);

Export export_of(const po::variables_map& given)
{
    const std::string name = given["export-format"].as<std::string>();
    if (name != "hpcc" && name != "simai")
        throw BadInput("--export-format: no '" + name + "'; the nearest is '" +
                       nearest(name, {"hpcc", "simai"}) + "'; there are hpcc, simai");
    return name == "hpcc" ? write_hpcc_topology : write_simai_topology;
}

void export_to(const std::string& file, const FabricPlan& plan, Export write)
{
    std::ofstream out(file);
    write(out, plan);
    out.close();
    if (!out) throw BadInput("--export: cannot write '" + file + "'");
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
        std::cout << "topology --list | topology NAME[:key=value,...] [--export FILE]\n\n"
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
    const Export write = export_of(given);
    PlanOptions options;
    options.what = "--topology";
    const FabricPlan plan = make_fabric(given["topology"].as<std::string>(), options);
    for (const std::string& warning : plan.warnings) std::cerr << "topology: " << warning << "\n";
    if (given.count("export") != 0) export_to(given["export"].as<std::string>(), plan, write);
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
