// SPDX-License-Identifier: GPL-2.0-only
// Makes one record of several seeds of one run: key by key, values are summed, averaged or kept.
#pragma once

#include "hpnsim/results.hpp"

#include <string>

namespace hpnsim
{

/// How the seeds' values of one key of RunRecord::extra become one value.
enum class Pool {
    sum,      ///< numbers, or objects and lists of them, member by member; what a seed lacks counts as 0
    mean,     ///< null when a seed lacks it
    largest,  ///< null when a seed lacks it
    all_true,
    same,    ///< null unless all seeds agree
    audit,   ///< `checks` are summed, `passed` must be so in all
    samples  ///< computed anew from the pooled RunRecord::message_fcts
};

/// Returns how a key of `extra` is pooled; `Pool::same` if it is not known here.
Pool pool_of(const std::string& key);

/// Takes the records of consecutive seeds, first to last. Seeds that did exactly the same count once.
class SeedPool
{
public:
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

    RunRecord all_;
    nlohmann::ordered_json seeds_ = nlohmann::ordered_json::array();
    bool alike_ = true;  // so far; all_ is then the first seed's alone
};

}  // namespace hpnsim
