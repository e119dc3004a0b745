// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of the transport's parts. Sources: InfiniBand architecture (IBTA) through facts of
// rdma-core's manual pages, RoCEv2 annex A17.9.3, the papers that are named, and the open UEC simulator
// uet-htsim.
#include "hpnsim/transport_settings.hpp"

#include "hpnsim/settings.hpp"
#include "hpnsim/timers.hpp"

namespace hpnsim
{

namespace
{

constexpr double kMostCode = 31;  // of IBTA's timers

/// A timeout that users write as InfiniBand's code.
template <auto M> Setting timeout_code(const char* name, const char* doc)
{
    return setting_of<M>(
        name, "", doc, range_text(0, kMostCode, "", true),
        [](const std::string& place, const std::string& text) {
            return ack_timeout(static_cast<int>(parse_range(place, text, 0, kMostCode, "", true)));
        },
        [](Time timeout) { return std::to_string(timeout == Time::max() ? 0 : ack_timeout_code(timeout)); });
}

/// A timeout in microseconds; 0 leaves it to hpnsim, as `auto` does.
template <auto M> Setting timeout_us(const char* name, const char* doc)
{
    Setting made = number<M>(name, "us", doc, 0, 1e7);
    made.read = [read = made.read](void* part, const std::string& place, const std::string& key,
                                   const std::string& text) {
        read(part, place, key, text);
        std::optional<Time>& timeout = Member<M>::in(part);
        if (timeout == Time{}) timeout.reset();
    };
    return made;
}

}  // namespace

const std::vector<Setting>& RetrySettings::settings()
{
    using S = RetrySettings;
    static const std::vector<Setting> list = {
        timeout_code<&S::ack_timeout>(
            "ack-timeout",
            "gbn: ACK timeout code t: 4.096 us x 2^t, 0 = never (IBTA; 8 = 1.05 ms); auto = 8, or "
            "what covers two base RTTs and the fabric's queues and pauses: queues raise it to "
            "14 at most (67.1 ms, ConnectX's default), or to 18 if one buffer alone takes "
            "longer to drain; only base RTTs raise it further"),
        number<&S::retries>("retry", "",
                            "timeouts in a row before the QP fails (IBTA retry_cnt, whose maximum is 7; "
                            "htsim: 1000, for ever)",
                            0, 1000),
        flag<&S::adaptive>(
            "adaptive",
            "gbn: 1 = timeouts begin at four base RTTs and double up to ack-timeout (as NVIDIA's NICs)"),
        timeout_us<&S::rto>("rto-us", "irn, rud: retransmission timeout; auto or 0 = rud: 15 us + 6 x queue "
                                      "bytes x 8 / rate (uet-htsim), irn: 320 us (IRN, SIGCOMM'18: RTO "
                                      "high), or more where the path needs it, as for ack-timeout"),
        timeout_us<&S::rto_low>(
            "rto-low-us",
            "irn: retransmission timeout with few packets in flight; auto or 0 = 100 us (IRN), or more where "
            "the path needs it, as for ack-timeout; retries then last as long as with rto-us"),
        number<&S::rto_low_packets>(
            "rto-low-packets", "packets",
            "irn: with fewer packets than this in flight, rto-low-us applies (IRN: 3)", 0, 1000)};
    return list;
}

const std::vector<Setting>& RnrSettings::settings()
{
    using S = RnrSettings;
    static const std::vector<Setting> list = {
        number<&S::timer>("rnr-timer", "",
                          "receiver-not-ready timer code (rdma-core's examples: 12 = 0.64 ms)", 0, kMostCode),
        number<&S::retries>("rnr-retry", "",
                            "receiver-not-ready NAKs in a row before the QP fails (IBTA; 7 = never)", 0, 7)};
    return list;
}

const std::vector<Setting>& CnpSettings::settings()
{
    using S = CnpSettings;
    static const std::vector<Setting> list = {
        number<&S::interval>("cnp-interval-us", "us",
                             "minimum time between two CNPs of a QP (DCQCN, SIGCOMM'15: 50)", 0, 1e6),
        number<&S::delay>("cnp-delay-us", "us",
                          "delay from a marked packet to its CNP (assumption: 0; ns-3-alibabacloud #12 "
                          "measured 55 on NICs)",
                          0, 1e6)};
    return list;
}

const std::vector<Setting>& AckSettings::settings()
{
    using S = AckSettings;
    static const std::vector<Setting> list = {
        number<&S::every>("ack-every", "packets",
                          "gbn, irn: in-order packets per ACK (HPCC-sim: every packet)", 1, 1024),
        number<&S::bytes>("sack-bytes", "bytes", "rud: accepted bytes per ACK (uet-htsim: 16384)", 1,
                          1 << 24),
        number<&S::delay>("ack-delay-us", "us", "a coalesced ACK waits no longer than this (assumption)", 0,
                          1000)};
    return list;
}

const std::vector<Setting>& SelectiveSettings::settings()
{
    using S = SelectiveSettings;
    static const std::vector<Setting> list = {
        number<&S::reorder>(
            "reorder-rtts", "base RTTs",
            "rud: a packet counts as lost when one sent this much later has arrived (as RACK, RFC 8985); 0 = "
            "never; auto = 0.5 where path policy and switches both go by ecmp, which keeps order, else never",
            0, 1000),
        number<&S::window>(
            "window-packets", "packets",
            "irn, rud: the most PSNs in flight beyond the cumulative ACK (uet-htsim's reorder bitmap: 16384)",
            1, (1 << 23) - 1),
        flag<&S::sleek>("sleek",
                        "rud: 1 = infer losses from what the receiver holds out of order, and from probes "
                        "(SLEEK, uet-htsim's -sleek), for fabrics that do not trim; replaces reorder-rtts")};
    return list;
}

const std::vector<Setting>& ReadAtomicSettings::settings()
{
    static const std::vector<Setting> list = {number<&ReadAtomicSettings::outstanding>(
        "max-rd-atomic", "", "READs and atomics outstanding per QP (IBTA)", 1, 128)};
    return list;
}

Keys TransportSettings::keys()
{
    return Keys().add(retry).add(rnr).add(cnp).add(acks).add(selective).add(reads);
}

Keys TransportSettings::keys() const
{
    return const_cast<TransportSettings*>(this)->keys();
}

}  // namespace hpnsim
