// SPDX-License-Identifier: GPL-2.0-only
// Reads the files of a run into a record: this is the inverse of write_run().
#include "hpnsim/run_folder.hpp"

#include "files/series_lines.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/csv.hpp"
#include "hpnsim/summary_keys.hpp"

#include <algorithm>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

bool is_file(const fs::path& path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool is_run(const fs::path& dir)
{
    return is_file(dir / "flows.csv") || is_file(dir / "summary.json");
}

/// No file: no rows, and none was cut.
template <class Row> bool read_if_there(const fs::path& path, const std::vector<Column<Row>>& columns,
                                        const std::function<void(const Row&)>& take)
{
    return !is_file(path) || read_csv(path, columns, take);
}

std::string read_summary(const fs::path& path)
{
    return read_text("a run's folder", path.string());
}

[[noreturn]] void fail_at(const fs::path& path, const std::string& text, size_t byte, const std::string& why)
{
    const auto end = text.begin() + static_cast<ptrdiff_t>(std::min(byte, text.size()));
    throw BadInput(path.string() + ":" + std::to_string(1 + std::count(text.begin(), end, '\n')) + ": " +
                   why);
}

Json parsed(const fs::path& path, const std::string& text)
{
    Json out;
    try {
        out = Json::parse(text);
    } catch (const Json::parse_error& error) {
        fail_at(path, text, error.byte == 0 ? 0 : error.byte - 1, "this is not JSON");
    }
    if (!out.is_object()) fail_at(path, text, 0, "this is not an object of keys and values");
    return out;
}

/// Sets those of `keys` that are in `from`.
void set_keys(const std::vector<SummaryKey>& keys, const Json& from, const fs::path& path,
              const std::string& text, RunRecord& run)
{
    for (const SummaryKey& key : keys) {
        const auto found = from.find(key.name);
        if (found == from.end() || !key.set) continue;
        try {
            key.set(run, *found);
        } catch (const BadCell& bad) {
            fail_at(path, text, text.find("\"" + std::string(key.name) + "\":"),
                    std::string(key.name) + " is not " + bad.expected);
        }
    }
}

void read_summary_into(const fs::path& path, RunRecord& run)
{
    const std::string text = read_summary(path);
    const Json all = parsed(path, text);
    set_keys(summary_keys(), all, path, text, run);
    if (const auto host = all.find("host"); host != all.end() && host->is_object())
        set_keys(host_keys(), *host, path, text, run);
    const auto own = [](const std::string& name) {
        const auto& keys = summary_keys();
        return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return key.name == name; });
    };
    for (const auto& item : all.items())
        if (item.key() != "host" && !own(item.key())) run.extra[item.key()] = item.value();
}

/// What the `#` lines of flows.csv say of a run that has no summary.
void read_comments(const fs::path& path, RunRecord& run)
{
    const CsvFile file(path, {});
    run.params = Json::object();
    for (const std::string& line : file.comments()) {
        const size_t colon = line.find(": ");
        if (colon == std::string::npos) continue;
        const std::string key = line.substr(0, colon), value = line.substr(colon + 2);
        if (key == "command") run.command = value;
        if (key == "seed") run.seed = std::strtoull(value.c_str(), nullptr, 10);
        if (key == "version") run.version = value.substr(value.find(' ') + 1);
        if (key.rfind("param ", 0) == 0) run.params[key.substr(6)] = value;
    }
}

/// The names of the jobs, which are the keys job:NAME; job:NAME.KEY of a run that has no summary.
std::vector<std::string> job_names(const Json& params)
{
    const std::string prefix = "job:";
    std::vector<std::string> names;
    if (!params.is_object()) return names;
    for (const auto& item : params.items()) {
        if (item.key().compare(0, prefix.size(), prefix) != 0) continue;
        const std::string name = item.key().substr(prefix.size(), item.key().find('.') - prefix.size());
        if (names.empty() || names.back() != name) names.push_back(name);
    }
    return names;
}

