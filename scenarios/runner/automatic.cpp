// SPDX-License-Identifier: GPL-2.0-only
#include "automatic.hpp"

#include "hpnsim/quantity.hpp"
#include "hpnsim/timers.hpp"

#include <cmath>
#include <functional>
#include <set>

namespace hpnsim
{

namespace
{

const std::string kAutomatic = "automatic: ";
constexpr double kKilobyte = 1000;     // of ECN thresholds
constexpr double kMegabyte = 1048576;  // of buffers

std::string join(const std::set<std::string>& texts)
{
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

std::string decimals(double value, int digits)
{
    const double scale = std::pow(10.0, digits);
    return format_number(std::round(value * scale) / scale);
}

/// Buffers by tier: "82.5 MB (tor), 165 MB (agg)".
std::string buffers(const FabricPlan& plan)
{
    std::set<std::string> texts;
    for (const SwitchPlan& sw : plan.switches)
        texts.insert(decimals(static_cast<double>(sw.buffer) / kMegabyte, 3) + " MB (" + tier_name(sw.tier) +
                     ")");
    return join(texts);
}

/// Rates of all links whose thresholds the user has not set by a key of that rate.
std::set<int64_t> open_rates(const RunPlan& run, const FabricPlan& plan)
{
    std::set<int64_t> rates;
    for (const LinkPlan& link : plan.links) rates.insert(link.rate.bps);
    for (const auto& by_rate : run.fabric.by_rate) rates.erase(gbps(by_rate.first).bps);
    return rates;
}

/// One of the three figures of the marking curve at every rate.
std::string by_rate(const std::set<int64_t>& rates, const NetworkConfig& config,
                    const std::function<std::string(const RedCurve&)>& figure)
{
    if (!config.fabric.ecn) return "no marking, the congestion control asks for none";
    std::string out;
    for (const int64_t bps : rates)
        out += (out.empty() ? "" : ", ") + figure(config.fabric.red(Rate{bps})) + " at " +
               format_number(Rate{bps}.gbps()) + " Gb/s";
    return out.empty() ? "see the keys of each rate" : out;
}

std::string kilobytes(Bytes bytes)
{
    return format_number(static_cast<double>(bytes) / kKilobyte) + " KB";
}

/// What a rule of a profile comes to at each kind of link.
std::string by_link_rate(const FabricPlan& plan, const std::function<std::string(const LinkPlan&)>& figure)
{
    std::set<std::string> texts;
    for (const LinkPlan& link : plan.links)
        texts.insert(figure(link) + " at " + format_number(link.rate.gbps()) + " Gb/s");
    return join(texts);
}

void show_timeouts(const TransportOptions& options, const Timeouts& timeouts, nlohmann::ordered_json& shown)
{
    const std::string& name = options.name;
    if (options.ack_timeout < 0)
        shown["ack-timeout"] =
            kAutomatic + (name == "gbn" ? std::to_string(ack_timeout_code(timeouts.ack)) + " (" +
                                              decimals(timeouts.ack.us() / 1000, 3) + " ms)"
                                        : "none, " + name + " has rto-us");
    if (options.rto.ps == 0)
        shown["rto-us"] = kAutomatic + (name != "gbn" ? decimals(timeouts.rto.us(), 3) + " us"
                                                      : "none, " + name + " has ack-timeout");
    if (options.rto_low.ps == 0)
        shown["rto-low-us"] = kAutomatic + (name == "irn" ? decimals(timeouts.rto_low.us(), 3) + " us"
                                                          : "none, " + name + " is not irn");
}

}  // namespace

void show_automatic(const RunPlan& run, const FabricPlan& plan, const NetworkConfig& config, Time base_rtt,
                    nlohmann::ordered_json& transport, nlohmann::ordered_json& fabric)
{
    const auto rates = open_rates(run, plan);
    show_timeouts(run.transport, timeouts_for(config.nic, base_rtt), transport);
    if (run.transport.reorder == 0)
        transport["reorder-rtts"] =
            kAutomatic +
            (config.nic.reorder > 0 ? format_number(config.nic.reorder) + " base RTTs" : "never");
    if (config.fabric.rules.alpha)
        fabric["alpha"] = kAutomatic + by_link_rate(plan, [&config](const LinkPlan& link) {
                              return format_number(config.fabric.rules.alpha(link.rate));
                          });
    if (config.fabric.rules.headroom)
        fabric["headroom"] = kAutomatic + by_link_rate(plan, [&config](const LinkPlan& link) {
                                 return kilobytes(config.fabric.rules.headroom(link.rate, link.delay));
                             });
    if (run.fabric.watchdog_ms < 0)
        fabric["watchdog-ms"] = kAutomatic + decimals(config.fabric.pfc.watchdog.us() / 1000, 3) + " ms";
    if (run.fabric.buffer_mb == 0) fabric["buffer-mb"] = kAutomatic + buffers(plan);
    if (run.fabric.kmin_kb == 0)
        fabric["kmin-kb"] =
            kAutomatic + by_rate(rates, config, [](const RedCurve& c) { return kilobytes(c.kmin); });
    if (run.fabric.kmax_kb == 0)
        fabric["kmax-kb"] =
            kAutomatic + by_rate(rates, config, [](const RedCurve& c) { return kilobytes(c.kmax); });
    if (run.fabric.pmax == 0)
        fabric["pmax"] =
            kAutomatic + by_rate(rates, config, [](const RedCurve& c) { return format_number(c.pmax); });
}

}  // namespace hpnsim
