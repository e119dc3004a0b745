// SPDX-License-Identifier: GPL-2.0-only
// Opens the capture files of a run, and closes them when it has ended.
#include "run/captures.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/capture_list.hpp"

namespace hpnsim
{

namespace
{

void make_folder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw BadInput("--pcap: cannot make the folder " + folder.string() + " (" + error.message() + ")");
}

}  // namespace

Captures::Captures(RoceNetwork& network, const CommonOptions& options, const std::filesystem::path& folder,
                   uint64_t seed)
{
    if (options.pcap.empty() || seed != options.seed) return;
    const std::filesystem::path files = folder / "pcap";
    make_folder(files);
    const FabricPlan& plan = network.Plan();
    std::vector<Framing> framings;
    for (uint32_t function = 0; function < network.Config().FunctionCount(); ++function)
        framings.push_back(network.Config().Function(function).wire->framing);
    for (const CapturePoint& point : parse_captures(options.pcap, plan)) {
        captures_.push_back(std::make_unique<PortCapture>(network.GetClock(), plan, network.Adjacency(),
                                                          framings, point.node, point.port,
                                                          PcapWriter(files / point.file)));
        if (point.node < plan.endpoints)
            captures_.back()->Listen(network.Device(point.node));
        else
            captures_.back()->Listen(network.Switch(point.node - plan.endpoints));
    }
}

void Captures::finish()
{
    for (const auto& capture : captures_) capture->Finish();
}

}  // namespace hpnsim
