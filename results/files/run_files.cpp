// SPDX-License-Identifier: GPL-2.0-only
// Writes all files of one run.
#include "files/file_text.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/writers.hpp"

namespace hpnsim
{

namespace
{

std::string flows_csv(const RunRecord& run)
{
    std::string out = flows_header(run);
    for (const FlowRow& flow : run.flows) out += flow_row(flow);
    return out;
}

std::string port_row(const PortRow& port)
{
    std::string out = csv_field(one_line(port.name)) + "," + csv_field(one_line(port.tier)) + "," +
                      csv_field(one_line(port.role)) + "," + std::to_string(port.plane) + "," +
                      format_fixed(port.rate.gbps(), 3) + "," + std::to_string(port.peak_queue) + "," +
                      format_fixed(port.mean_queue, 3) + ",";
    for (uint64_t count : {port.ecn_marks, port.drops, port.trims, port.pfc_pauses})
        out += std::to_string(count) + ",";
    return out + format_ns(port.pfc_paused) + "," + std::to_string(port.bytes) + "," +
           format_fixed(port.utilisation, 6) + "," + std::to_string(port.pfc_storms) + "," +
           std::to_string(port.seed) + "\n";
}

std::string queues_csv(const RunRecord& run)
{
    std::string out =
        "port,tier,role,plane,rate_gbps,peak_queue_bytes,mean_queue_bytes,ecn_marks,drops,trims,"
        "pfc_pauses,pfc_paused_ns,bytes,utilisation,pfc_storms,seed\n";
    for (const PortRow& port : run.ports) out += port_row(port);
    return out;
}

std::string queue_depth_csv(const RunRecord& run)
{
    std::string out = "depth_up_to_bytes,share_of_port_time\n";
    for (const auto& [depth, share] : run.queue_depth.bins)
        out += std::to_string(depth) + "," + json_text(share) + "\n";
    return out;
}

std::string throughput_csv(const Throughput& throughput)
{
    std::string out = "from_ns,to_ns,payload_gbps\n";
    const auto width = static_cast<double>(throughput.bin.ps);
    for (size_t i = 0; i < throughput.bytes.size(); ++i) {
        const Time from = throughput.bin * static_cast<int64_t>(i);
        out += format_ns(from) + "," + format_ns(from + throughput.bin) + "," +
               format_fixed(throughput.bytes[i] * 8000 / width, 6) + "\n";
    }
    return out;
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
    writing.file([&] { write_file(dir / "flows.csv", flows_csv(run)); });
    writing.file([&] { write_file(dir / "queues.csv", queues_csv(run)); });
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
    writing.file([&] { write_summary(run, out_dir); });
    writing.finish();
}

}  // namespace hpnsim
