// SPDX-License-Identifier: GPL-2.0-only
// Walks over a plan and takes every equal next hop, whereas FabricIndex::path takes the first.
#pragma once

#include "hpnsim/fabric.hpp"

#include <string>

/// Checks every path from `src` by `plane` hop by hop: it arrives, it has no more than `longest` links, all
/// paths have one length, and every switch and port of the path has `plane` when `planar`. Returns the number
/// of paths; a fault goes into `why`.
struct Walk {
    const hpnsim::FabricPlan& plan;
    const hpnsim::FabricIndex& index;
    bool planar = false;
    uint32_t longest = 10;
    std::string why = {};
    uint32_t length = 0;  ///< links of each way of the last count

    uint64_t count(uint32_t src, uint32_t dst, uint8_t plane);

private:
    uint64_t from(uint32_t node, uint32_t port, uint32_t dst, uint8_t plane, uint32_t links);
};

/// The message of the BadInput that `call` throws; "no error" when it throws none.
template <class Call> std::string error_of(Call call);

#include "hpnsim/bad_input.hpp"

template <class Call> std::string error_of(Call call)
{
    try {
        call();
    } catch (const hpnsim::BadInput& error) {
        return error.what();
    }
    return "no error";
}
