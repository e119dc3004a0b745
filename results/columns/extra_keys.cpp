// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of summary.json that scenarios and options add (RunRecord::extra). The scenario computes
// the value; this says what it means, and what several seeds make of it.
#include "hpnsim/summary_keys.hpp"

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

SummaryKey key_of(const char* name, const char* unit, const char* meaning, Pool pool)
{
    SummaryKey key;
    static_cast<Column<RunRecord, Json>&>(key) = {
        name,
        unit,
        meaning,
        pool,
        [name](const RunRecord& run) {
            return run.extra.is_object() && run.extra.contains(name) ? run.extra[name] : Json(nullptr);
        },
        [name](RunRecord& run, const Json& value) { run.extra[name] = value; }};
    key.optional = true;
    key.per_seed = true;
    return key;
}

std::vector<SummaryKey> keys_of_collectives()
{
    return {
        key_of("operation", "text", "`collective`: the operation", Pool::same),
        key_of("algorithm", "text", "algorithm of a collective", Pool::same),
        key_of("groups", "count", "`collective`: groups of ranks that did the operation at once", Pool::same),
        key_of("algbw_GBps", "GB/s", "algorithm bandwidth, as nccl-tests has it; null of a sweep over sizes",
               Pool::mean),
        key_of("busbw_GBps", "GB/s",
               "bus bandwidth, as nccl-tests has it; of a sweep over sizes, the mean over them", Pool::mean),
        key_of("ideal_busbw_GBps", "GB/s",
               "bus bandwidth at the lower-bound time; of a sweep, the mean over the sizes", Pool::mean),
        key_of("ideal_us", "us", "lower bound of the scenario in an empty network", Pool::mean),
        key_of("efficiency", "1", "efficiency: ideal time / time", Pool::mean),
        key_of("mean_us", "us", "mean time of a collective's iterations", Pool::mean),
        key_of("ideal_nic_us", "us", "what the busiest NIC of a collective needs for its bytes", Pool::mean),
        key_of("ideal_nvlink_us", "us", "what the busiest NVLink needs for its bytes", Pool::mean),
        key_of("ideal_chain_us", "us", "the longest chain of transfers that wait for each other", Pool::mean),
        key_of("message_fct_us", "us",
               "completion times of a collective's messages in the network, with the members of `fct_us`",
               Pool::anew),
        key_of(
            "sweep", "object",
            "of `collective` with sizes: the `operation`, its `program` of nccl-tests, `redop`, `root`, and "
            "`sizes`: a list with `size` and `count`, `time_us`, `algbw_GBps`, `busbw_GBps`, "
            "`ideal_busbw_GBps` of each that was completed",
            Pool::mean),
        key_of("wrong_by_size", "list", "of a verified sweep: elements that were wrong of each size",
               Pool::sum)};
}

std::vector<SummaryKey> keys_of_flows()
{
    return {
        key_of("last_fct_us", "us",
               "incast: mean over the rounds of the time until the last flow ended; permutation: the time "
               "from the first start to the last end",
               Pool::mean),
        key_of("worst_last_fct_us", "us", "incast: the largest of the rounds'", Pool::largest),
        key_of("receiver_port_bytes", "bytes", "incast: wire bytes that reached each port of the receiver",
               Pool::sum),
        key_of("origin_us", "us", "`flows`: the first start in the file, from which time is counted",
               Pool::same),
        key_of("cdf_mean_bytes", "bytes", "drawn flows: mean of the distribution", Pool::same),
        key_of("mean_flow_bytes", "bytes", "drawn flows: mean of what was drawn", Pool::mean),
        key_of("offered_load", "1", "drawn flows: load that they put on the NICs' ports", Pool::mean),
        key_of("incast_flows", "count", "drawn flows: those of incasts among them", Pool::sum)};
}

std::vector<SummaryKey> keys_of_workloads()
{
    return {
        key_of("format", "text", "`workload`: the format of the trace", Pool::same),
        key_of("ranks", "count", "`workload`: ranks of the job", Pool::same),
        key_of("tasks", "count", "`workload`: tasks of all ranks", Pool::same),
        key_of("messages", "count", "`workload`: messages, those over NVLink and of collectives included",
               Pool::same),
        key_of("network_bytes", "bytes", "`workload`: payload of the messages over the network", Pool::same),
        key_of("nvlink_bytes", "bytes", "`workload`: payload of the messages over NVLink", Pool::same),
        key_of("time_us", "us", "`workload`: the end of the last rank", Pool::mean),
        key_of("computing_us", "us", "`workload`: in which the rank that computes longest does", Pool::mean),
        key_of("exposed_us", "us",
               "`workload`: communication of a rank while it computes nothing, the most of any", Pool::mean),
        key_of("mean_exposed_us", "us", "`workload`: the same as a mean over the ranks", Pool::mean),
        key_of("waits", "text", "`workload`: only if it did not end: who waits for what", Pool::first)};
}

