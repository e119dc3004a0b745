// SPDX-License-Identifier: GPL-2.0-only
// Reads Chakra's execution traces, a file a rank, and understands them as astra-sim does: a node starts when
// all nodes that it waits for have finished and its resource is free, nodes of lower ids first.
#include "hpnsim/trace_formats.hpp"
#include "traces/chakra_groups.hpp"
#include "traces/chakra_node.hpp"
#include "traces/trace_bytes.hpp"
#include "traces/trace_tasks.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

namespace hpnsim
{

namespace
{

/// The resources of a rank, of which there is one each. Receives need none.
enum Stream : uint8_t { kCpu = 0, kGpuCompute = 1, kGpuComm = 2 };

/// What Chakra calls its collectives, by its numbers; `runs` for those that there are here.
struct ChakraCollective {
    const char* name;
    CollectiveKind kind;
    bool runs = true;
};

const ChakraCollective* find_collective_type(int64_t number)
{
    static constexpr std::array<ChakraCollective, 10> all = {{
        {"ALL_REDUCE", CollectiveKind::all_reduce},
        {"REDUCE", CollectiveKind::reduce},
        {"ALL_GATHER", CollectiveKind::all_gather},
        {"GATHER", CollectiveKind::reduce, false},
        {"SCATTER", CollectiveKind::broadcast, false},
        {"BROADCAST", CollectiveKind::broadcast},
        {"ALL_TO_ALL", CollectiveKind::all_to_all},
        {"REDUCE_SCATTER", CollectiveKind::reduce_scatter},
        {"REDUCE_SCATTER_BLOCK", CollectiveKind::reduce_scatter},
        {"BARRIER", CollectiveKind::barrier},
    }};
    return number >= 0 && number < static_cast<int64_t>(all.size()) ? &all[static_cast<size_t>(number)]
                                                                    : nullptr;
}

/// What all ranks of a trace share.
struct Trace {
    uint32_t ranks;
    NamedGroups named;
    ChakraGroups groups;
};

/// Makes the graph of one rank out of its file.
class RankReader
{
public:
    RankReader(Trace& trace, uint32_t rank, const std::string& name, std::string_view bytes)
        : trace_(trace), rank_(rank), name_(name), file_(name, bytes), named_(trace.named)
    {
    }

    std::shared_ptr<const TaskGraph> read()
    {
        read_messages();
        sort_nodes();
        resolve_groups();
        for (auto& [number, calls] : calls_)
            trace_.groups.check_calls(name_, rank_, number, std::move(calls));
        for (const Node& node : nodes_) graph_.add(node.task);
        for (uint32_t i = 0; i < nodes_.size(); ++i) add_waits(i);
        try {
            graph_.finish();
        } catch (const BadInput& circle) {
            file_.fail(file_.bytes().data(),
                       std::string(circle.what()) + " (tasks are numbered by node ids)");
        }
        return std::make_shared<const TaskGraph>(std::move(graph_));
    }

private:
    struct Node {
        uint64_t id;
        const char* at;
        size_t waits_begin, waits_end;  // of waits_
        Task task;
        std::string_view group;
    };

    [[noreturn]] void fail(const ChakraNode& node, const std::string& why) const
    {
        file_.fail(node.at, node.title() + " " + why);
    }

    void read_messages()
    {
        WireReader reader(file_, file_.bytes());
        if (reader.done())
            file_.fail(reader.at(), "a Chakra trace begins with its GlobalMetadata, and the file is empty");
        check_chakra_header(file_, reader.counted("a message"));
        for (ChakraNode node; !reader.done();) {
            read_chakra_node(file_, reader.counted("a message"), node);
            if (nodes_.size() == kMostTraceTasks)
                fail(node, "is one too many; a rank may have " + std::to_string(kMostTraceTasks));
            if (!nodes_.empty() && nodes_.back().id == node.id) refuse_double(node.at, node.id);
            add(node);
        }
    }

    [[noreturn]] void refuse_double(const char* at, uint64_t id) const
    {
        file_.fail(at, "there are two nodes of the id " + std::to_string(id));
    }