Throughput read_throughput(const fs::path& path)
{
    Throughput out;
    Time end;
    const auto take = [&](const ThroughputLine& line) {
        if (out.bin.ps == 0) out.bin = line.to;
        if (line.from != end || line.to - line.from != out.bin || out.bin.ps <= 0)
            throw BadInput(path.string() + ":" + std::to_string(out.bytes.size() + 2) +
                           ": the bins must be equal and follow each other from 0");
        end = line.to;
        out.bytes.push_back(line.payload_gbps * static_cast<double>(out.bin.ps) / 8000);
    };
    read_if_there<ThroughputLine>(path, throughput_columns(), take);
    return out;
}

}  // namespace

RunFolder::RunFolder(fs::path dir) : dir_(std::move(dir))
{
    if (dir_.filename().empty()) dir_ = dir_.parent_path();  // DIR/
    if (!is_run(dir_))
        throw BadInput(dir_.string() +
                       " is not the folder of a run: it has neither flows.csv nor summary.json");
}

bool RunFolder::finished() const
{
    return is_file(dir_ / "summary.json");
}

Json RunFolder::summary() const
{
    const fs::path path = dir_ / "summary.json";
    return finished() ? parsed(path, read_summary(path)) : Json(nullptr);
}

bool RunFolder::flows(const std::function<void(const FlowRow&)>& take) const
{
    RunRecord run;
    read_head_into(run);
    return read_if_there(dir_ / "flows.csv", flow_columns(run), take);
}

bool RunFolder::ports(const std::function<void(const PortRow&)>& take) const
{
    return read_if_there(dir_ / "queues.csv", port_columns(), take);
}

bool RunFolder::ranks(const std::function<void(const RankRow&)>& take) const
{
    return read_if_there(dir_ / "ranks.csv", rank_columns(), take);
}

bool RunFolder::series(const std::function<void(const SeriesLine&)>& take) const
{
    return read_if_there(dir_ / "series.csv", series_columns(), take);
}

void RunFolder::read_head_into(RunRecord& run) const
{
    run.label = label();
    run.extra = Json::object();
    if (finished())
        read_summary_into(dir_ / "summary.json", run);
    else
        read_comments(dir_ / "flows.csv", run);
    run.jobs = job_names(run.params);
}

RunRecord RunFolder::head() const
{
    RunRecord run;
    read_head_into(run);
    return run;
}

RunRecord RunFolder::record() const
{
    RunRecord run;
    read_head_into(run);
    // A run that was killed, or that said it could not write, leaves files that end anywhere. In another,
    // figures of a part of the rows would be wrong, and nobody would know.
    const bool partial = !finished() || run.extra.contains("error");
    const auto check_whole = [&](const char* file, bool whole) {
        if (!whole && !partial)
            throw BadInput((dir_ / file).string() +
                           ": the file is cut off, though its run has ended and wrote it whole");
    };
    check_whole("flows.csv", flows([&](const FlowRow& flow) { run.flows.push_back(flow); }));
    check_whole("queues.csv", ports([&](const PortRow& port) { run.ports.push_back(port); }));
    check_whole("ranks.csv", ranks([&](const RankRow& rank) { run.ranks.push_back(rank); }));
    read_if_there<DepthLine>(dir_ / "queue_depth.csv", queue_depth_columns(), [&](const DepthLine& line) {
        run.queue_depth.bins.emplace_back(line.up_to, line.share);
    });
    run.throughput = read_throughput(dir_ / "throughput.csv");
    read_if_there<JobGoodputRow>(dir_ / "job_goodput.csv", job_goodput_columns(run.jobs),
                                 [&](const JobGoodputRow& row) { run.job_goodput.push_back(row); });
    SeriesBuilder samples;
    check_whole("series.csv", series([&](const SeriesLine& line) { samples.add(line); }));
    run.series = samples.finish();
    return run;
}

std::vector<RunFolder> run_folders(const fs::path& dir)
{
    if (is_run(dir)) return {RunFolder(dir)};
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator it(dir / "runs", error), end; !error && it != end; it.increment(error))
        if (is_run(it->path())) found.push_back(it->path());
    if (found.empty()) {
        const bool unfinished = is_file(dir / "unfinished-runs" / "runs");
        throw BadInput(dir.string() + " holds no runs" +
                       (unfinished ? ", but " + (dir / "unfinished-runs").string() + " may" : ""));
    }
    std::sort(found.begin(), found.end());
    return {found.begin(), found.end()};
}

}  // namespace hpnsim
