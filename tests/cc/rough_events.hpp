// SPDX-License-Identifier: GPL-2.0-only
// Makes events as rough as a transport may hand them to an algorithm: in any order, of any size, all at once
// or after a long silence, with ports that go and come.
#pragma once

#include "hpnsim/random.hpp"
#include "qp.hpp"

#include <array>

namespace hpnsim::test
{

class RoughEvents
{
public:
    explicit RoughEvents(uint64_t seed) : dice_(seed) {}

    uint64_t below(uint64_t n) { return next_below(dice_, n); }

    /// Draws how long nothing happens: mostly microseconds, sometimes nothing, seldom milliseconds.
    Time pause()
    {
        switch (below(16)) {
        case 0:
            return Time{};
        case 1:
            return picoseconds(static_cast<int64_t>(below(20'000'000'000)));
        default:
            return picoseconds(static_cast<int64_t>(below(5'000'000)));
        }
    }

    /// Hands the CC the next event that it handles, at `now`.
    void throw_at(Qp& qp, Time now)
    {
        const CcOps& ops = qp.ops();
        switch (below(8)) {
        case 0:
            if (ops.on_cnp != nullptr)
                qp.cnp(now, below(2) * below(UINT64_MAX),
                       picoseconds(static_cast<int64_t>(below(50'000'000))));
            break;
        case 1:
            if (ops.on_nack != nullptr) qp.nack(now, any_nack(qp.flow));
            break;
        case 2:
            if (ops.on_timeout != nullptr)
                qp.timeout(now, {static_cast<Bytes>(below(300)) * 4096, 1 + static_cast<int>(below(7))});
            break;
        case 3:
            qp.send(now, 1 + static_cast<Bytes>(below(4096)));
            break;
        case 4:
            if (ops.on_credit != nullptr) qp.credit(now, static_cast<Bytes>(below(9)) * 4096);
            break;
        default:
            if (ops.on_ack != nullptr) qp.ack(now, any_ack(qp.flow));
        }
    }

private:
    bool chance(uint64_t one_in) { return below(one_in) == 0; }

    Time any_rtt(const Flow& flow)
    {
        return flow.base_rtt - microseconds(1) + picoseconds(static_cast<int64_t>(below(200'000'000)));
    }

    Psn any_psn(const Flow& flow)
    {
        return chance(4) && flow.next_psn > 0 ? below(flow.next_psn) : flow.next_psn;
    }

    Ack any_ack(const Flow& flow)
    {
        Ack ack;
        ack.psn = any_psn(flow);
        ack.received = static_cast<Bytes>(below(chance(20) ? 200 : 4)) * 4096;
        ack.acked = chance(4) ? 0 : ack.received;
        ack.ecn = chance(3);
        ack.marked = ack.ecn ? static_cast<Bytes>(below(static_cast<uint64_t>(ack.received) + 1)) : 0;
        ack.rtt_valid = !chance(4);
        ack.rtt = any_rtt(flow);
        ack.host_delay = picoseconds(static_cast<int64_t>(below(4'000'000)));
        ack.path = {static_cast<uint16_t>(0xC000 + below(64)), static_cast<uint8_t>(below(2))};
        ack.out_of_order = static_cast<uint32_t>(below(100));
        if (chance(16)) ack.penalty = static_cast<uint8_t>(below(256));
        if (chance(8)) ack.payload = below(UINT64_MAX);
        ack.hop_count = static_cast<uint8_t>(below(9));
        for (IntHop& hop : hops_)
            hop = {static_cast<uint32_t>(below(20)),
                   flow.now - picoseconds(static_cast<int64_t>(
                                  below(static_cast<uint64_t>(std::min<int64_t>(flow.now.ps, 1000)) + 1))),
                   static_cast<Bytes>(below(1U << 30)), static_cast<Bytes>(below(1U << 22)), gbps(400)};
        ack.hops = hops_.data();
        return ack;
    }

    Nack any_nack(const Flow& flow)
    {
        constexpr Loss kWhy[] = {Loss::out_of_order, Loss::trimmed, Loss::trimmed_at_last_hop};
        return {any_psn(flow),
                static_cast<Bytes>(1 + below(4096)),
                {static_cast<uint16_t>(0xC000 + below(64)), static_cast<uint8_t>(below(2))},
                kWhy[below(3)],
                chance(2),
                any_rtt(flow),
                chance(2)};
    }

    uint64_t dice_;
    std::array<IntHop, 8> hops_;
};

/// Lists every CC of the registry, with its defaults and with each preset.
inline std::vector<std::string> every_law()
{
    std::vector<std::string> all;
    for (const CcOps* ops : all_cc()) {
        all.emplace_back(ops->slot.info->name);
        for (const Preset& preset : ops->slot.presets)
            all.push_back(std::string(ops->slot.info->name) + ":preset=" + preset.name);
    }
    return all;
}

/// Turns a name into one that GoogleTest accepts.
inline std::string test_name(std::string name)
{
    for (char& c : name)
        if (!isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
}

}  // namespace hpnsim::test