    void add(const ChakraNode& node)
    {
        Task task = task_of(node);
        task.label = graph_.label(std::string(node.name));
        const size_t begin = waits_.size();
        waits_.insert(waits_.end(), node.waits_for.begin(), node.waits_for.end());
        nodes_.push_back({node.id, node.at, begin, waits_.size(), task, node.group});
    }

    Task task_of(const ChakraNode& node)
    {
        switch (node.type) {
        case ChakraType::metadata:
            add_process_groups(file_.place(node.at), node.inputs, trace_.ranks, named_);
            return Task::compute(Time{});
        case ChakraType::mem_load:
        case ChakraType::mem_store:
            if (node.micros == 0)
                fail(node, "moves data of the memory and has no duration_micros; there is no model of memory "
                           "that would tell how long that takes");
            return Task::compute(duration(node), kGpuComm);
        case ChakraType::comp:
            return Task::compute(node.micros == 0 ? nanoseconds(1) : duration(node),
                                 node.on_cpu ? kCpu : kGpuCompute);
        case ChakraType::send:
        case ChakraType::recv:
            return message(node);
        case ChakraType::coll:
            return collective(node);
        default:
            return Task::compute(Time{});
        }
    }

    Time duration(const ChakraNode& node)
    {
        const uint64_t most = kMostTraceNs / 1000;
        return computed_.ns(std::min(node.micros, most) * 1000,
                            [&] { return file_.place(node.at) + ": " + node.title(); });
    }

    void refuse_on_cpu(const ChakraNode& node) const
    {
        if (node.on_cpu) fail(node, "communicates and has is_cpu_op; only GPUs communicate");
    }

    Bytes size_of(const ChakraNode& node) const
    {
        if (!node.comm_size) fail(node, "has no comm_size, the bytes that it moves");
        if (*node.comm_size < 0 || *node.comm_size > kMostTraceBytes)
            fail(node, "has the comm_size " + std::to_string(*node.comm_size) + "; it must be 0 to " +
                           std::to_string(kMostTraceBytes));
        return *node.comm_size;
    }

    Task message(const ChakraNode& node) const
    {
        refuse_on_cpu(node);
        const bool sends = node.type == ChakraType::send;
        const auto& own = sends ? node.comm_src : node.comm_dst;
        const auto& peer = sends ? node.comm_dst : node.comm_src;
        const std::string own_name = sends ? "comm_src" : "comm_dst";
        const std::string peer_name = sends ? "comm_dst" : "comm_src";
        if (own && *own != rank_)
            fail(node, "has the " + own_name + " " + std::to_string(*own) + " in the file of rank " +
                           std::to_string(rank_));
        if (!peer) fail(node, "has no " + peer_name + ", the rank at the other end");
        if (*peer < 0 || *peer >= trace_.ranks)
            fail(node, "has the " + peer_name + " " + std::to_string(*peer) + "; there are ranks 0 to " +
                           std::to_string(trace_.ranks - 1));
        const int64_t tag = node.comm_tag.value_or(0);
        if (tag < 0 || tag >= kAnyTag)
            fail(node, "has the comm_tag " + std::to_string(tag) + "; it must be 0 to " +
                           std::to_string(kAnyTag - 1));
        const auto to = static_cast<uint32_t>(*peer);
        return sends ? Task::send(to, size_of(node), static_cast<uint32_t>(tag), kGpuComm)
                     : Task::receive(to, size_of(node), static_cast<uint32_t>(tag));
    }

    /// The group is found later: the METADATA that names it may come after the node.
    Task collective(const ChakraNode& node) const
    {
        refuse_on_cpu(node);
        const ChakraCollective* type = node.comm_type ? find_collective_type(*node.comm_type) : nullptr;
        const std::string there_are = "; there are ALL_REDUCE 0, REDUCE 1, ALL_GATHER 2, BROADCAST 5, "
                                      "ALL_TO_ALL 6, REDUCE_SCATTER 7 and 8, and BARRIER 9";
        if (!node.comm_type) fail(node, "is a collective without comm_type" + there_are);
        if (type == nullptr || !type->runs)
            fail(node, "has the comm_type " + std::to_string(*node.comm_type) +
                           (type != nullptr ? std::string(" (") + type->name + ")" : "") +
                           ", which cannot be run" + there_are);
        const bool moves = type->kind != CollectiveKind::barrier;
        return Task::with_group(type->kind, kWorld, moves ? size_of(node) : 0, kGpuComm);
    }

