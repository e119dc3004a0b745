// SPDX-License-Identifier: GPL-2.0-only
// Computes the figures that "automatic" keys have in this fabric, and adds them to the parameters shown.
#include "run/automatic.hpp"

#include "marking/marking_plan.hpp"

#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"
#include "hpnsim/timers.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <vector>

namespace hpnsim
{

namespace
{

const std::string kAutomatic = "automatic: ";
const std::string kOfProfile = "of the profile: ";  // a rule that no value of the key says
const std::string kOfCc = "of the CC: ";            // a value that comes down where PFC would come first
constexpr double kKilobyte = 1000;                  // of ECN thresholds
constexpr double kMegabyte = 1048576;               // of buffers

std::string decimals(double value, int digits)
{
    const double scale = std::pow(10.0, digits);
    return format_number(std::round(value * scale) / scale);
}

/// Collects what the switches have in force, as the network is built.
struct InForce {
    std::set<std::string> buffers;                    ///< "82.5 MB (tor)"
    std::map<int64_t, std::vector<RedCurve>> curves;  ///< by link rate in b/s: one for each switch
};

InForce in_force(const FabricPlan& plan, const FabricSettings& fabric)
{
    InForce all;
    const FabricIndex index(plan);
    for (uint32_t i = 0; i < plan.switches.size(); ++i) {
        const BufferPlan buffer(fabric, plan, index, i);
        const MarkingPlan marking(fabric, buffer, plan, index, i);
        all.buffers.insert(decimals(static_cast<double>(buffer.Total()) / kMegabyte, 3) + " MB (" +
                           tier_name(plan.switches[i].tier) + ")");
        const uint32_t node = plan.endpoints + i;
        std::set<int64_t> rates;
        for (uint16_t port = 0; port < index.ports(node); ++port)
            if (index.end(node, port).wired) rates.insert(plan.links[index.end(node, port).link].rate.bps);
        for (const int64_t bps : rates) all.curves[bps].push_back(marking.Of(Rate{bps}));
    }
    return all;
}

/// Returns one of the three figures of the marking curve at every rate for which no key of its own is given.
std::string by_rate(const InForce& all, const RunPlan& run, const NetworkConfig& config,
                    const std::function<double(const RedCurve&)>& figure, const std::string& unit)
{
    if (!config.fabric.ecn) return "no marking, the congestion control asks for none";
    std::vector<std::string> texts;
    for (const auto& [bps, curves] : all.curves) {
        const auto own = [bps = bps](const auto& each) { return gbps(each.first).bps == bps; };
        const auto& of_rates = run.fabric.marking.byRate;
        if (std::any_of(of_rates.begin(), of_rates.end(), own)) continue;
        double least = figure(curves.front()), most = least;
        for (const RedCurve& curve : curves) {
            least = std::min(least, figure(curve));
            most = std::max(most, figure(curve));
        }
        const std::string range = least < most ? format_number(least) + " to " : "";
        texts.push_back(range + format_number(most) + unit + " at " + format_number(Rate{bps}.gbps()) +
                        " Gb/s");
    }
    return texts.empty() ? "see the keys of each rate" : joined_texts(texts);
}

double kilobytes(Bytes bytes)
{
    return static_cast<double>(bytes) / kKilobyte;
}

void show_marking(const RunPlan& run, const NetworkConfig& config, const InForce& all,
                  nlohmann::ordered_json& fabric)
{
    const EcnSettings& ecn = run.fabric.marking;
    if (ecn.pmax == 0) return;  // nothing is marked
    if (ecn.stepKb > 0 && config.fabric.markFirst)
        fabric["ecn-step-kb"] = kOfCc + fabric["ecn-step-kb"].get<std::string>();
    if (!ecn.kmin)
        fabric["kmin-kb"] =
            kAutomatic + by_rate(
                             all, run, config, [](const RedCurve& c) { return kilobytes(c.kmin); }, " KB");
    if (!ecn.kmax)
        fabric["kmax-kb"] =
            kAutomatic + by_rate(
                             all, run, config, [](const RedCurve& c) { return kilobytes(c.kmax); }, " KB");
    if (!ecn.pmax)
        fabric["pmax"] = kAutomatic + by_rate(
                                          all, run, config, [](const RedCurve& c) { return c.pmax; }, "");
}

/// Says what a rule of a profile comes to at each kind of link.
std::string by_link_rate(const FabricPlan& plan, const std::function<std::string(const LinkPlan&)>& figure)
{
    std::set<std::string> texts;
    for (const LinkPlan& link : plan.links)
        texts.insert(figure(link) + " at " + format_number(link.rate.gbps()) + " Gb/s");
    return joined_texts(texts);
}

void show_timeouts(const ChosenTransport& chosen, const Timeouts& timeouts, nlohmann::ordered_json& shown)
{
    const std::string& name = chosen.name;
    if (!chosen.retry.ack_timeout)
        shown["ack-timeout"] =
            kAutomatic + (name == "gbn" ? std::to_string(ack_timeout_code(timeouts.ack)) + " (" +
                                              decimals(timeouts.ack.us() / 1000, 3) + " ms)"
                                        : "none, " + name + " has rto-us");
    if (!chosen.retry.rto)
        shown["rto-us"] = kAutomatic + (name != "gbn" ? decimals(timeouts.rto.us(), 3) + " us"
                                                      : "none, " + name + " has ack-timeout");
    if (!chosen.retry.rto_low)
        shown["rto-low-us"] = kAutomatic + (name == "irn" ? decimals(timeouts.rto_low.us(), 3) + " us"
                                                          : "none, " + name + " is not irn");
}

}  // namespace

void show_automatic(const RunPlan& run, const FabricPlan& plan, const NetworkConfig& config, Time base_rtt,
                    nlohmann::ordered_json& transport, nlohmann::ordered_json& fabric)
{
    const InForce all = in_force(plan, config.fabric);
    show_timeouts(run.transport, timeouts_for(config.nic, base_rtt), transport);
    if (!run.transport.selective.reorder) {
        const double reorder = config.nic.selective.reorder.value_or(0);
        transport["reorder-rtts"] =
            kAutomatic + (reorder > 0 ? format_number(reorder) + " base RTTs" : "never");
    }
    if (config.fabric.buffer.rules.alpha)
        fabric["alpha"] = kOfProfile + by_link_rate(plan, [&config](const LinkPlan& link) {
                              return format_number(config.fabric.buffer.rules.alpha(link.rate));
                          });
    if (config.fabric.buffer.rules.headroom)
        fabric["headroom"] =
            kOfProfile + by_link_rate(plan, [&config](const LinkPlan& link) {
                return format_number(kilobytes(config.fabric.buffer.rules.headroom(link.rate, link.delay))) +
                       " KB";
            });
    if (!run.fabric.watchdog.timeout)
        fabric["watchdog-ms"] = kAutomatic + decimals(config.fabric.watchdog.timeout->us() / 1000, 3) + " ms";
    if (!run.fabric.buffer.size) fabric["buffer-mb"] = kAutomatic + joined_texts(all.buffers);
    show_marking(run, config, all, fabric);
}

}  // namespace hpnsim
