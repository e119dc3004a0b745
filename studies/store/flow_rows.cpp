// SPDX-License-Identifier: GPL-2.0-only
// Tables of flows in the database of a study: their rows, and their completion times by size.
#include "store/flow_rows.hpp"
#include "hpnsim/study_store.hpp"
#include "store/sqlite.hpp"

#include <cstdlib>

namespace hpnsim
{

namespace
{

/// All columns that a flows.csv may have.
std::vector<Column<FlowRow>> all_columns(const std::vector<std::string>& jobs)
{
    std::vector<Column<FlowRow>> all = flow_columns();
    for (const Column<FlowRow>& each : job_columns(jobs)) all.push_back(each);
    all.insert(all.end(), measured_columns().begin(), measured_columns().end());
    return all;
}

/// Empty cells are null, and numbers numbers.
void bind_cell(Statement& statement, const Column<FlowRow>& column, const std::string& cell)
{
    if (cell.empty())
        statement.bind_null();
    else if (std::string(column.unit) == "text")
        statement.bind(cell);
    else
        statement.bind(std::strtod(cell.c_str(), nullptr));
}

void bind_millionths(Statement& statement, const std::optional<int64_t>& value)
{
    if (value)
        statement.bind(static_cast<double>(*value) / 1e6);
    else
        statement.bind_null();
}

}  // namespace

std::string flows_table()
{
    std::string text = "CREATE TABLE IF NOT EXISTS flows(run INTEGER NOT NULL REFERENCES runs(id)";
    for (const Column<FlowRow>& column : all_columns({}))
        text += ", " + sql_name(column.name) + (std::string(column.unit) == "text" ? " TEXT" : " NUMERIC");
    return text + "); CREATE INDEX IF NOT EXISTS flows_of_run ON flows(run)";
}

void StudyStore::enter_sizes(int64_t run, const std::vector<SizeBucket>& sizes)
{
    auto row = database_->prepare("INSERT INTO sizes VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const SizeBucket& each : sizes) {
        row.bind(run).bind(each.smallest).bind(each.largest).bind(static_cast<int64_t>(each.flows));
        for (const auto& value : {each.fct_p50, each.fct_p95, each.fct_p99, each.p50, each.p95, each.p99})
            bind_millionths(row, value);
        row.run();
    }
}

void StudyStore::enter_flows(const StoredRun& run, const RunFolder& folder)
{
    const std::vector<Column<FlowRow>> columns = all_columns(folder.head().jobs);
    std::string places = "?";
    for (size_t at = 0; at < columns.size(); ++at) places += ", ?";
    database_->at_once([&] {
        database_->prepare("DELETE FROM flows WHERE run = ?").bind(run.id).run();
        auto row = database_->prepare("INSERT INTO flows VALUES(" + places + ")");
        folder.flows([&](const FlowRow& flow) {
            row.bind(run.id);
            for (const Column<FlowRow>& column : columns) bind_cell(row, column, column.get(flow));
            row.run();
        });
    });
}

std::vector<StoredRun> StudyStore::without_flows() const
{
    std::set<int64_t> with;
    auto rows = database_->prepare("SELECT DISTINCT run FROM flows");
    while (rows.step()) with.insert(rows.whole(0));
    std::vector<StoredRun> all;
    for (StoredRun& run : runs())
        if (run.status != RunStatus::waiting && with.count(run.id) == 0) all.push_back(std::move(run));
    return all;
}

}  // namespace hpnsim
