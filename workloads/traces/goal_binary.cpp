// SPDX-License-Identifier: GPL-2.0-only
// Reads GOAL's binary, which LogGOPSim's txt2bin writes. Little-endian, packed: a header, a table of where
// each rank lies, and of each rank its nodes, and the appendix of who waits for whom. Nothing that a count
// claims is believed before the file is seen to be large enough for it.
#include "hpnsim/bad_input.hpp"
#include "traces/goal.hpp"

#include <algorithm>
#include <fstream>

namespace hpnsim
{

namespace
{

/// Looks at bytes of a file, of which the first is byte `origin` there.
struct View {
    const std::string& bytes;
    uint64_t origin = 0;

    template <class T> T at(uint64_t offset) const
    {
        T value = 0;
        for (size_t i = 0; i < sizeof(T); ++i)
            value =
                static_cast<T>(value | static_cast<T>(T{static_cast<uint8_t>(bytes[offset + i])} << (8 * i)));
        return value;
    }
};

class GoalBinary
{
public:
    explicit GoalBinary(const std::string& path) : path_(path), file_(path, std::ios::binary)
    {
        file_.seekg(0, std::ios::end);
        const auto size = static_cast<int64_t>(file_.tellg());
        if (!file_ || size < 0) throw BadInput("cannot read '" + path + "'");
        size_ = static_cast<uint64_t>(size);
    }

    Program read()
    {
        if (size_ < kGoalHeader)
            fail(0, "expected the " + std::to_string(kGoalHeader) + " bytes of a header, and the file has " +
                        std::to_string(size_));
        const std::string header = bytes(0, kGoalHeader);
        ranks_ = View{header}.at<uint32_t>(kGoalOrigin);
        const uint64_t most = (size_ - kGoalHeader) / kGoalRankEntry;
        if (ranks_ == 0 || ranks_ > most)
            fail(kGoalOrigin, "expected 1 to " + std::to_string(most) +
                                  " ranks, of which the file has room for "
                                  "the table, found " +
                                  std::to_string(ranks_));
        for (rank_ = 0; rank_ < ranks_; ++rank_) read_rank();
        return goal_program(std::move(graphs_));
    }

private:
    [[noreturn]] void fail(uint64_t byte, const std::string& why) const
    {
        throw BadInput(path_ + ", byte " + std::to_string(byte) + ": " + why);
    }

    std::string bytes(uint64_t from, uint64_t count)
    {
        std::string read(count, '\0');
        file_.seekg(static_cast<std::streamoff>(from));
        file_.read(read.data(), static_cast<std::streamsize>(count));
        if (static_cast<uint64_t>(file_.gcount()) != count)
            fail(from, "expected " + std::to_string(count) + " bytes that can be read");
        return read;
    }

    /// Ranks lie one behind the other, so that all together are no more than the file holds.
    void read_rank()
    {
        const uint64_t entry = kGoalHeader + rank_ * kGoalRankEntry;
        const std::string line = bytes(entry, kGoalRankEntry);
        const uint64_t least = rank_ == 0 ? kGoalHeader + ranks_ * kGoalRankEntry : end_;
        const uint64_t begin = View{line}.at<uint64_t>(0), end = View{line}.at<uint64_t>(8);
        const uint64_t most = size_ - kGoalOrigin;
        if (begin > most || end > most || end < begin + kGoalCounts || begin + kGoalOrigin < least)
            fail(entry, "expected where rank " + std::to_string(rank_) + " lies, two offsets from " +
                            std::to_string(least - kGoalOrigin) + " to " + std::to_string(most) + ", found " +
                            std::to_string(begin) + " and " + std::to_string(end));
        end_ = end + kGoalOrigin;
        const std::string data = bytes(begin + kGoalOrigin, end - begin);
        read_graph({data, begin + kGoalOrigin});
    }

    void read_graph(const View& view)
    {
        const auto nodes = view.at<uint32_t>(0), roots = view.at<uint32_t>(4);
        const uint64_t size = view.bytes.size();
        const uint64_t first = kGoalCounts + 4 * uint64_t{roots}, appendix = first + kGoalNode * nodes;
        if (roots > nodes || appendix > size)
            fail(view.origin, "expected nodes and roots of rank " + std::to_string(rank_) +
                                  " that fit into its " + std::to_string(size) + " bytes, found " +
                                  std::to_string(nodes) + " and " + std::to_string(roots));
        auto graph = std::make_shared<TaskGraph>();
        for (uint32_t i = 0; i < nodes; ++i) add_node(*graph, view, first + kGoalNode * i);
        uint64_t edges = (size - appendix) / 4;
        for (uint32_t i = 0; i < nodes; ++i) add_edges(*graph, view, first + kGoalNode * i, appendix, edges);
        check_counts(*graph, view, first);
        try {
            graph->finish();
        } catch (const BadInput& circle) {
            fail(view.origin, "in rank " + std::to_string(rank_) + ", " + circle.what());
        }
        graphs_.push_back(std::move(graph));
    }

