// SPDX-License-Identifier: GPL-2.0-only
// The scenario `failover`: a collective over and over, a story of failures, and what they cost.
#include "kit/failure_story.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/outage.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/workloads.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace hpnsim
{

namespace
{

constexpr uint32_t kEndless = std::numeric_limits<uint32_t>::max();

struct FailoverOptions {
    std::string op = kAllReduce.name, algorithm;
    uint32_t ranks = 64;
    Bytes size = 16 << 20;
    std::optional<uint32_t> channels, iterations;
    std::optional<Bytes> chunk;
    std::optional<double> duration_us;
    std::vector<std::string> fail;

    static const std::vector<Setting>& settings();
};

std::vector<std::string> operation_names()
{
    std::vector<std::string> names;
    for (const Operation* each : all_operations()) names.emplace_back(each->name);
    return names;
}

const Operation& operation_named(const std::string& name)
{
    for (const Operation* each : all_operations())
        if (name == each->name) return *each;
    return kAllReduce;  // the option takes none but these
}

const std::vector<Setting>& FailoverOptions::settings()
{
    using O = FailoverOptions;
    static const std::string fail_doc = "what fails (default: nic-port); repeatable: " + failure_help();
    static const std::vector<Setting> list = {
        texts<&O::fail>("fail", fail_doc.c_str(), "KIND[:key=value,...]")
            .checked([](const std::string& place, const std::string& text) { parse_failure(place, text); }),
        one_of<&O::op>("op", "the collective that is repeated, in nccl-tests' words", operation_names())
            .as("OP"),
        text<&O::algorithm>("algorithm", "how it is done (default: the first that does it)", "NAME"),
        count<&O::ranks>("ranks", "number of GPUs, which fill hosts in order", 2, kMaxEndpoints),
        hpnsim::size<&O::size>("size", "bytes of a rank's buffer: 64K, 16M, 1G"),
        count<&O::channels>("channels", "channels of the collective (default: its own)", 1, 1024).as("C"),
        hpnsim::size<&O::chunk>("chunk", "chunk of the collective (default: its own)"),
        count<&O::iterations>("iterations",
                              "repeat it K times, with a barrier between (default: as often as "
                              "--duration-us allows)",
                              1, 1'000'000)
            .as("K"),
        number<&O::duration_us>(
            "duration-us", "us",
            "begin no iteration after so long (default: 4000, unless --iterations says how "
            "many there are)",
            1, 1e9)
            .as("T"),
    };
    return list;
}

void complete(Options& asked)
{
    auto& own = asked.own.as<FailoverOptions>();
    if (own.fail.empty()) own.fail.emplace_back("nic-port");
    if (!own.iterations && !own.duration_us) own.duration_us = 4000;
    for (const std::string& text : own.fail) {
        const FailureStory story = parse_failure("--fail", text);
        if (own.duration_us && story.at.us() >= *own.duration_us)
            throw BadInput("--fail " + story.kind + ": at-us=" + format_number(story.at.us()) +
                           " is not before --duration-us " + format_number(*own.duration_us) +
                           ", so nothing would run any more");
    }
    const CollectiveOps& found = find_collective("--algorithm", operation_named(own.op), own.algorithm);
    if (own.algorithm.empty()) own.algorithm = found.info.name;
}

class FailoverScenario : public Scenario
{
public:
    FailoverScenario(const Options& asked, FabricPlan fabric)
        : Scenario(asked, std::move(fabric)), own_(asked.own.as<FailoverOptions>()),
          operation_(operation_named(own_.op)),
          algorithm_(find_collective("--algorithm", operation_, own_.algorithm))
    {
        places_ = as_option({"ranks"}, [&] { return places_in_order(plan, own_.ranks); });
        call_.shape = group_shape(places_.host_of);
        call_.argument = argument_of_collective("--algorithm", algorithm_, own_.algorithm);
        call_.size = own_.size;
        call_.channels = own_.channels.value_or(0);
        call_.chunk = own_.chunk.value_or(0);
        collective();  // complains now
        for (const std::string& story : own_.fail) {
            failures_.push_back(place_failure("--fail", parse_failure("--fail", story), plan));
            options.common.faults_text += "\n" + failures_.back().schedule;
        }
    }

    Workload& workload(uint64_t seed) override
    {
        workload_ = std::make_unique<CollectiveWorkload>(CollectiveSeries{collective()}, places_,
                                                         own_.iterations.value_or(kEndless), jitter(), seed);
        if (own_.duration_us) workload_->begin_none_from(microseconds_f(*own_.duration_us));
        for (const Failure& failure : failures_)
            if (failure.slow) workload_->slow_down(*failure.slow);
        return *workload_;
    }

    std::unique_ptr<Contents> contents(uint64_t) const override
    {
        return make_collective_contents(operation_, collective(), own_.ranks, own_.size);
    }

    bool rows_are_messages() const override { return false; }

    Footprint footprint() const override
    {
        const std::unique_ptr<Collective> made = collective();
        Collective::Codes first;
        made->begin(0, first);
        constexpr uint32_t kUsual = 1000;  // iterations, where nobody says how many there are
        return {algorithm_.pairs(call_.shape),
                static_cast<double>(own_.ranks) * static_cast<double>(first.size()),
                static_cast<double>(own_.iterations.value_or(kUsual))};
    }

    void check_times(IdealTimes& ideals) const override
    {
        require_representable("--size: " + format_size(own_.size) + " over " + std::to_string(own_.ranks) +
                                  " ranks",
                              whole(ideals).total(), own_.iterations.value_or(1));
    }

    std::optional<FlowRow> row_at(IdealTimes& ideals, uint64_t at) const override
    {
        const std::vector<Period>& periods = workload_->periods();
        if (at >= periods.size() || periods[at].end == Time::max()) return std::nullopt;
        return row_of(periods[at], at, whole(ideals).total(), {});
    }

    void measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const override;

private:
    std::unique_ptr<Collective> collective() const
    {
        return as_option({"algorithm", "ranks", "size", "channels", "chunk"},
                         [this] { return make_collective(algorithm_, call_); });
    }
    /// The lower bounds before the failures and with all of them.
    const CollectiveIdeal& whole(IdealTimes& ideals) const
    {
        find_bounds(ideals);
        return whole_;
    }
    void find_bounds(IdealTimes& ideals) const;
    std::map<uint32_t, double> live_shares() const;
    FlowRow row_of(const Period& period, uint64_t id, Time ideal, Time now) const;
    OutageStory outage_story(Time end) const;
    nlohmann::ordered_json told() const;

    const FailoverOptions own_;
    const Operation& operation_;
    const CollectiveOps& algorithm_;
    CollectiveCall call_;
    RankPlaces places_;
    std::vector<Failure> failures_;
    mutable const Wire* framing_ = nullptr;  // runs differ in their terms by it alone
    mutable CollectiveIdeal whole_;          // with this framing
    mutable double permitted_ = 1;           // what is left of the speed of the bound
    std::unique_ptr<CollectiveWorkload> workload_;
};

/// Returns what is left of the rate of each NIC that has lost any.
std::map<uint32_t, double> FailoverScenario::live_shares() const
{
    const FabricIndex index(plan);
    std::map<std::pair<uint32_t, uint16_t>, double> ports;  // several failures may have the same port
    for (const Failure& failure : failures_)
        for (const PortShare& each : failure.ports) {
            const auto [found, fresh] = ports.try_emplace({each.nic, each.port}, each.share);
            if (!fresh) found->second = std::min(found->second, each.share);
        }
    std::map<uint32_t, double> shares;
    for (const auto& entry : ports) {
        const uint32_t nic = entry.first.first;
        double all = 0, live = 0;
        for (uint16_t port = 0; port < index.ports(nic); ++port) {
            if (!index.end(nic, port).wired) continue;
            const double rate = static_cast<double>(plan.links[index.end(nic, port).link].rate.bps);
            const auto found = ports.find({nic, port});
            all += rate;
            live += found == ports.end() ? rate : rate * found->second;
        }
        shares[nic] = all > 0 ? live / all : 0;
    }
    return shares;
}

/// A NIC with a share of its rate needs as long as for so many times more bytes.
void FailoverScenario::find_bounds(IdealTimes& ideals) const
{
    if (framing_ == ideals.terms().wire) return;
    framing_ = ideals.terms().wire;
    const CollectiveLimits limits = collective_limits(plan, ideals);
    whole_ = collective_ideal(algorithm_, call_, places_.host_of, limits);
    std::map<uint32_t, double> shares = live_shares();
    const auto share = [&shares](uint32_t rank) {
        const auto found = shares.find(rank);
        return found == shares.end() ? 1.0 : found->second;
    };
    permitted_ = 1;
    for (const auto& [nic, left] : shares)
        if (nic < own_.ranks && left <= 0) permitted_ = 0;
    if (permitted_ == 0) return;
    CollectiveLimits less = limits;
    for (const Failure& failure : failures_)
        if (failure.slow) less.costs.slow.push_back(failure.slow->who);
    less.sending_s = [&](uint32_t rank, double bytes, double messages) {
        return limits.sending_s(rank, bytes, messages) / share(rank);
    };
    less.delivery = [&](uint32_t src, uint32_t dst, Bytes bytes) {
        const double left = std::min(share(src), share(dst));
        return limits.delivery(src, dst, std::llround(static_cast<double>(bytes) / left));
    };
    const Time bound = collective_ideal(algorithm_, call_, places_.host_of, less).total();
    if (bound.ps > 0) permitted_ = std::min(1.0, whole_.total().s() / bound.s());
}

/// `now` is the end of an iteration that has not ended by itself.
FlowRow FailoverScenario::row_of(const Period& period, uint64_t id, Time ideal, Time now) const
{
    FlowRow row;
    row.id = id;
    row.dst = own_.ranks - 1;
    row.bytes = own_.size;
    row.start = period.start;
    row.end = period.end == Time::max() ? now : period.end;
    row.ideal = ideal;
    if (period.end == Time::max()) row.status = FlowStatus::unfinished;
    return row;
}

OutageStory FailoverScenario::outage_story(Time end) const
{
    OutageStory story;
    story.failure = Time::max();
    story.permitted = permitted_;
    story.repair = Time{};
    for (const Failure& failure : failures_) {
        story.failure = std::min(story.failure, failure.at);
        story.last = std::max(story.last, failure.last);
        if (!failure.repair || *failure.repair >= end)
            story.repair.reset();
        else if (story.repair)
            story.repair = std::max(*story.repair, *failure.repair);
    }
    story.end = end;
    for (const Period& period : workload_->periods()) {
        if (period.end == Time::max()) continue;
        story.iterations.emplace_back(period.start, period.end);
    }
    // What comes after a complete workload is no interruption of it.
    if (workload_->progress() >= 1 && !story.iterations.empty()) story.end = story.iterations.back().second;
    return story;
}

nlohmann::ordered_json FailoverScenario::told() const
{
    auto list = nlohmann::ordered_json::array();
    for (const Failure& failure : failures_) {
        nlohmann::ordered_json each = {
            {"kind", failure.kind}, {"place", failure.place}, {"at_us", failure.at.us()}};
        each["repair_us"] = nullptr;
        if (failure.repair) each["repair_us"] = failure.repair->us();
        list.push_back(each);
    }
    return list;
}

void FailoverScenario::measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const
{
    const Time ideal = whole(ideals).total();
    uint64_t id = 0;
    for (const Period& period : workload_->periods())
        record.flows.push_back(row_of(period, id++, ideal, record.sim_time));
    const OutageStory story = outage_story(record.sim_time);
    const Outage outage = judge_outage(record.throughput, story);
    auto& extra = record.extra;
    const auto put = [&extra](const char* key, const std::optional<double>& value) {
        extra[key] = value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
    };
    const auto put_us = [&put](const char* key, const std::optional<Time>& value) {
        put(key, value ? std::optional<double>(value->us()) : std::nullopt);
    };
    extra["algorithm"] = algorithm_.info.name;
    extra["ideal_us"] = ideal.us();
    extra["verified"] = nullptr;  // without --verify data is moved by length only
    extra["failures"] = told();
    extra["iterations"] = story.iterations.size();
    put("steady_gbps", outage.steady_gbps);
    put("permitted_gbps",
        outage.steady_gbps ? std::optional<double>(*outage.steady_gbps * permitted_) : std::nullopt);
    put("during_gbps", outage.during_gbps);
    put("after_gbps", outage.after_gbps);
    put_us("interruption_us", outage.interruption);
    put_us("usual_pause_us", outage.usual_pause);
    put("lost_bytes", outage.lost_bytes);
    put_us("recovery_us", outage.recovery);
    put_us("repair_recovery_us", outage.repair_recovery);
    put_us("iteration_before_us", outage.iteration_before);
    put_us("iteration_during_us", outage.iteration_during);
    put_us("iteration_after_us", outage.iteration_after);
    std::vector<int64_t> fcts;
    for (const Time fct : messages) fcts.push_back(fct.ps);
    record.message_fcts = fcts;
    extra["message_fct_us"] = to_json(summarise(std::move(fcts)));
}

struct Failover {
    static ScenarioInfo info()
    {
        return {
            "failover",
            "A collective, over and over, while something fails: interruption, loss and recovery.",
            {"failover --topology hpn:segments=1,hosts=8 --fail nic-port:at-us=1000,repair-us=3000 "
             "--cc dcqcn --cc nscc",
             "failover --topology hpn:segments=1,hosts=8 --algorithm hierarchical --fail "
             "tor:tor=tor-s0-r0-p1",
             "failover --fail flapping:period-us=100,duty=0.2,count=10 --fail slow-gpu:rank=5 --duration-us "
             "5000"},
            OwnOptions::of<FailoverOptions>(),
            [](const Options& asked) { return asked.own.as<FailoverOptions>().ranks; },
            [](const Options& asked, FabricPlan plan) -> std::unique_ptr<Scenario> {
                return std::make_unique<FailoverScenario>(asked, std::move(plan));
            },
            complete,
            true};
    }
};

}  // namespace

HPNSIM_SCENARIO(Failover)

}  // namespace hpnsim
