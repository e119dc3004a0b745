// SPDX-License-Identifier: GPL-2.0-only
// Drives a path policy of one QP by hand.
#pragma once

#include "qp.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace hpnsim::test
{

struct Paths {
    Chosen<PathOps> path;
    Flow flow;
    std::shared_ptr<void> state;

    explicit Paths(const std::string& spec, uint64_t stream = 1) : path(choose_path(spec))
    {
        state.reset(::operator new(path.ops->slot.state_size), [](void* p) { ::operator delete(p); });
        path.ops->slot.make_state(state.get());
        flow.stream = stream;
        flow.source_port = 0xC123;
        flow.base_rtt = microseconds(10);
        flow.live_ports = 3;
        path.ops->start(state.get(), flow, path.params.get());
    }
    uint16_t pick(uint8_t port = 0) { return path.ops->pick(state.get(), flow, path.params.get(), 0, port); }
    std::vector<uint16_t> lap(int n, uint8_t port = 0)
    {
        std::vector<uint16_t> picks;
        for (int i = 0; i < n; ++i) picks.push_back(pick(port));
        return picks;
    }
    void feedback(PathEvent event, uint16_t source_port, uint8_t port = 0)
    {
        path.ops->feedback(state.get(), flow, path.params.get(), {source_port, port}, event);
    }
};

inline std::set<uint16_t> distinct(const std::vector<uint16_t>& picks)
{
    return {picks.begin(), picks.end()};
}

}  // namespace hpnsim::test
