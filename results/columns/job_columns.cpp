// SPDX-License-Identifier: GPL-2.0-only
// Declares the columns that name a job: those that flows.csv has besides, and job_goodput.csv.
#include "columns/cells.hpp"

#include "hpnsim/names.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// A column of rows that keep the number of their job.
template <class Row>
Column<Row> job_column(const char* meaning, const std::vector<std::string>& jobs, Pool pool)
{
    const auto name = [jobs](const Row& row) { return row.job < jobs.size() ? jobs[row.job] : ""; };
    const auto find = [jobs](Row& row, const std::string& text) {
        const auto found = std::find(jobs.begin(), jobs.end(), text);
        if (found == jobs.end()) throw BadCell{"a job" + suggestion(text, jobs)};
        row.job = static_cast<uint32_t>(found - jobs.begin());
    };
    return {"job", "text", meaning, pool, name, find};
}

}  // namespace

std::vector<Column<FlowRow>> job_columns(const std::vector<std::string>& jobs)
{
    return {
        job_column<FlowRow>("`jobs`: name of the job that the flow belongs to; ids are unique in a job", jobs,
                            Pool::each),
        column("delivered_bytes", "bytes",
               "`jobs`: payload that has arrived, also of an unfinished flow (of several on one QP in the "
               "order of posting, of a READ in whole requests); of an iteration that is a row, its "
               "`bytes` once it has ended",
               &FlowRow::delivered)};
}

std::vector<Column<JobGoodputRow>> job_goodput_columns(const std::vector<std::string>& jobs)
{
    return {
        column("from_ns", "ns", "begin of the interval", &JobGoodputRow::from, Pool::first),
        column("to_ns", "ns",
               "end of the interval; intervals in which the job received nothing are one, and the end of "
               "the run cuts the last one short",
               &JobGoodputRow::to, Pool::first),
        job_column<JobGoodputRow>("name of the job", jobs, Pool::first),
        {"goodput_gbps",
         "Gb/s",
         "`delivered_bytes` over the length of the interval",
         Pool::first,
         [](const JobGoodputRow& row) { return format_fixed(row.gbps(), 6); },
         {}},
        column("delivered_bytes", "bytes",
               "payload that receivers of the job got in the interval over the network, each byte once; a "
               "READ counts when a whole request has arrived",
               &JobGoodputRow::delivered, Pool::first)};
}

}  // namespace hpnsim
