// SPDX-License-Identifier: GPL-2.0-only
// Makes one record of several seeds of one run. Each key and column says what is summed, averaged or kept:
// summary_keys.hpp, columns.hpp.
#pragma once

#include "hpnsim/results.hpp"

#include <string>

namespace hpnsim
{

/// Takes the records of consecutive seeds, first to last. Seeds that did exactly the same count once.
class SeedPool
{
public:
    /// `advice` says how to make seeds differ; it ends the note.
    explicit SeedPool(std::string advice = "") : advice_(std::move(advice)) {}

    /// The record's `seed` says whose it is; its rows are marked with it.
    void add(RunRecord&& one);
    /// The pooled record, with `seeds` in `extra` when there are several: an entry each.
    RunRecord finish();
    /// Returns one sentence when several seeds were the same run, else nothing. finish() puts it into
    /// `extra`, too.
    std::string note() const;

private:
    void pool(RunRecord&& one);
    void pool_extra(const nlohmann::ordered_json& extra);

    std::string advice_;
    RunRecord all_;
    nlohmann::ordered_json seeds_ = nlohmann::ordered_json::array();
    bool alike_ = true;  // so far; all_ is then the first seed's alone
};

}  // namespace hpnsim
