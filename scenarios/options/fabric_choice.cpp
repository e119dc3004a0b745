// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of --fabric, and reads a text of them over what is in force already.
#include "hpnsim/fabric_choice.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/spec.hpp"

#include <algorithm>
#include <cstring>

namespace hpnsim
{

namespace
{

using F = FabricOptions;
constexpr auto kFabricKeys = params(
    param<&F::buffer_mb>("buffer-mb", "MB",
                         "shared buffer of a switch, 1 MB = 1048576 bytes; 0 = the topology's", 0, 1e6),
    param<&F::alpha>("alpha", "",
                     "dynamic threshold: the share of the free buffer that a queue may take (HPCC-sim: 1/8)",
                     1e-6, 1024),
    param<&F::reserve_kb>("reserve-kb", "KB", "reserved per port and priority (HPCC-sim: 4096 bytes)", 0,
                          1e6),
    param<&F::headroom_kb>(
        "headroom", "KB",
        "PFC headroom per port and priority; auto = 2 x cable x rate + 2 frames + a PFC frame + "
        "response time (IEEE 802.1Q)",
        0, 1e6),
    param<&F::kmin_kb>("kmin-kb", "KB",
                       "queue at which ECN marking begins; auto = by rate (SimAI: 200G 300, 400G 800), less "
                       "where PFC would come first",
                       0, 1e6),
    param<&F::kmax_kb>("kmax-kb", "KB",
                       "queue above which every packet is marked; auto = by rate (SimAI: 200G 1200, 400G "
                       "3200), less where PFC would come first",
                       0, 1e6),
    param<&F::pmax>(
        "pmax", "",
        "marking probability at kmax; 0 = nothing is marked; auto = by rate (SimAI: 200G 0.8, 400G "
        "0.2)",
        0, 1),
    param<&F::ecn_step_kb>("ecn-step-kb", "KB per 10G",
                           "one ECN threshold in proportion to the port's rate, instead of a curve; 0 = the "
                           "curve (HPCC-sim's DCTCP: 30)",
                           0, 1e6),
    param<&F::phantom>("phantom", "",
                       "mark by a phantom queue, which drains at this share of the port's rate (HULL, "
                       "NSDI'12: 0.95); 0 = by the real queue",
                       0, 1),
    param<&F::ecn_min_bdp>("ecn-min-bdp", "BDP",
                           "trimming: queue at which ECN begins (uet-htsim: 0.2 plane BDP)", 0, 100),
    param<&F::ecn_max_bdp>("ecn-max-bdp", "BDP",
                           "trimming: queue above which every packet is marked (uet-htsim: 0.8)", 0, 100),
    param<&F::trim_bdp>("trim-bdp", "BDP", "trimming: queue limit inside the fabric (uet-htsim: 1.0)", 0.01,
                        100),
    param<&F::trim_last_bdp>("trim-last-bdp", "BDP",
                             "trimming: queue limit at the last hop (UEC tuning: 1.5)", 0.01, 100),
    param<&F::digest_base>("digest-base", "",
                           "digests: the ratio of the utilisations that neighbouring codes stand for (PINT, "
                           "SIGCOMM'20: 1.05, a byte; HPCC-sim's run.py: 1.01, two bytes)",
                           1.001, 2),
    param<&F::notice_frames>(
        "notice-frames", "packets",
        "notices: switches notify senders when this many full packets wait (Bolt, NSDI'23: 1)", 0.001, 1e6),
    param<&F::dscp>("dscp", "", "DSCP of RDMA data, which dscp-map makes a priority (RoCE's usual: 26)", 0,
                    63),
    param<&F::control_dscp>("control-dscp", "", "DSCP of ACK, NAK and CNP (NVIDIA's for CNP: 48)", 0, 63),
    param<&F::pfc_quanta>("pfc-quanta", "quanta",
                          "time that a PAUSE asks for; 1 quantum = 512 bit times (IEEE 802.3 31B.2)", 1,
                          65535),
    param<&F::pfc_refresh>("pfc-refresh", "", "a PAUSE is repeated after this share of its time (assumption)",
                           0.01, 0.95),
    param<&F::pfc_reaction>("pfc-reaction-us", "us",
                            "delay from a PFC frame's arrival to its effect (assumption: 0; headroom covers "
                            "the maximum of IEEE 802.3 31B.3.7 in any case)",
                            0, 1000),
    param<&F::watchdog_ms>("watchdog-ms", "ms",
                           "a priority that is paused for this long counts as a storm; 0 = never; auto = 200 "
                           "(SONiC), or twice the time in which a full buffer drains through one port",
                           0, 1e6),
    param<&F::restore_ms>("restore-ms", "ms", "a storm ends after this long without a pause (SONiC: 200)",
                          0.001, 1e6),
    param<&F::deadlock_ms>("deadlock-ms", "ms",
                           "after a pause this long, look for a PFC deadlock (assumption); 0 = never", 0,
                           1e6));

using Described = std::vector<std::pair<std::string, std::string>>;

// What a key says that leaves the choice to hpnsim; its number is then below 0.
const std::string kAuto = "auto";

/// Sets `key` of `object` to "auto"; false if it takes numbers only.
bool set_auto(Span<Param> declared, const void* defaults, void* object, const std::string& key)
{
    for (const Param& param : declared)
        if (key == param.name && param.get(defaults) < 0) {
            param.set(object, param.get(defaults));
            return true;
        }
    return false;
}

void describe_into(Described& out, Span<Param> declared, const void* object)
{
    for (const Param& param : declared) {
        const std::string unit = param.unit[0] == '\0' ? "" : std::string(" ") + param.unit;
        const double value = param.get(object);
        out.emplace_back(param.name, value < 0 ? kAuto : format_number(value) + unit);
    }
}

void require_name(const std::string& what, const std::string& name, const std::vector<std::string>& names)
{
    for (const std::string& each : names)
        if (each == name) return;
    throw BadInput(what + ": no '" + name + "'; the nearest is '" + nearest(name, names) + "'");
}

EcnThresholds& thresholds_of(FabricOptions& fabric, int64_t gbps)
{
    for (auto& [rate, values] : fabric.by_rate)
        if (rate == gbps) return values;
    fabric.by_rate.push_back({gbps, {}});
    return fabric.by_rate.back().second;
}

/// Takes `kmin-kb-400` and its like; false if the key is not of one rate.
bool set_by_rate(const std::string& what, FabricOptions& fabric, const std::string& key,
                 const std::string& value)
{
    const std::pair<const char*, double EcnThresholds::*> keys[] = {{"kmin-kb", &EcnThresholds::kmin_kb},
                                                                    {"kmax-kb", &EcnThresholds::kmax_kb},
                                                                    {"pmax", &EcnThresholds::pmax}};
    for (const auto& [name, member] : keys) {
        const std::string prefix = std::string(name) + "-";
        if (key.compare(0, prefix.size(), prefix) != 0) continue;
        const std::string place = what + ": " + key;
        const int64_t gbps =
            parse_count(place + " (a rate in Gb/s ends the key)", key.substr(prefix.size()), 1, 100'000);
        FabricOptions one;
        set_param(what, FabricOptions::list(), &one, name, value);
        thresholds_of(fabric, gbps).*member = member == &EcnThresholds::kmin_kb   ? one.kmin_kb
                                              : member == &EcnThresholds::kmax_kb ? one.kmax_kb
                                                                                  : one.pmax;
        return true;
    }
    return false;
}

std::vector<std::string> split_at(const std::string& text, const char* separators)
{
    std::vector<std::string> parts(1);
    for (const char c : text)
        if (std::strchr(separators, c) != nullptr)
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

/// `3+4`: a set of priorities; `none`: the empty one.
uint8_t parse_priorities(const std::string& place, const std::string& value)
{
    if (value == "none") return 0;
    unsigned bits = 0;
    for (const std::string& each : split_at(value, "+")) bits |= 1U << parse_count(place, each, 0, 7);
    return static_cast<uint8_t>(bits);
}

/// `26=3+48=6` (or with an escaped colon): pairs of small numbers, `set` is given each.
template <class Set> void parse_pairs(const std::string& place, const std::string& value, int64_t first_max,
                                      int64_t low, int64_t high, Set set)
{
    for (const std::string& each : split_at(value, "+")) {
        const std::vector<std::string> pair = split_at(each, "=:");
        if (pair.size() != 2)
            throw BadInput(place + ": '" + each + "' is not a pair of numbers; write 26=3+48=6");
        set(parse_count(place, pair[0], 0, first_max), parse_count(place, pair[1], low, high));
    }
}

/// The keys that speak of priorities; false if it is none of them.
bool set_priority_key(const std::string& what, FabricOptions& fabric, const std::string& key,
                      const std::string& value)
{
    const std::string place = what + ": " + key;
    if (key == "lossless")
        fabric.lossless = parse_priorities(place, value);
    else if (key == "strict")
        fabric.strict = parse_priorities(place, value);
    else if (key == "ecn-priorities")
        fabric.marked = parse_priorities(place, value);
    else if (key == "weights")
        parse_pairs(place, value, 7, 1, 255, [&fabric](int64_t priority, int64_t weight) {
            fabric.weights.at(static_cast<size_t>(priority)) = static_cast<uint8_t>(weight);
        });
    else if (key == "dscp-map")
        parse_pairs(place, value, 63, 0, 7, [&fabric](int64_t dscp, int64_t priority) {
            fabric.dscp_map.at(static_cast<size_t>(dscp)) = static_cast<uint8_t>(priority);
        });
    else
        return false;
    return true;
}

void set_fabric_key(const std::string& what, FabricOptions& fabric, const std::string& key,
                    const std::string& value)
{
    if (key == "ack-class") {
        require_name(what + ": ack-class", value, {"control", "data"});
        fabric.ack_class = value;
    } else if (key == "ecn-at") {
        require_name(what + ": ecn-at", value, {"dequeue", "enqueue"});
        fabric.mark_at = value;
    } else if (key == "int") {
        require_name(what + ": int", value, {"full", "hpcc-sim"});
        fabric.int_records = value;
    } else if (key == "watchdog-action") {
        require_name(what + ": watchdog-action", value, {"drop", "forward"});
        fabric.watchdog_action = value;
    } else if (set_priority_key(what, fabric, key, value)) {
        return;
    } else if (const FabricOptions usual;
               value == kAuto && set_auto(FabricOptions::list(), &usual, &fabric, key)) {
        return;
    } else if (!set_by_rate(what, fabric, key, value)) {
        set_param(what, FabricOptions::list(), &fabric, key, value);
    }
}

std::string format_priorities(uint8_t bits)
{
    std::string text;
    for (int p = 0; p < 8; ++p)
        if ((bits >> p & 1) != 0) text += (text.empty() ? "" : "+") + std::to_string(p);
    return text.empty() ? "none" : text;
}

void describe_priorities(Described& out, const FabricOptions& fabric)
{
    out.emplace_back("lossless", format_priorities(fabric.lossless));
    out.emplace_back("strict", format_priorities(fabric.strict));
    out.emplace_back("ecn-priorities", format_priorities(fabric.marked));
    std::string weights, map;
    for (size_t p = 0; p < fabric.weights.size(); ++p)
        weights += (p == 0 ? "" : "+") + std::to_string(p) + "=" + std::to_string(fabric.weights.at(p));
    const std::array<uint8_t, 64> usual = default_dscp_map();
    for (size_t d = 0; d < usual.size(); ++d)
        if (usual.at(d) != fabric.dscp_map.at(d))
            map += "+" + std::to_string(d) + "=" + std::to_string(fabric.dscp_map.at(d));
    out.emplace_back("weights", weights);
    out.emplace_back("dscp-map", "dscp/8" + map);
    out.emplace_back("watchdog-action", fabric.watchdog_action);
}

void check_fabric(const std::string& what, const FabricOptions& fabric)
{
    if (fabric.ecn_min_bdp > fabric.ecn_max_bdp)
        throw BadInput(what + ": ecn-min-bdp " + format_number(fabric.ecn_min_bdp) + " exceeds ecn-max-bdp " +
                       format_number(fabric.ecn_max_bdp));
    if (fabric.phantom > 0 && fabric.mark_at == "enqueue")
        throw BadInput(what +
                       ": a phantom queue counts packets as they leave; use ecn-at=dequeue with phantom");
    const int data = fabric.dscp_map.at(static_cast<size_t>(fabric.dscp));
    if (fabric.name == "lossless" && (fabric.lossless >> data & 1) == 0)
        throw BadInput(what + ": dscp " + std::to_string(fabric.dscp) + " is priority " +
                       std::to_string(data) + ", which is not lossless; add it to lossless or map it to " +
                       "one of " + format_priorities(fabric.lossless) + " with dscp-map");
    if (fabric.kmin_kb >= 0 && fabric.kmax_kb >= 0) fabric.ecn_at(gbps(1));
    for (const auto& [rate, values] : fabric.by_rate)
        if (values.kmin_kb >= 0 && values.kmax_kb >= 0) fabric.ecn_at(gbps(rate));
}

bool is_marking_key(const std::string& key)
{
    for (const char* name : {"kmin-kb", "kmax-kb", "pmax", "ecn-step-kb"})
        if (key.compare(0, std::strlen(name), name) == 0) return true;
    return false;
}

/// What stays of `under` for a text that has thresholds of its own, or a fabric that has them in BDPs.
FabricOptions without_thresholds(const FabricOptions& under)
{
    const FabricOptions usual;
    FabricOptions less = under;
    less.kmin_kb = usual.kmin_kb;
    less.kmax_kb = usual.kmax_kb;
    less.pmax = usual.pmax;
    less.ecn_step_kb = usual.ecn_step_kb;
    less.by_rate.clear();
    return less;
}

/// "kmin-kb-100": which key of one rate it was.
std::string rate_key_text(int64_t gigabits, const EcnThresholds& values)
{
    const char* name = values.kmin_kb >= 0 ? "kmin-kb" : values.kmax_kb >= 0 ? "kmax-kb" : "pmax";
    return std::string(name) + "-" + std::to_string(gigabits);
}

}  // namespace

Span<Param> FabricOptions::list()
{
    return {kFabricKeys.data(), kFabricKeys.size()};
}

std::array<uint8_t, 64> default_dscp_map()
{
    std::array<uint8_t, 64> map{};
    for (size_t dscp = 0; dscp < map.size(); ++dscp) map.at(dscp) = static_cast<uint8_t>(dscp / 8);
    return map;
}

bool FabricOptions::own_thresholds() const
{
    return kmin_kb >= 0 || kmax_kb >= 0 || ecn_step_kb > 0 || !by_rate.empty();
}

std::string check_rates(const FabricOptions& fabric, const std::set<int64_t>& rates_bps,
                        const std::string& topology)
{
    for (const auto& [gigabits, values] : fabric.by_rate) {
        if (rates_bps.count(gbps(gigabits).bps) != 0) continue;
        std::string there;
        for (const int64_t bps : rates_bps)
            there += (there.empty()                ? ""
                      : *rates_bps.rbegin() == bps ? " and "
                                                   : ", ") +
                     format_number(Rate{bps}.gbps());
        return "--fabric: " + rate_key_text(gigabits, values) + " has no effect on '" + topology +
               "', whose links have " + there + " Gb/s";
    }
    return "";
}

EcnThresholds FabricOptions::ecn_at(Rate rate) const
{
    EcnThresholds ecn = default_ecn(rate);
    const double step = ecn_step_kb * rate.gbps() / 10;
    if (step > 0) ecn = {step, step, 1};
    const auto overlay = [&ecn](const EcnThresholds& over) {
        if (over.kmin_kb >= 0) ecn.kmin_kb = over.kmin_kb;
        if (over.kmax_kb >= 0) ecn.kmax_kb = over.kmax_kb;
        if (over.pmax >= 0) ecn.pmax = over.pmax;
    };
    overlay({kmin_kb, kmax_kb, pmax});
    for (const auto& [gigabits, values] : by_rate)
        if (gbps(gigabits) == rate) overlay(values);
    if (ecn.kmin_kb > ecn.kmax_kb)
        throw BadInput("--fabric: kmin-kb " + format_number(ecn.kmin_kb) + " exceeds kmax-kb " +
                       format_number(ecn.kmax_kb) + " at " + format_number(rate.gbps()) + " Gb/s");
    return ecn;
}

FabricOptions parse_fabric(const std::string& what, const std::string& text, const FabricOptions& under)
{
    const Spec spec = parse_spec(what, text);
    require_name(what, spec.name, {"lossless", "lossy", "trimming"});
    const bool own =
        spec.name == "trimming" || std::any_of(spec.keys.begin(), spec.keys.end(),
                                               [](const auto& each) { return is_marking_key(each.first); });
    FabricOptions fabric = own ? without_thresholds(under) : under;
    fabric.name = spec.name;
    fabric.given.clear();
    for (const auto& [key, value] : spec.keys) {
        set_fabric_key(what, fabric, key, value);
        fabric.given.insert(key);
    }
    check_fabric(what, fabric);
    return fabric;
}

Described describe(const FabricOptions& options)
{
    Described out;
    describe_into(out, FabricOptions::list(), &options);
    for (const auto& [rate, ecn] : options.by_rate) {
        const std::string suffix = "-" + std::to_string(rate);
        if (ecn.kmin_kb >= 0) out.emplace_back("kmin-kb" + suffix, format_number(ecn.kmin_kb) + " KB");
        if (ecn.kmax_kb >= 0) out.emplace_back("kmax-kb" + suffix, format_number(ecn.kmax_kb) + " KB");
        if (ecn.pmax >= 0) out.emplace_back("pmax" + suffix, format_number(ecn.pmax));
    }
    out.emplace_back("ack-class", options.ack_class);
    out.emplace_back("ecn-at", options.mark_at);
    out.emplace_back("int", options.int_records);
    describe_priorities(out, options);
    return out;
}

}  // namespace hpnsim