std::vector<SummaryKey> keys_of_training()
{
    return {
        key_of("iteration_us", "us",
               "`training`: an iteration, as a mean without the first if there are more", Pool::mean),
        key_of("first_iteration_us", "us", "`training`: the first iteration", Pool::mean),
        key_of("tokens_per_s", "1/s", "`training`: tokens of all replicas in a second, by `iteration_us`",
               Pool::mean),
        key_of("achieved_mfu", "1",
               "`training`: the model's operations in a second, as a share of the GPUs' peak", Pool::mean),
        key_of("critical_rank", "1", "`training`: the rank that waits least for others", Pool::first),
        key_of("compute_us", "us", "`training`: computation in an iteration, mean over ranks and iterations",
               Pool::mean),
        key_of("exposed_tp_us", "us",
               "`training`: likewise, waits for communication of tensor parallelism, without computation",
               Pool::mean),
        key_of("exposed_pp_us", "us", "`training`: of the pipeline, from the sending of what is waited for",
               Pool::mean),
        key_of("exposed_dp_us", "us", "`training`: of data parallelism", Pool::mean),
        key_of("exposed_ep_us", "us", "`training`: of expert parallelism", Pool::mean),
        key_of("exposed_cp_us", "us", "`training`: of context parallelism", Pool::mean),
        key_of("exposed_storage_us", "us", "`training`: of storage", Pool::mean),
        key_of("bubble_us", "us",
               "`training`: waits for other stages that have not sent yet, and for all ranks at the end",
               Pool::mean),
        key_of("stages", "list", "`training`: these times of each pipeline stage", Pool::first),
        key_of("critical_path", "object",
               "`training`: what an iteration's time is made of from the end of the last task back through "
               "what each waited for last: these times, `waiting_us` in the place of the bubble, and "
               "`stages_us`, the part of each stage",
               Pool::mean),
        key_of("loaded_bytes", "bytes", "`training`: what all ranks loaded from storage", Pool::mean),
        key_of("checkpoint_bytes", "bytes", "`training`: what all ranks wrote as checkpoints", Pool::mean),
        key_of("storage_gbps", "Gb/s", "`training`: these bytes over the time in which any were under way",
               Pool::mean),
        key_of("checkpoint_iteration_us", "us",
               "`training`: mean iteration of those that end with a checkpoint, without the first",
               Pool::mean),
        key_of("other_iteration_us", "us", "`training`: the same of the others", Pool::mean)};
}

std::vector<SummaryKey> keys_of_jobs()
{
    return {key_of(
        "jobs", "object",
        "`jobs`: an object by the name of each job, with `scenario`, `cc`, `path`, `transport`; `start_us` "
        "and "
        "`end_us` (`null`: it has not ended), `repeats` that have ended; `flows`, `completed`, `failed`, "
        "`unfinished`, `fct_us`, `slowdown` of its rows in flows.csv; `delivered_bytes`, its payload that "
        "arrived over the network, and `goodput_gbps`, that over the time from its start to its end or that "
        "of the run; and what its scenario adds, as a mean over the repetitions (`message_fct_us`: of the "
        "messages "
        "of all); of a verified run, its `verified`, `verified_elements` and `wrong_elements` in all of them",
        Pool::mean)};
}

