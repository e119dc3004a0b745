// SPDX-License-Identifier: GPL-2.0-only
// Sets up two NICs with one backed region each, joined by one QP.
#pragma once

#include "rig.hpp"

#include <cstring>

namespace hpnsim::test
{

inline constexpr uint64_t kHere = 0x10000, kThere = 0x20000;

inline RigOptions verbs_options(Reliability reliability = Reliability::go_back_n)
{
    RigOptions options;
    options.nic.reliability = reliability;
    options.nic.mtu = 1024;
    options.nic.retry.ack_timeout = microseconds(100);
    options.nic.retry.rto = microseconds(100);
    return options;
}

/// A rig with one backed region on each side and one QP.
struct Pair {
    explicit Pair(const RigOptions& options = verbs_options(), const QpConfig& config = {})
        : rig(options), here(16'384), there(16'384)
    {
        for (size_t i = 0; i < here.size(); ++i) {
            here[i] = static_cast<std::byte>(i * 7);
            there[i] = static_cast<std::byte>(i * 13 + 5);
        }
        lkey = rig.nic(0).memory().add({kHere, here.size(), access::kAll, here.data(), 0});
        rkey = rig.nic(1).memory().add({kThere, there.size(), access::kAll, there.data(), 0});
        rig.connect(config);
    }
    WorkRequest request(Verb verb, Bytes bytes) const
    {
        WorkRequest r;
        r.verb = verb;
        r.bytes = bytes;
        r.local = kHere;
        r.lkey = lkey;
        r.remote = kThere;
        r.rkey = rkey;
        return r;
    }
    uint64_t word() const
    {
        uint64_t value = 0;
        std::memcpy(&value, there.data(), 8);
        return value;
    }
    std::vector<Status> ends()
    {
        std::vector<Status> list;
        for (const Done& one : rig.done_of(Completion::Kind::sent, 0)) list.push_back(one.completion.status);
        return list;
    }
    std::vector<uint8_t> syndromes() const
    {
        std::vector<uint8_t> list;
        for (const Seen& one : rig.seen_of(PacketKind::nak, 1)) list.push_back(one.packet.syndrome);
        return list;
    }

    Rig rig;
    std::vector<std::byte> here, there;
    uint32_t lkey = 0, rkey = 0;
};

using Ends = std::vector<Status>;

}  // namespace hpnsim::test
