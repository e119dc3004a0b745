// SPDX-License-Identifier: GPL-2.0-only
// Links the steps of an MSCCL program: to the next of their thread block, to the step of another block that
// they wait for, and to the step that receives what they send: the k-th step that sends from GPU a to GPU b
// on a channel meets the k-th of b that receives from a on that channel.
#include "collectives/msccl_program.hpp"
#include "hpnsim/bad_input.hpp"

#include <map>
#include <tuple>

namespace hpnsim::msccl
{

namespace
{

class Linker
{
public:
    explicit Linker(Program& program) : program_(program) {}

    void link()
    {
        for (const Block& block : program_.blocks) add(block);
        for (Step& step : program_.steps) {
            const Block& block = program_.blocks[step.block];
            if (step.number + 1 < block.steps) step.next = index(step) + 1;
            if (step.after_block >= 0) link_dependency(step);
        }
        for (const auto& [connection, sender] : senders_) pair(connection, sender);
        for (const auto& [connection, receiver] : receivers_)
            if (senders_.count(connection) == 0) refuse_unmet(first(receiver, false), false);
        refuse_circles();
    }

private:
    using Connection = std::tuple<uint32_t, uint32_t, int64_t>;  // from, to, channel

    [[noreturn]] void refuse(uint32_t line, const std::string& why) const
    {
        throw BadLine(program_.file + ":" + std::to_string(line) + ": " + why);
    }
    uint32_t index(const Step& step) const { return static_cast<uint32_t>(&step - program_.steps.data()); }

    void add(const Block& block)
    {
        const auto number = static_cast<uint32_t>(&block - program_.blocks.data());
        if (!by_id_.emplace(std::make_pair(block.gpu, block.id), number).second)
            refuse(block.line,
                   "gpu " + std::to_string(block.gpu) + " has two <tb> with id=" + std::to_string(block.id));
        if (block.send >= 0)
            connect(senders_, {block.gpu, static_cast<uint32_t>(block.send), block.channel}, number);
        if (block.receive >= 0)
            connect(receivers_, {static_cast<uint32_t>(block.receive), block.gpu, block.channel}, number);
    }

    /// A connection has one thread block at each end, or its order would be open.
    void connect(std::map<Connection, uint32_t>& ends, const Connection& connection, uint32_t block)
    {
        if (ends.emplace(connection, block).second) return;
        const auto& [from, to, channel] = connection;
        refuse(program_.blocks[block].line, "a second <tb> for what gpu " + std::to_string(from) +
                                                " sends to gpu " + std::to_string(to) + " on channel " +
                                                std::to_string(channel));
    }

    void link_dependency(Step& step)
    {
        const auto found = by_id_.find({step.gpu, step.after_block});
        if (found == by_id_.end())
            refuse(step.line, "depid=" + std::to_string(step.after_block) + " is no <tb> of gpu " +
                                  std::to_string(step.gpu));
        const Block& block = program_.blocks[found->second];
        if (step.after_step >= block.steps)
            refuse(step.line, "deps=" + std::to_string(step.after_step) + ", and <tb> " +
                                  std::to_string(block.id) + " has " + std::to_string(block.steps) +
                                  " steps");
        step.after = block.first + static_cast<uint32_t>(step.after_step);
    }

    /// Returns the first step at or after `at`, in its block, that sends or receives; kNone if there is none.
    uint32_t seek(uint32_t block, uint32_t at, bool sends) const
    {
        const uint32_t end = program_.blocks[block].first + program_.blocks[block].steps;
        for (; at < end; ++at)
            if (sends ? program_.steps[at].kind->sends : program_.steps[at].kind->receives) return at;
        return Step::kNone;
    }
    uint32_t first(uint32_t block, bool sends) const
    {
        return seek(block, program_.blocks[block].first, sends);
    }

    void refuse_unmet(uint32_t step, bool sends) const
    {
        if (step == Step::kNone) return;
        refuse(program_.steps[step].line,
               sends ? "nobody receives what this step sends" : "nobody sends what this step receives");
    }

    void pair(const Connection& connection, uint32_t sender)
    {
        const auto found = receivers_.find(connection);
        uint32_t from = first(sender, true);
        if (found == receivers_.end()) return refuse_unmet(from, true);
        uint32_t to = first(found->second, false);
        while (from != Step::kNone && to != Step::kNone) {
            Step& step = program_.steps[from];
            if (step.count != program_.steps[to].count)
                refuse(step.line, "this step sends " + std::to_string(step.count) +
                                      " chunks, and its receiver in line " +
                                      std::to_string(program_.steps[to].line) + " takes " +
                                      std::to_string(program_.steps[to].count));
            step.peer = to;
            from = seek(sender, from + 1, true);
            to = seek(found->second, to + 1, false);
        }
        refuse_unmet(from, true);
        refuse_unmet(to, false);
    }

    /// Takes away step after step that waits for nothing; what is left waits for itself.
    void refuse_circles() const
    {
        const size_t count = program_.steps.size();
        std::vector<uint32_t> waits(count, 0), ready;
        std::vector<std::vector<uint32_t>> followers(count);
        for (const Step& step : program_.steps) {
            if (step.next != Step::kNone) followers[index(step)].push_back(step.next);
            if (step.peer != Step::kNone) followers[index(step)].push_back(step.peer);
            if (step.after != Step::kNone) followers[step.after].push_back(index(step));
        }
        for (const auto& each : followers)
            for (const uint32_t follower : each) ++waits[follower];
        for (uint32_t step = 0; step < count; ++step)
            if (waits[step] == 0) ready.push_back(step);
        for (size_t at = 0; at < ready.size(); ++at)
            for (const uint32_t follower : followers[ready[at]])
                if (--waits[follower] == 0) ready.push_back(follower);
        for (const Step& step : program_.steps)
            if (waits[index(step)] > 0) refuse(step.line, "this step waits, over others, for itself");
    }

    Program& program_;
    std::map<std::pair<uint32_t, int64_t>, uint32_t> by_id_;
    std::map<Connection, uint32_t> senders_, receivers_;  // blocks
};

}  // namespace

void link(Program& program)
{
    Linker(program).link();
}

}  // namespace hpnsim::msccl
