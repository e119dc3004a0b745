// SPDX-License-Identifier: GPL-2.0-only
// The scenario `incast`: many senders send to one receiver at once, in rounds.
#include "hpnsim/scenario.hpp"
#include "kit/goal_file.hpp"
#include "kit/unstarted.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/settings.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

struct IncastOptions {
    uint32_t senders = 16;
    Bytes size = 1 << 20;
    uint32_t rounds = 1;
    std::string placement = "rail";
    Verb verb = Verb::write;
    std::string write_goal;  ///< a file

    static const std::vector<Setting>& settings()
    {
        using O = IncastOptions;
        static const std::vector<Setting> list = {
            count<&O::senders>("senders", "number of senders, which all send at once", 1, kMaxEndpoints),
            hpnsim::size<&O::size>("size", "bytes that each sender sends in each round: 4096, 64K, 1M, 2G"),
            count<&O::rounds>("rounds", "repeat R times, each time on an empty network", 1, 1'000'000)
                .as("R"),
            one_of<&O::placement>("placement",
                                  "rail: the receiver is GPU 0 of host 0, sender i is GPU 0 of host i; "
                                  "cross-segment: the receiver is in segment 0, the senders are on its rail "
                                  "in the other segments; index: endpoints 0, 1, 2, ...",
                                  {"rail", "cross-segment", "index"})
                .as("WHERE"),
            choice<&O::verb>("verb",
                             "write: senders WRITE; send: they SEND into posted receives; read: the receiver "
                             "READs from them",
                             {{"write", Verb::write}, {"send", Verb::send}, {"read", Verb::read}}),
            write_goal_setting<&O::write_goal>(),
        };
        return list;
    }
};

/// Counts the bytes that reached the receiver by each of its NIC ports.
nlohmann::ordered_json port_split(const FabricPlan& plan, uint32_t receiver, const RunRecord& record)
{
    const FabricIndex index(plan);
    std::vector<Bytes> bytes(plan.ports_per_nic, 0);
    for (uint32_t port = 0; port < index.ports(receiver) && port < bytes.size(); ++port) {
        const FabricIndex::End& far = index.end(receiver, port);
        if (!far.wired) continue;
        const std::string name = index.port_name(far.peer, far.peer_port);
        for (const PortRow& row : record.ports)
            if (row.name == name) bytes[port] += row.bytes;
    }
    return bytes;
}

class Incast : public Scenario
{
public:
    Incast(const Options& asked, FabricPlan fabric)
        : Scenario(asked, std::move(fabric)), own_(asked.own.as<IncastOptions>()),
          group_(as_option({"placement", "senders"},
                           [this] { return place_incast(plan, own_.placement, own_.senders); }))
    {
        if (!own_.write_goal.empty()) write_as_goal();
    }

    static ScenarioInfo info()
    {
        return {
            "incast",
            "Many senders send to one receiver at once.",
            {"incast --senders 32 --size 1M --cc dcqcn --cc hpcc",
             "incast --topology star --senders 8 --size 64K --rounds 10 --cc nscc",
             "incast --senders 64 --placement cross-segment --topology hpn:hosts=64 --cc dcqcn:preset=paper"},
            OwnOptions::of<IncastOptions>(),
            [](const Options& asked) { return asked.own.as<IncastOptions>().senders + 1; },
            make<Incast>};
    }

    Workload& workload(uint64_t seed) override
    {
        workload_ = std::make_unique<IncastWorkload>(group_, own_.size, own_.rounds, jitter(), seed);
        return *workload_;
    }

    std::unique_ptr<Contents> contents(uint64_t) const override
    {
        return make_incast_contents(group_, own_.size);
    }

    Footprint footprint() const override
    {
        const double senders = own_.senders;
        return {senders, senders, senders * own_.rounds};
    }

    void check_times(IdealTimes& ideals) const override
    {
        require_representable("--size: " + format_size(own_.size) + " from " +
                                  std::to_string(group_.senders.size()) + " senders",
                              ideal_last(ideals), own_.rounds);
    }

    Verb verb() const override { return own_.verb; }

    void measure(IdealTimes& ideals, const std::vector<Time>&, RunRecord& record) const override
    {
        add_unstarted_senders(ideals, record);
        add_times(ideal_last(ideals), record);
        record.extra["receiver_port_bytes"] = port_split(plan, group_.receiver, record);
    }

private:
    void write_as_goal() const
    {
        if (own_.verb == Verb::read)
            throw BadInput(
                "--write-goal: GOAL has sends and receives, and with --verb read the receiver READs");
        if (own_.rounds > 1)
            throw BadInput(
                "--write-goal: a round begins when the one before has ended everywhere, and ranks of "
                "GOAL learn of others by messages alone; write one round");
        const std::vector<Time> late =
            jittered_starts(static_cast<uint32_t>(group_.senders.size()), jitter(), options.common.seed);
        std::vector<FlowSpec> flows;
        for (size_t i = 0; i < late.size(); ++i) {
            FlowSpec flow;
            flow.src = group_.senders[i];
            flow.dst = group_.receiver;
            flow.bytes = own_.size;
            flow.start = late[i];
            flows.push_back(flow);
        }
        write_goal_file(flows, plan.endpoints, own_.write_goal);
    }

    /// Returns the least time in which the last of the senders can be done, by hpnsim's own definition under
    /// any profile.
    Time ideal_last(IdealTimes& ideals) const
    {
        return ideals.incast(group_.senders, group_.receiver, own_.size);
    }

    /// Adds the flows of the last round whose jitter had not passed when the run was stopped.
    void add_unstarted_senders(IdealTimes& ideals, RunRecord& record) const
    {
        const std::vector<Period>& rounds = workload_->periods();
        if (rounds.empty() || rounds.back().end != Time::max()) return;
        std::vector<FlowSpec> flows;
        for (const Period& round : rounds)
            for (const uint32_t sender : group_.senders) {
                FlowSpec flow;
                flow.src = sender;
                flow.dst = group_.receiver;
                flow.bytes = own_.size;
                flow.start = round.start;
                flows.push_back(flow);
            }
        add_unstarted(plan, flows, ideals, record);
    }

    /// Adds means over the rounds. If some rounds were cut short or lost a flow, no time is compared with an
    /// ideal, because the rounds that are left would flatter the run.
    void add_times(Time ideal, RunRecord& record) const
    {
        nlohmann::ordered_json& extra = record.extra;
        extra["ideal_us"] = ideal.us();
        extra["last_fct_us"] = extra["worst_last_fct_us"] = extra["efficiency"] = nullptr;
        const std::vector<Period>& rounds = workload_->periods();
        const bool complete = rounds.size() == own_.rounds && workload_->done() &&
                              count_flows(record).completed == record.flows.size();
        if (!complete || own_.rounds == 0) return;
        int64_t sum = 0;
        Time worst;
        for (const Period& round : rounds) {
            sum += (round.end - round.start).ps;
            worst = std::max(worst, round.end - round.start);
        }
        const Time mean{sum / own_.rounds};
        extra["last_fct_us"] = mean.us();
        extra["worst_last_fct_us"] = worst.us();
        if (mean.ps > 0) extra["efficiency"] = static_cast<double>(ideal.ps) / static_cast<double>(mean.ps);
    }

    const IncastOptions own_;
    const IncastGroup group_;
    std::unique_ptr<IncastWorkload> workload_;
};

}  // namespace

HPNSIM_SCENARIO(Incast)

}  // namespace hpnsim
