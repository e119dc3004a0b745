// SPDX-License-Identifier: GPL-2.0-only
// Go-back-N, RoCEv2's reliable connection: what it does with a NIC. Internal to the transport.
#pragma once

#include "qp/qp.hpp"
#include "recovery/recovery.hpp"

namespace hpnsim
{

struct GoBackN {
    static constexpr RecoveryOps ops();
    /// Timeouts begin short and double (RetrySettings::adaptive).
    static constexpr RecoveryOps adaptive_ops();

    // The sender (go_back_n.cpp)
    static uint32_t psn_window(const NicConfig&) { return static_cast<uint32_t>(kPsnHalf); }
    static bool too_many_timeouts(const NicConfig& config, const Qp& qp, int more);
    static Time adaptive_patience(const NicConfig& config, const Qp& qp, Time since);
    static bool too_long(const NicConfig& config, const Qp& qp, int more);
    static Bytes on_ack(Nic& nic, Qp& qp, const Packet& ack, Time now);
    static void on_nak(Nic& nic, Qp& qp, const Packet& nak, Time now);
    static Bytes overdue(const NicConfig& config, Qp& qp, Time sent_until);
    static void on_timeout(Nic& nic, Qp& qp, Time sent_until, Time now);
    static Bytes unacknowledged(Qp& qp);

    // The receiver (go_back_n.cpp)
    static Placement accept(Nic& nic, Qp& qp, Packet& data, uint8_t port, Time now);
    static bool owes_ack(const NicConfig& config, Responder& resp, const Packet& data, Placement placed);

    // READs and atomics, whose answers have the PSNs of the request (read_answers.cpp)
    static void on_response(Nic& nic, Qp& qp, Packet& response, uint8_t port, Time now);
    static Packet* make_answer(Nic& nic, Qp& qp, uint8_t port, Time now);

private:
    static Bytes advance(Nic& nic, Qp& qp, Psn una, Time now);
    static void implied_nak(Nic& nic, Qp& qp);
    static uint8_t on_question(Nic& nic, Qp& qp, const Packet& data);
    static uint8_t on_read(Nic& nic, Qp& qp, const Packet& data);
    static uint8_t on_atomic(Nic& nic, Qp& qp, const Packet& data);
    static void take_answer(Nic& nic, Qp& qp, const Packet& response, Time now);
    static void on_duplicate(Nic& nic, Qp& qp, Packet& data, uint8_t port, Time now);
    static void after_answers(Nic& nic, Qp& qp, Time now);
};

}  // namespace hpnsim