    void sort_nodes()
    {
        const auto before = [](const Node& a, const Node& b) { return a.id < b.id; };
        if (!std::is_sorted(nodes_.begin(), nodes_.end(), before))
            std::stable_sort(nodes_.begin(), nodes_.end(), before);
        for (size_t i = 1; i < nodes_.size(); ++i)
            if (nodes_[i].id == nodes_[i - 1].id) refuse_double(nodes_[i].at, nodes_[i].id);
    }

    void resolve_groups()
    {
        for (Node& node : nodes_)
            if (node.task.kind == Task::Kind::collective) resolve_group(node);
    }

    void resolve_group(Node& node)
    {
        const size_t number = number_of(node);
        const ChakraGroups::Group& group = trace_.groups.group(number);
        const auto size = static_cast<Bytes>(group.ranks.size());
        const uint32_t label = node.task.label;
        Bytes bytes = node.task.bytes;
        if (node.task.collective == CollectiveKind::all_gather) {
            if (bytes > kMostTraceBytes / size)
                file_.fail(node.at, name_of_node(node) + " gathers more than " +
                                        std::to_string(kMostTraceBytes) + " bytes");
            bytes *= size;  // Chakra counts what a rank contributes
        }
        calls_[number].push_back({node.task.collective, bytes});
        node.task = collective_task(node.task.collective, group.family, group.ranks.size(), bytes, kGpuComm);
        node.task.label = label;
    }

    static std::string name_of_node(const Node& node) { return "node " + std::to_string(node.id); }

    /// Returns the number of a collective's group. Most nodes ask for the same few by the same names.
    size_t number_of(const Node& node)
    {
        if (names_all_ranks(node.group)) return 0;
        const auto known = numbers_.find(node.group);
        if (known != numbers_.end()) return known->second;
        const auto found = named_.find(node.group);
        const std::string begin =
            name_of_node(node) + " asks for the group '" + std::string(node.group) + "'";
        if (found == named_.end())
            file_.fail(node.at, begin + ", which neither a file of groups nor a METADATA node names");
        if (std::find(found->second.begin(), found->second.end(), rank_) == found->second.end())
            file_.fail(node.at, begin + ", and rank " + std::to_string(rank_) + " is not in it");
        const size_t number = trace_.groups.find(file_.place(node.at), found->first, found->second);
        numbers_.emplace(node.group, number);
        return number;
    }

    void add_waits(uint32_t task)
    {
        const Node& node = nodes_[task];
        for (size_t i = node.waits_begin; i < node.waits_end; ++i) {
            const auto first = std::lower_bound(nodes_.begin(), nodes_.end(), waits_[i],
                                                [](const Node& each, uint64_t id) { return each.id < id; });
            if (first == nodes_.end() || first->id != waits_[i])
                file_.fail(node.at, name_of_node(node) + " waits for node " + std::to_string(waits_[i]) +
                                        ", which the file does not have");
            graph_.after(task, static_cast<uint32_t>(first - nodes_.begin()));
        }
    }

