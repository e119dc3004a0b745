// SPDX-License-Identifier: GPL-2.0-only
// Tests that the tables of columns in docs/outputs.md say of every column what its declaration says, in the
// same words, but for that of series.csv, which is in docs/scenarios.md. With HPNSIM_UPDATE_GOLDEN=1
// (tools/update-golden) the tables are written anew.
#include "hpnsim/size_sweep.hpp"
#include "hpnsim/summary_keys.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace hpnsim
{

namespace
{

const std::string kDocs = HPNSIM_TEST_DATA "/../../docs/";

std::string pool_text(Pool pool)
{
    switch (pool) {
    case Pool::each:
        return "each";
    case Pool::first:
        return "first";
    case Pool::sum:
        return "sum";
    case Pool::mean:
        return "mean";
    case Pool::largest:
        return "largest";
    case Pool::all_true:
        return "true if all are";
    case Pool::any_true:
        return "true if any is";
    case Pool::same:
        return "same";
    case Pool::anew:
        return "anew";
    }
    return "?";
}

template <class Column> std::string table_of(const char* what, const std::vector<Column>& columns)
{
    std::string out = "| " + std::string(what) + " | unit | meaning | seeds |\n|---|---|---|---|\n";
    for (const Column& column : columns)
        out += "| `" + std::string(column.name) + "` | " + column.unit + " | " + column.meaning + " | " +
               pool_text(column.pool) + " |\n";
    return out;
}

std::string text_of(const std::string& file)
{
    std::ostringstream out;
    out << std::ifstream(file).rdbuf();
    return out.str();
}

/// The table that follows the marker `<!-- columns of NAME -->` and an empty line, from begin to end; npos:
/// there is none.
struct Place {
    size_t begin = std::string::npos, end = std::string::npos;
};

Place table_after(const std::string& text, const std::string& name)
{
    Place place;
    const std::string marker = "<!-- columns of " + name + " -->\n\n";
    const size_t at = text.find(marker);
    if (at == std::string::npos) return place;
    place.begin = place.end = at + marker.size();
    while (place.end < text.size() && text[place.end] == '|') place.end = text.find('\n', place.end) + 1;
    return place;
}

void expect_table(const std::string& name, const std::string& table, const std::string& page = "outputs.md")
{
    const std::string file = kDocs + page;
    std::string text = text_of(file);
    const Place place = table_after(text, name);
    ASSERT_NE(place.begin, std::string::npos) << page << " has no <!-- columns of " << name << " -->";
    const char* update = std::getenv("HPNSIM_UPDATE_GOLDEN");
    if (update != nullptr && *update == '1')
        std::ofstream(file) << text.replace(place.begin, place.end - place.begin, table);
    else
        EXPECT_EQ(text.substr(place.begin, place.end - place.begin), table)
            << "tools/update-golden -R DocsTables writes the table anew";
}

}  // namespace

/// One test, because it may write the file.
TEST(DocsTables, SayWhatTheColumnsSay)
{
    expect_table("flows.csv", table_of("column", flow_columns()));
    expect_table("flows.csv, of jobs", table_of("column", job_columns({})));
    expect_table("flows.csv, where some are measured", table_of("column", measured_columns()));
    expect_table("queues.csv", table_of("column", port_columns()));
    expect_table("ranks.csv", table_of("column", rank_columns()));
    expect_table("series.csv", table_of("column", series_columns()), "scenarios.md");
    expect_table("queue_depth.csv", table_of("column", queue_depth_columns()));
    expect_table("throughput.csv", table_of("column", throughput_columns()));
    expect_table("job_goodput.csv", table_of("column", job_goodput_columns({})));
    expect_table("busbw.csv", table_of("column", busbw_columns()));
    expect_table("summary.json", table_of("key", summary_keys()));
    expect_table("summary.json, of scenarios and options", table_of("key", extra_keys()));
    expect_table("summary.json, host", table_of("key", host_keys()));
}

}  // namespace hpnsim