/// The keys of `failover`: what its failures cost.
std::vector<SummaryKey> keys_of_failover()
{
    return {
        key_of(
            "failures", "list",
            "`failover`: the failures, each with its `kind` and `place`, when it came (`at_us`) and when it "
            "was repaired (`repair_us`; `null`: never)",
            Pool::same),
        key_of("iterations", "count", "`failover`: iterations that ended", Pool::sum),
        key_of("steady_gbps", "Gb/s", "`failover`: goodput before the failure", Pool::mean),
        key_of("permitted_gbps", "Gb/s",
               "`failover`: what of it the NIC ports that are left permit until the repair", Pool::mean),
        key_of("during_gbps", "Gb/s",
               "`failover`: goodput of the iterations from the failure to the repair, or without one to the "
               "recovery",
               Pool::mean),
        key_of("after_gbps", "Gb/s", "`failover`: goodput of the iterations that began afterwards",
               Pool::mean),
        key_of(
            "interruption_us", "us",
            "`failover`: longest time after the failure with less than 10 % of the steady goodput; 0 if it "
            "is no longer than `usual_pause_us`",
            Pool::mean),
        key_of("usual_pause_us", "us", "`failover`: the longest such time before the failure", Pool::mean),
        key_of("lost_bytes", "bytes",
               "`failover`: payload that did not arrive, against the steady goodput, until the recovery",
               Pool::mean),
        key_of(
            "recovery_us", "us",
            "`failover`: from the failure until goodput is back at 95 % of what is permitted; `null`: never",
            Pool::mean),
        key_of("repair_recovery_us", "us",
               "`failover`: from the repair until goodput is back at 95 % of the steady one; `null`: never",
               Pool::mean),
        key_of("iteration_before_us", "us", "`failover`: mean time of an iteration before the failure",
               Pool::mean),
        key_of("iteration_during_us", "us", "`failover`: mean time of those of `during_gbps`", Pool::mean),
        key_of("iteration_after_us", "us", "`failover`: mean time of those of `after_gbps`", Pool::mean)};
}

std::vector<SummaryKey> keys_of_options()
{
    return {
        key_of("ports", "object",
               "by kind (`tor_up`, ...: tier and role of queues.csv) an object: `all` ports of the fabric; "
               "`used`, those that sent anything; `beside_used`, all of this kind at nodes where one did",
               Pool::sum),
        key_of("credits", "count", "grants of credit by receivers", Pool::sum),
        key_of("credit_requests", "count", "requests for credit by senders", Pool::sum),
        key_of("faults", "object", "effects of faults and of random loss, each with its count", Pool::sum),
        key_of(
            "fast_forward", "object",
            "only of a run that skipped time: `skipped_share` of `sim_time_us`, `skipped_us`, the number of "
            "`skips`, `foreseen_share` of the bytes over the network that were foreseen instead of sent, and "
            "`foreseen_messages`; if it was checked against the full run, how many completion times were "
            "`compared`, by which shares they are off (`fct_error_mean`, `fct_error_max`), and the signed "
            "shares of a collective's mean `message_fct_error` and of `time_error`",
            Pool::mean),
        key_of("audit", "object", "of an audit: the number of `checks`, and whether all `passed`", Pool::sum),
        key_of("verified", "truth", "of a verified run: all bytes were right", Pool::all_true),
        key_of("verified_elements", "count", "of a verified run: elements that were checked", Pool::sum),
        key_of("wrong_elements", "count", "of a verified run: elements that were wrong", Pool::sum),
        key_of("element_bytes", "bytes", "of a verified run: size of an element", Pool::same),
        key_of("warnings", "list",
               "sentences about what was known before the run to be wrong with it, and about time that it "
               "skipped",
               Pool::same),
        key_of("stopped", "text", "only if nothing progressed any more: the sentence about it", Pool::same),
        key_of("error", "text",
               "only if the run failed midway (memory or disk ran out, a plug-in threw or took its process "
               "down): why; the rest is what was found until then",
               Pool::same),
        key_of("seeds_note", "text", "only if all seeds gave the same run, which then counts as one",
               Pool::first),
        key_of("intervals", "object",
               "of five seeds or more: for each figure that differs between them, nested keys joined by `_`, "
               "its "
               "`mean` over seeds and the ends `low` and `high` of the 95 % interval (bootstrap)",
               Pool::each),
        key_of("seeds", "list", "of several seeds: an entry for each, with its values", Pool::each)};
}

}  // namespace

const std::vector<SummaryKey>& extra_keys()
{
    static const std::vector<SummaryKey> kKeys = [] {
        std::vector<SummaryKey> all;
        for (const auto& keys : {keys_of_collectives(), keys_of_flows(), keys_of_workloads(),
                                 keys_of_training(), keys_of_failover(), keys_of_jobs(), keys_of_options()})
            all.insert(all.end(), keys.begin(), keys.end());
        return all;
    }();
    return kKeys;
}

}  // namespace hpnsim