    void add_node(TaskGraph& graph, const View& view, uint64_t at) const
    {
        GoalOp op;
        const auto kind = view.at<uint8_t>(at + 4);
        if (kind < 1 || kind > 3)
            fail(view.origin + at + 4,
                 "expected 1 (send), 2 (recv) or 3 (calc), found " + std::to_string(kind));
        op.kind = static_cast<GoalOp::Kind>(kind);
        op.peer = view.at<uint32_t>(at + 5);
        op.size = view.at<uint64_t>(at + 9);
        op.tag = view.at<uint32_t>(at + 17);
        op.cpu = view.at<uint8_t>(at + 21);
        op.nic = view.at<uint8_t>(at + 22);
        const std::string fault = fault_of(op, ranks_);
        if (!fault.empty()) fail(view.origin + at, fault);
        graph.add(task_of(op, rank_));
    }

    /// Adds what waits for the end and for the start of a node. `left` counts the entries of the appendix
    /// that no node before has claimed.
    void add_edges(TaskGraph& graph, const View& view, uint64_t at, uint64_t appendix, uint64_t& left) const
    {
        const auto number = static_cast<uint32_t>((at - (appendix - kGoalNode * graph.size())) / kGoalNode);
        const uint64_t entries = (view.bytes.size() - appendix) / 4;
        for (const bool end : {true, false}) {
            const uint64_t field = at + (end ? 23 : 31);
            const auto count = view.at<uint32_t>(field), begin = view.at<uint32_t>(field + 4);
            if (count == 0) continue;
            if (count > left || uint64_t{begin} + count > entries)
                fail(view.origin + field, "expected at most " + std::to_string(left) + " of the " +
                                              std::to_string(entries) + " entries of the appendix, found " +
                                              std::to_string(count) + " from entry " + std::to_string(begin));
            left -= count;
            for (uint32_t i = 0; i < count; ++i) {
                const uint64_t entry = appendix + 4 * (uint64_t{begin} + i);
                const auto task = view.at<uint32_t>(entry);
                if (task >= graph.size())
                    fail(view.origin + entry, "expected a node from 0 to " +
                                                  std::to_string(graph.size() - 1) + ", found " +
                                                  std::to_string(task));
                end ? graph.after(task, number) : graph.after_start(task, number);
            }
        }
    }

    /// LogGOPSim starts the roots that are listed, and counts down what the nodes say: if these are not what
    /// the appendix says, some node never starts.
    void check_counts(const TaskGraph& graph, const View& view, uint64_t first) const
    {
        uint32_t roots = 0;
        for (uint32_t i = 0; i < graph.size(); ++i) {
            const uint64_t at = first + kGoalNode * i;
            roots += graph.waits(i) == 0 ? 1 : 0;
            if (view.at<uint32_t>(at) != graph.waits(i))
                fail(view.origin + at, "expected " + std::to_string(graph.waits(i)) +
                                           ", the number of operations that node " + std::to_string(i) +
                                           " waits for by the appendix, found " +
                                           std::to_string(view.at<uint32_t>(at)));
        }
        const auto listed = view.at<uint32_t>(4);
        if (listed != roots)
            fail(view.origin + 4, "expected " + std::to_string(roots) +
                                      " roots, which wait for nothing, found " + std::to_string(listed));
        for (uint32_t i = 0; i < listed; ++i) {
            const uint64_t at = kGoalCounts + 4 * uint64_t{i};
            const auto node = view.at<uint32_t>(at);
            if (node >= graph.size() || graph.waits(node) != 0)
                fail(view.origin + at,
                     "expected a root, a node that waits for nothing, found node " + std::to_string(node));
        }
    }

    std::string path_;
    std::ifstream file_;
    uint64_t size_ = 0, end_ = 0;  // of the file; of the rank before
    uint32_t ranks_ = 0, rank_ = 0;
    std::vector<std::shared_ptr<const TaskGraph>> graphs_;
};

}  // namespace

Program read_goal_binary(const std::string& path)
{
    return GoalBinary(path).read();
}

}  // namespace hpnsim
