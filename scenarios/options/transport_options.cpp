// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of `--transport`, and reads them.
#include "hpnsim/transport_options.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/spec.hpp"

namespace hpnsim
{

namespace
{

using T = TransportOptions;
constexpr auto kTransportKeys = params(
    param<&T::ack_timeout>(
        "ack-timeout", "",
        "ACK timeout code t: 4.096 us x 2^t, 0 = never (IBTA; 8 = 1.05 ms); auto = 8, or what covers two "
        "base RTTs and the fabric's queues and pauses: queues raise it to 14 at most (67.1 ms, ConnectX's "
        "default), or to 18 if one buffer alone takes longer to drain; only base RTTs raise it further",
        0, 31),
    param<&T::retry>("retry", "", "timeouts in a row before the QP fails (IBTA retry_cnt; 7 is its maximum)",
                     0, 7),
    param<&T::rnr_timer>("rnr-timer", "",
                         "receiver-not-ready timer code (rdma-core's examples: 12 = 0.64 ms)", 0, 31),
    param<&T::cnp_interval>("cnp-interval-us", "us",
                            "minimum time between two CNPs of a QP (DCQCN, SIGCOMM'15: 50)", 0, 1e6),
    param<&T::cnp_delay>(
        "cnp-delay-us", "us",
        "delay from a marked packet to its CNP (assumption: 0; ns-3-alibabacloud #12 measured 55 on NICs)", 0,
        1e6),
    param<&T::ack_every>("ack-every", "packets", "in-order packets per ACK (HPCC-sim: every packet)", 1,
                         1024),
    param<&T::sack_bytes>("sack-bytes", "bytes", "rud: accepted bytes per ACK (uet-htsim: 16384)", 1,
                          1 << 24),
    param<&T::ack_delay>("ack-delay-us", "us", "a coalesced ACK waits no longer than this (assumption)", 0,
                         1000),
    param<&T::rto>(
        "rto-us", "us",
        "irn, rud: retransmission timeout; 0 = rud: 15 us + 6 x queue bytes x 8 / rate (uet-htsim), irn: 320 "
        "us (IRN, SIGCOMM'18: RTO high), or more where the path needs it, as for ack-timeout",
        0, 1e7),
    param<&T::rto_low>(
        "rto-low-us", "us",
        "irn: retransmission timeout with few packets in flight; 0 = 100 us (IRN), or more where the path "
        "needs it, as for ack-timeout; retries then last as long as with rto-us",
        0, 1e7),
    param<&T::rto_low_packets>("rto-low-packets", "packets",
                               "irn: with fewer packets than this in flight, rto-low-us applies (IRN: 3)", 0,
                               1000),
    param<&T::reorder>(
        "reorder-rtts", "base RTTs",
        "rud: a packet counts as lost when one sent this much later has arrived (as RACK, RFC 8985); 0 = "
        "never; auto = 0.5 with --path ecmp and --switch-lb ecmp, which keep order, else never",
        0, 1000),
    param<&T::adaptive>(
        "adaptive", "",
        "gbn: 1 = timeouts begin at four base RTTs and double up to ack-timeout (as NVIDIA's NICs)", 0, 1),
    param<&T::rnr_retry>("rnr-retry", "",
                         "receiver-not-ready NAKs in a row before the QP fails (IBTA; 7 = never)", 0, 7),
    param<&T::max_rd_atomic>("max-rd-atomic", "", "READs and atomics outstanding per QP (IBTA)", 1, 128),
    param<&T::window_packets>(
        "window-packets", "packets",
        "rud: the most PSNs in flight beyond the cumulative ACK (uet-htsim's reorder bitmap: 16384)", 1,
        (1 << 23) - 1),
    param<&T::sleek>("sleek", "",
                     "rud: 1 = infer losses from what the receiver holds out of order, and from probes "
                     "(SLEEK, uet-htsim's -sleek), for fabrics that do not trim; replaces reorder-rtts",
                     0, 1));

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

}  // namespace

Span<Param> TransportOptions::list()
{
    return {kTransportKeys.data(), kTransportKeys.size()};
}

TransportOptions parse_transport(const std::string& what, const std::string& text,
                                 const TransportOptions& under)
{
    const Spec spec = parse_spec(what, text);
    require_name(what, spec.name, {"gbn", "irn", "rud"});
    const TransportOptions usual;
    TransportOptions transport = under;
    transport.name = spec.name;
    transport.given.clear();
    for (const auto& [key, value] : spec.keys) {
        if (value != kAuto || !set_auto(TransportOptions::list(), &usual, &transport, key))
            set_param(what, TransportOptions::list(), &transport, key, value);
        transport.given.insert(key);
    }
    return transport;
}

Described describe(const TransportOptions& options)
{
    Described out;
    describe_into(out, TransportOptions::list(), &options);
    for (auto& [key, value] : out)
        if (key == "ack-timeout" && options.ack_timeout < 0) value = "auto";
    return out;
}

}  // namespace hpnsim
