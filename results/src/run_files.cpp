// SPDX-License-Identifier: GPL-2.0-only
// All files of one run.
#include "file_text.hpp"
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
           format_fixed(port.utilisation, 6) + "," + std::to_string(port.pfc_storms) + "\n";
}

std::string queues_csv(const RunRecord& run)
{
    std::string out =
        "port,tier,role,plane,rate_gbps,peak_queue_bytes,mean_queue_bytes,ecn_marks,drops,trims,"
        "pfc_pauses,pfc_paused_ns,bytes,utilisation,pfc_storms\n";
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

}  // namespace

void write_run(const RunRecord& run, const std::filesystem::path& out_dir)
{
    const std::filesystem::path dir = out_dir / "runs" / run.label;
    make_folder(dir);
    write_file(dir / "flows.csv", flows_csv(run));
    write_file(dir / "queues.csv", queues_csv(run));
    if (!run.queue_depth.bins.empty()) write_file(dir / "queue_depth.csv", queue_depth_csv(run));
    if (!run.series.empty()) write_file(dir / "series.csv", series_csv(run.series));
    write_file(dir / "summary.json", json_text(summary_json(run)) + "\n");
}

}  // namespace hpnsim
