// SPDX-License-Identifier: GPL-2.0-only
// Writes all files of one run.
#include "files/file_text.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/csv.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/size_sweep.hpp"
#include "hpnsim/writers.hpp"

namespace hpnsim
{

namespace
{

std::string queues_csv(const RunRecord& run)
{
    std::string out = csv_head(port_columns());
    for (const PortRow& port : run.ports) out += csv_row(port_columns(), port);
    return out;
}

std::string ranks_csv(const RunRecord& run)
{
    std::string out = csv_head(rank_columns());
    for (const RankRow& rank : run.ranks) out += csv_row(rank_columns(), rank);
    return out;
}

std::string queue_depth_csv(const RunRecord& run)
{
    std::string out = csv_head(queue_depth_columns());
    for (const auto& [depth, share] : run.queue_depth.bins)
        out += csv_row(queue_depth_columns(), DepthLine{depth, share});
    return out;
}

std::string throughput_csv(const Throughput& throughput)
{
    std::string out = csv_head(throughput_columns());
    const auto width = static_cast<double>(throughput.bin.ps);
    for (size_t i = 0; i < throughput.bytes.size(); ++i) {
        const Time from = throughput.bin * static_cast<int64_t>(i);
        out += csv_row(throughput_columns(),
                       ThroughputLine{from, from + throughput.bin, throughput.bytes[i] * 8000 / width});
    }
    return out;
}

void write_job_goodput(const RunRecord& run, std::ostream& out)
{
    const auto columns = job_goodput_columns(run.jobs);
    out << csv_head(columns);
    for (const JobGoodputRow& row : run.job_goodput) out << csv_row(columns, row);
}

/// Writes what can be written even when something else cannot, and throws the first complaint at the end.
class Writing
{
public:
    template <class Write> void file(Write write)
    {
        try {
            write();
        } catch (const BadInput& error) {
            if (complaint_.empty()) complaint_ = error.what();
        }
    }
    void finish() const
    {
        if (!complaint_.empty()) throw BadInput(complaint_);
    }

private:
    std::string complaint_;
};

}  // namespace

void write_summary(const RunRecord& run, const std::filesystem::path& out_dir)
{
    const std::filesystem::path dir = out_dir / "runs" / run.label;
    make_folder(dir);
    write_file(dir / "summary.json", json_text(summary_json(run)) + "\n");
}

void write_run(const RunRecord& run, const std::filesystem::path& out_dir)
{
    const std::filesystem::path dir = out_dir / "runs" / run.label;
    make_folder(dir);
    Writing writing;
    writing.file([&] { write_flows(run, dir / "flows.csv"); });
    writing.file([&] { write_file(dir / "queues.csv", queues_csv(run)); });
    writing.file([&] {
        if (!run.ranks.empty()) write_file(dir / "ranks.csv", ranks_csv(run));
    });
    writing.file([&] {
        if (!run.queue_depth.bins.empty()) write_file(dir / "queue_depth.csv", queue_depth_csv(run));
    });
    writing.file([&] {
        if (!run.throughput.bytes.empty()) write_file(dir / "throughput.csv", throughput_csv(run.throughput));
    });
    writing.file([&] {
        if (!run.series.empty())
            write_file(dir / "series.csv", [&](std::ostream& out) { write_series(run.series, out); });
    });
    writing.file([&] {
        if (!run.job_goodput.empty())
            write_file(dir / "job_goodput.csv", [&](std::ostream& out) { write_job_goodput(run, out); });
    });
    writing.file([&] {
        if (const std::string table = nccl_table(run); !table.empty())
            write_file(dir / "nccl-tests.txt", table);
    });
    writing.file([&] { write_summary(run, out_dir); });
    writing.finish();
}

}  // namespace hpnsim
