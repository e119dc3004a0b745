// SPDX-License-Identifier: GPL-2.0-only
// Reads AICB's workload tables. The rows are what one rank does, one after the other, and all ranks do the
// same, each in its own groups.
#include "hpnsim/text_input.hpp"
#include "hpnsim/trace_formats.hpp"
#include "traces/aicb_table.hpp"
#include "traces/trace_tasks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace hpnsim
{

namespace
{

enum Stream : uint8_t { kCompute = 0, kComm = 1 };

/// Messages to the next stage and to the one before are kept apart.
enum Tag : uint32_t { kForward = 0, kBackward = 1 };

std::string group_name(const std::optional<Parallel>& group)
{
    return group ? name_of(*group) : "all";
}

/// Finds out how large the groups are, from the rows and from what is asked.
class SizesOfGroups
{
public:
    SizesOfGroups(const AicbTable& table, const TraceAsked& asked) : table_(table), asked_(asked)
    {
        for (const AicbRow& row : table.rows) take(row);
    }

    ParallelSizes find()
    {
        ParallelSizes sizes;
        sizes.tensor = choose(Parallel::tensor, asked_.tensor);
        sizes.pipeline = choose(Parallel::pipeline, asked_.pipeline);
        find_ranks(sizes);
        if (sizes.ranks % (uint64_t{sizes.tensor} * sizes.pipeline) == 0) {
            sizes.expert = expert_of(sizes);
            if (sizes.data() % sizes.expert == 0) check(sizes);
        }
        return sizes;
    }

private:
    struct Said {
        uint32_t size = 0;  // 0: no row says
        std::string place;
        const AicbRow* used = nullptr;
    };
    Said& said(const std::optional<Parallel>& group)
    {
        return said_.at(group ? static_cast<size_t>(*group) : kParallels);
    }

    void take(const AicbRow& row)
    {
        if (row.kind != AicbRow::Kind::collective && row.kind != AicbRow::Kind::send &&
            row.kind != AicbRow::Kind::receive)
            return;
        Said& known = said(row.group);
        if (known.used == nullptr) known.used = &row;
        if (!row.group_size) return;
        if (known.size != 0 && known.size != *row.group_size)
            throw BadInput(table_.place(row) + ": a group " + group_name(row.group) + " has " +
                           std::to_string(*row.group_size) + " ranks here and " + std::to_string(known.size) +
                           " at " + known.place);
        if (known.size == 0) known.place = table_.place(row);
        known.size = *row.group_size;
    }

    /// Returns the size that the rows say, or the one that is asked; 1 if there is none.
    uint32_t choose(Parallel parallel, const std::optional<uint32_t>& asked)
    {
        const Said& known = said(parallel);
        const std::string name = name_of(parallel);
        if (asked && (*asked == 0 || *asked > kMostTraceRanks))
            throw BadInput("'" + table_.name + "': a group " + name + " of " + std::to_string(*asked) +
                           " ranks is asked for; 1 to " + std::to_string(kMostTraceRanks) + " are possible");
        if (known.size == 0 && !asked && known.used != nullptr && parallel != Parallel::pipeline)
            throw BadInput(table_.place(*known.used) + ": no row says how many ranks a group " + name +
                           " has; say how many");
        if (known.size == 0) return asked.value_or(1);
        if (asked && *asked != known.size)
            throw BadInput(known.place + ": a group " + name + " has " + std::to_string(known.size) +
                           " ranks, and " + std::to_string(*asked) + " are asked for");
        return known.size;
    }

    void find_ranks(ParallelSizes& sizes)
    {
        const uint32_t data = said(Parallel::data).size, all = said(std::nullopt).size;
        const uint32_t ranks = asked_.ranks != 0 ? asked_.ranks : table_.ranks.value_or(all);
        find_pipeline(sizes, ranks, data);
        const uint64_t product = uint64_t{data} * sizes.tensor * sizes.pipeline;
        if (ranks == 0 && product == 0)
            throw BadInput(table_.name +
                           ":1: the table says neither how many ranks there are nor how many a group "
                           "dp has; say how many ranks there are");
        if (std::max<uint64_t>(product, ranks) > kMostTraceRanks)
            throw BadInput("'" + table_.name + "' has more than " + std::to_string(kMostTraceRanks) +
                           " ranks");
        if (table_.ranks && asked_.ranks != 0 && *table_.ranks != asked_.ranks)
            throw BadInput(table_.name + ":1: there are " + std::to_string(*table_.ranks) + " ranks, and " +
                           std::to_string(asked_.ranks) + " are asked for");
        sizes.ranks = ranks != 0 ? ranks : static_cast<uint32_t>(product);
        if (product != 0 && product != sizes.ranks) refuse_product(sizes, data);
    }

    /// A size of pipelines that nobody says follows from the others.
    void find_pipeline(ParallelSizes& sizes, uint32_t ranks, uint32_t data)
    {
        const Said& stages = said(Parallel::pipeline);
        if (stages.size != 0 || asked_.pipeline) return;
        const uint64_t stage = uint64_t{data} * sizes.tensor;
        if (ranks != 0 && stage != 0 && ranks % stage == 0)
            sizes.pipeline = static_cast<uint32_t>(ranks / stage);
        else if (stages.used != nullptr)
            throw BadInput(table_.place(*stages.used) +
                           ": no row says how many stages a pipeline has; say how many");
    }

    [[noreturn]] void refuse_product(const ParallelSizes& sizes, uint32_t data)
    {
        throw BadInput(said(Parallel::data).place + ": groups of tp " + std::to_string(sizes.tensor) +
                       ", pp " + std::to_string(sizes.pipeline) + " and dp " + std::to_string(data) +
                       " are not " + std::to_string(sizes.ranks) + " ranks together");
    }

    uint32_t expert_of(const ParallelSizes& sizes)
    {
        const Said &expert = said(Parallel::expert), &parts = said(Parallel::expert_data),
                   &tensors = said(Parallel::expert_tensor);
        const bool known = expert.size != 0 || asked_.expert;
        if (!known && parts.size != 0 && sizes.data() % parts.size == 0) return sizes.data() / parts.size;
        if (!known && tensors.size != 0 && tensors.size % sizes.tensor == 0)
            return tensors.size / sizes.tensor;
        for (const Said* used : {&expert, &parts, &tensors})
            if (!known && used->used != nullptr)
                throw BadInput(table_.place(*used->used) + ": no row says how many ranks a group " +
                               group_name(used->used->group) + " has; say how many an expert group has");
        return choose(Parallel::expert, asked_.expert);
    }

    /// All sizes follow from these four: those that rows say must agree.
    void check(const ParallelSizes& sizes)
    {
        for (size_t i = 0; i <= kParallels; ++i) {
            const Said& known = said_.at(i);
            const auto group =
                i < kParallels ? std::optional<Parallel>(static_cast<Parallel>(i)) : std::nullopt;
            const uint32_t size = group ? sizes.size_of(*group) : sizes.ranks;
            if (known.size != 0 && known.size != size)
                throw BadInput(known.place + ": a group " + group_name(group) + " has " +
                               std::to_string(known.size) + " ranks, and the other sizes make it " +
                               std::to_string(size));
        }
    }

    const AicbTable& table_;
    const TraceAsked& asked_;
    std::array<Said, kParallels + 1> said_;
};

/// Which messages between stages a table leaves to the reader: AICB writes the program of one stage, and that
/// of the first or the last has only one half of them.
struct Halves {
    bool receive_with_send_next = false, receive_with_send_prev = false;
    bool send_with_receive_prev = false, send_with_receive_next = false;
};

Halves halves_of(const AicbTable& table)
{
    size_t send_next = 0, send_prev = 0, receive_next = 0, receive_prev = 0;
    const AicbRow* first = nullptr;
    for (const AicbRow& row : table.rows) {
        const bool sends = row.kind == AicbRow::Kind::send;
        if (!sends && row.kind != AicbRow::Kind::receive) continue;
        if (first == nullptr) first = &row;
        ++(sends ? (row.next ? send_next : send_prev) : (row.next ? receive_next : receive_prev));
    }
    const auto refuse = [&](size_t sends, const char* send, size_t receives, const char* receive) {
        if (sends != receives && sends != 0 && receives != 0)
            throw BadInput(table.place(*first) + ": the table has " + std::to_string(sends) + " rows " +
                           send + " and " + std::to_string(receives) + " rows " + receive +
                           "; a program that all stages run has as many of both, or none of one");
    };
    refuse(send_next, "send_next", receive_prev, "recv_prev");
    refuse(send_prev, "send_prev", receive_next, "recv_next");
    return {receive_prev == 0, receive_next == 0, send_next == 0, send_prev == 0};
}

/// Lays out the rows as the tasks of the ranks of one stage.
class AicbStage
{
public:
    AicbStage(const AicbTable& table, const ParallelSizes& sizes, const ParallelFamilies& families,
              uint32_t stage)
        : table_(table), sizes_(sizes), families_(families), stage_(stage), halves_(halves_of(table))
    {
        const auto timed = [](const AicbRow& row) {
            return row.elapsed && row.kind != AicbRow::Kind::computation &&
                   row.kind != AicbRow::Kind::epoch_end;
        };
        measured_ = std::any_of(table.rows.begin(), table.rows.end(), timed);
    }

    std::shared_ptr<const TaskGraph> lay_out(uint32_t passes)
    {
        const std::vector<AicbRow>& rows = table_.rows;
        const auto ends = [](const AicbRow& row) { return row.kind == AicbRow::Kind::epoch_end; };
        const auto end = std::find_if(rows.begin(), rows.end(), ends);
        // What stands before the first end is done once, unless nothing stands behind it.
        const auto again = end == rows.end() || end + 1 == rows.end() ? rows.begin() : end + 1;
        for (auto row = rows.begin(); row != again; ++row) add_row(*row);
        for (; passes > 0; --passes)
            for (auto row = again; row != rows.end(); ++row) add_row(*row);
        graph_.finish();
        return std::make_shared<const TaskGraph>(std::move(graph_));
    }

private:
    void add_row(const AicbRow& row)
    {
        switch (row.kind) {
        case AicbRow::Kind::collective:
            add_collective(row);
            break;
        case AicbRow::Kind::computation:
            follow(row, Task::compute(duration(row), kCompute));
            break;
        case AicbRow::Kind::epoch_end:
            follow(row, Task::compute(Time{}));
            break;
        default:
            add_messages(row);
        }
    }

    void add_collective(const AicbRow& row)
    {
        const bool between = stage_ != 0 && stage_ != sizes_.pipeline - 1;
        if (row.group == Parallel::embedding && between) return;
        const uint16_t family = row.group ? families_.at(static_cast<size_t>(*row.group)) : kWorld;
        const uint32_t ranks = row.group ? sizes_.size_of(*row.group) : sizes_.ranks;
        follow(row, collective_task(row.collective, family, ranks, row.bytes, kComm));
    }

    /// Measured tables have milliseconds in every row; workloads that were not run have nanoseconds in the
    /// computations alone.
    Time duration(const AicbRow& row)
    {
        if (!row.elapsed)
            throw BadInput(table_.place(row) +
                           ": a computation has no _elapsed_time, and its shape alone does "
                           "not tell how long it takes");
        const double ns = *row.elapsed * (measured_ ? 1e6 : 1);
        const double most = static_cast<double>(kMostTraceNs);
        return computed_.ns(static_cast<uint64_t>(std::llround(std::min(ns, most))),
                            [&] { return table_.place(row); });
    }

    /// Adds a task behind what was waited for last, and waits for it.
    void follow(const AicbRow& row, Task task)
    {
        if (!posted_.empty()) last_ = std::move(posted_);
        posted_.clear();
        last_ = {add(row, task)};
    }

    uint32_t add(const AicbRow& row, Task task)
    {
        if (graph_.size() >= kMostTraceTasks)
            throw BadInput(table_.place(row) + ": the passes have more than " +
                           std::to_string(kMostTraceTasks) + " tasks a rank");
        task.label = graph_.label(row.label);
        const uint32_t number = graph_.add(task);
        for (const uint32_t first : last_) graph_.after(number, first);
        return number;
    }

    /// Messages in rows that follow each other are posted at once; whatever comes next waits for all of them.
    void add_messages(const AicbRow& row)
    {
        const bool sends = row.kind == AicbRow::Kind::send;
        post(row, sends, row.next);
        const bool other_half =
            sends ? (row.next ? halves_.receive_with_send_next : halves_.receive_with_send_prev)
                  : (row.next ? halves_.send_with_receive_next : halves_.send_with_receive_prev);
        if (other_half) post(row, !sends, !row.next);
    }

    /// The first stage has none before it, and the last none behind it.
    void post(const AicbRow& row, bool sends, bool next)
    {
        if (next ? stage_ + 1 == sizes_.pipeline : stage_ == 0) return;
        const uint32_t peer = next ? stage_ + 1 : stage_ - 1;
        const Tag tag = sends == next ? kForward : kBackward;
        Task task = sends ? Task::send(peer, row.bytes, tag) : Task::receive(peer, row.bytes, tag);
        task.family = families_.at(static_cast<size_t>(Parallel::pipeline));
        posted_.push_back(add(row, task));
    }

    const AicbTable& table_;
    ParallelSizes sizes_;
    ParallelFamilies families_;
    uint32_t stage_;
    Halves halves_;
    bool measured_ = false;
    TaskGraph graph_;
    ComputedTime computed_;
    std::vector<uint32_t> last_, posted_;
};

/// True if ranks of different stages do different things.
bool differs_by_stage(const AicbTable& table, const ParallelSizes& sizes)
{
    const auto differs = [](const AicbRow& row) {
        return row.kind == AicbRow::Kind::send || row.kind == AicbRow::Kind::receive ||
               row.group == Parallel::embedding;
    };
    return sizes.pipeline > 1 && std::any_of(table.rows.begin(), table.rows.end(), differs);
}

struct Aicb {
    static constexpr const char* name = "aicb";
    static constexpr const char* doc =
        "AICB's workload tables (CSV): what one rank does, a row each, and all ranks do";

    static bool recognises(const TraceHead& head) { return begins_aicb_table(head.bytes); }

    static Program read(const TraceAsked& asked)
    {
        if (!asked.groups.empty())
            throw BadInput("'" + asked.file +
                           "': the groups of an AICB table follow from their sizes; a file of "
                           "groups is not for it");
        TextInput in("", asked.file);
        const AicbTable table = read_aicb_table(in, asked.file);
        const ParallelSizes sizes = SizesOfGroups(table, asked).find();
        Program program(sizes.ranks);
        program.rules = {ProgramRules::Match::messages, ProgramRules::SendEnd::acknowledged};
        const ParallelFamilies families = add_parallel_groups(asked.file + ":1", sizes, program.groups);
        const bool by_stage = differs_by_stage(table, sizes);
        for (uint32_t stage = 0; stage < (by_stage ? sizes.pipeline : 1); ++stage)
            program.graphs.push_back(AicbStage(table, sizes, families, stage).lay_out(asked.passes));
        for (uint32_t rank = 0; by_stage && rank < sizes.ranks; ++rank)
            program.graph_of[rank] = sizes.stage_of(rank);
        return program;
    }
};

}  // namespace

HPNSIM_TRACE_FORMAT(Aicb)

}  // namespace hpnsim