    Trace& trace_;
    uint32_t rank_;
    std::string name_;
    WireFile file_;
    NamedGroups named_;
    std::vector<Node> nodes_;
    std::vector<uint64_t> waits_;
    TaskGraph graph_;
    ComputedTime computed_;
    std::map<size_t, std::vector<ChakraGroups::Call>> calls_;
    std::map<std::string_view, size_t> numbers_;
};

std::string file_of(const std::string& prefix, uint32_t rank)
{
    return prefix + "." + std::to_string(rank) + ".et";
}

bool is_file_of_rank(const std::string& path)
{
    return path.size() > 3 && path.compare(path.size() - 3, 3, ".et") == 0;
}

/// Returns the least rank beyond a gap that has a file; `ranks` if none has.
uint32_t rank_beyond(const std::string& prefix, uint32_t ranks)
{
    const std::filesystem::path path(prefix);
    const std::string begin = path.filename().string() + ".";
    std::error_code ignored;
    uint32_t least = kMostTraceRanks;
    for (const auto& entry : std::filesystem::directory_iterator(
             path.has_parent_path() ? path.parent_path() : std::filesystem::path("."), ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.rfind(begin, 0) != 0 || !is_file_of_rank(name)) continue;
        const std::string number = name.substr(begin.size(), name.size() - begin.size() - 3);
        if (number.empty() || number.size() > 7 ||
            number.find_first_not_of("0123456789") != std::string::npos)
            continue;
        const auto rank = static_cast<uint32_t>(std::stoul(number));
        if (rank > ranks) least = std::min(least, rank);
    }
    return least == kMostTraceRanks ? ranks : least;
}

uint32_t count_ranks(const TraceAsked& asked)
{
    std::error_code ignored;
    if (is_file_of_rank(asked.file) && std::filesystem::exists(asked.file, ignored))
        throw BadInput("'" + asked.file +
                       "' is the file of one rank; a Chakra trace has a file a rank, and is named by what "
                       "stands before .RANK.et");
    uint32_t ranks = 0;
    while (ranks < kMostTraceRanks && std::filesystem::exists(file_of(asked.file, ranks), ignored)) ++ranks;
    if (ranks == 0)
        throw BadInput("there is no '" + file_of(asked.file, 0) +
                       "'; a Chakra trace has a file a rank, and is named by what stands before .RANK.et");
    if (asked.ranks == ranks) return ranks;
    if (const uint32_t beyond = rank_beyond(asked.file, ranks); beyond != ranks)
        throw BadInput("there is no '" + file_of(asked.file, ranks) + "', though there is '" +
                       file_of(asked.file, beyond) + "': a Chakra trace has a file of every rank, from 0 on");
    if (asked.ranks != 0)
        throw BadInput("'" + asked.file + "' has files of " + std::to_string(ranks) +
                       " ranks, counted from 0 without a gap, and " + std::to_string(asked.ranks) +
                       " ranks are asked for");
    return ranks;
}

void refuse_other_questions(const TraceAsked& asked)
{
    if (asked.tensor || asked.pipeline || asked.expert)
        throw BadInput("'" + asked.file +
                       "': a Chakra trace names its groups itself; sizes of tensor, pipeline and expert "
                       "groups are not for it");
    if (asked.passes != 1)
        throw BadInput("'" + asked.file +
                       "': a Chakra trace holds all of its iterations and is run once, not in " +
                       std::to_string(asked.passes) + " passes");
}

struct Chakra {
    static constexpr const char* name = "chakra";
    static constexpr const char* doc =
        "MLCommons' Chakra execution traces, a file a rank: PREFIX.RANK.et, of which PREFIX is given";

    /// The file of one rank is not the trace, but is taken for one, so that the reader says what to give.
    static bool recognises(const TraceHead& head) { return head.file_a_rank || is_file_of_rank(head.path); }

    static Program read(const TraceAsked& asked)
    {
        refuse_other_questions(asked);
        const uint32_t ranks = count_ranks(asked);
        Trace trace{ranks, {}, ChakraGroups(ranks)};
        if (!asked.groups.empty()) trace.named = read_group_file(asked.groups, ranks);
        Program program(ranks);
        program.rules = {ProgramRules::Match::bytes, ProgramRules::SendEnd::acknowledged};
        for (uint32_t rank = 0; rank < ranks; ++rank) {
            const std::string path = file_of(asked.file, rank);
            const std::string bytes = read_trace_bytes(path);
            program.graph_of[rank] = rank;
            program.graphs.push_back(RankReader(trace, rank, path, bytes).read());
        }
        trace.groups.check_all_came(asked.file);
        trace.groups.add_to(program.groups);
        return program;
    }
};

}  // namespace

HPNSIM_TRACE_FORMAT(Chakra)

}  // namespace hpnsim
