// SPDX-License-Identifier: GPL-2.0-only
// AllToAll in two levels (as HetuMoE does it, arXiv 2203.14685: one message for all that a host has for
// another). What the GPUs of a host have for the GPUs of another goes by GPUs that lead, on the same rail at
// both ends:
//   gather   the GPUs hand their blocks over NVLink to the leader, which lays them out by their targets;
//   cross    the leader sends them to its counterpart as one message over its rail;
//   spread   that hands each GPU of its host what all GPUs of the other host have for it, over NVLink.
// HetuMoE has one leader in a host. Here the targets of all other hosts, in order, are dealt out to the GPUs
// in equal parts, so that every NIC carries the same; a pair of hosts has as few leaders as that allows: one
// or two where there are more hosts than GPUs in a host, and with two hosts each GPU leads for one target.
// The difference to pxn: there a message has one target and is in its place when it has arrived; here it has
// all targets of a host, so that a NIC sends about an Gth of the messages (G GPUs in a host), and NVLink
// carries nearly all bytes a second time, behind the network.
#include "collectives/hosted_alltoall.hpp"

namespace hpnsim
{

namespace
{

/// The targets of step k are numbered (k - 1) G, ... over all steps, and each GPU leads for as many in a row
/// as there are other hosts.
class Leaders
{
public:
    struct Row {
        uint32_t first = 0, end = 0;  ///< GPUs of the host that the step serves
    };

    explicit Leaders(CollectiveShape shape) : gpus_(shape.gpus), others_(shape.hosts - 1) {}

    /// Returns the GPU that leads for a GPU of the host that the step serves.
    uint32_t leader(uint32_t step, uint32_t gpu) const { return ((step - 1) * gpus_ + gpu) / others_; }
    /// Returns for whom a GPU leads in a step.
    Row row(uint32_t step, uint32_t leader) const
    {
        const uint32_t before = (step - 1) * gpus_, from = leader * others_, to = from + others_;
        if (to <= before || from >= before + gpus_) return {};
        return {from > before ? from - before : 0, std::min(to - before, gpus_)};
    }
    /// Returns which of a leader's targets it is, 0 to the number of other hosts.
    uint32_t place(uint32_t step, uint32_t gpu) const { return ((step - 1) * gpus_ + gpu) % others_; }
    /// Counts the steps in which a GPU leads.
    uint32_t steps(uint32_t leader) const
    {
        return others_ == 0 ? 0 : ((leader + 1) * others_ - 1) / gpus_ - leader * others_ / gpus_ + 1;
    }

private:
    uint32_t gpus_, others_;
};

class TwoLevelAlltoall : public HostedAlltoall
{
public:
    explicit TwoLevelAlltoall(const CollectiveCall& call) : HostedAlltoall(call), leaders_(call.shape) {}

    uint64_t code_limit() const override { return blocks() + 2 * crossings(); }
    bool names_all() const override { return true; }

    /// Behind what the operation knows are the blocks that a leader gathers, then those that it receives.
    Bytes memory_bytes(uint32_t rank) const override { return known_memory(rank) + 2 * led_bytes(); }

    uint64_t transfers() const override
    {
        uint64_t ends = 0;
        for (uint32_t rank = 0; rank < shape_.ranks; ++rank) ends += share(rank);
        return ends / 2;
    }
    uint64_t share(uint32_t rank) const override;
    Transfer transfer(uint64_t code) const override;
    void enables(uint64_t code, Codes& out) const override;

    /// A message between hosts waits for the blocks of all GPUs for all of its targets.
    uint64_t waits(uint64_t code) const override
    {
        if (code < blocks() || code >= blocks() + crossings()) return 1;
        const Crossing c = crossing_of(code - blocks());
        return uint64_t{shape_.gpus} * filled_in(c, host_after(host_of(c.rank), c.step));
    }

private:
    /// Numbers a message between hosts by its sender and step, one that is spread by its receiver and step.
    struct Crossing {
        uint32_t rank, step;
    };

    uint64_t crossings() const { return uint64_t{shape_.ranks} * shape_.hosts; }
    Crossing crossing_of(uint64_t number) const
    {
        return {static_cast<uint32_t>(number / shape_.hosts), static_cast<uint32_t>(number % shape_.hosts)};
    }
    uint64_t cross_code(uint32_t rank, uint32_t step) const
    {
        return blocks() + uint64_t{rank} * shape_.hosts + step;
    }
    uint64_t spread_code(uint32_t rank, uint32_t step) const { return crossings() + cross_code(rank, step); }

    uint32_t host_after(uint32_t host, uint32_t step) const { return (host + step) % shape_.hosts; }
    uint32_t host_before(uint32_t host, uint32_t step) const
    {
        return (host + shape_.hosts - step) % shape_.hosts;
    }
    /// Counts the targets with a block in a host, of those that the rank leads for in the step.
    uint32_t filled_in(const Crossing& c, uint32_t host) const
    {
        const Leaders::Row row = leaders_.row(c.step, c.rank % shape_.gpus);
        const uint32_t end = std::min(row.end, filled_in_host(host));
        return end > row.first ? end - row.first : 0;
    }
    Bytes start_of(uint32_t rank) const { return block(rank).offset; }
    Bytes led_bytes() const { return largest() * shape_.gpus * (shape_.hosts - 1); }
    /// Returns where a target's blocks are among those that its leader gathers, or receives behind them.
    Bytes led(uint32_t target, uint32_t step) const
    {
        const uint32_t gpu = target % shape_.gpus;
        const uint32_t first = leaders_.row(step, leaders_.leader(step, gpu)).first;
        const uint32_t first_target = first_of(host_of(target)) + first;
        return largest() * shape_.gpus * leaders_.place(step, first) +
               (start_of(target) - start_of(first_target)) * shape_.gpus;
    }
    void set_block(uint64_t code, Transfer& t) const;
    void set_crossing(const Crossing& c, Transfer& t) const;
    void set_spread(const Crossing& c, Transfer& t) const;
    void launch(uint32_t rank, uint32_t step, Codes& out) const override
    {
        const uint32_t first = first_of(host_after(host_of(rank), step));
        for (uint32_t turn = 0; turn < shape_.gpus; ++turn) {
            const uint32_t target = first + (rank + turn) % shape_.gpus;
            if (filled(target)) out.push_back(block_code(rank, target));
        }
    }

    const Leaders leaders_;
};

uint64_t TwoLevelAlltoall::share(uint32_t rank) const
{
    const uint32_t gpu = rank % shape_.gpus, host = host_of(rank);
    uint64_t count = share_inside(rank);
    for (uint32_t step = 1; step < shape_.hosts; ++step) {
        const uint32_t served = host_after(host, step);
        const uint32_t leads = filled_in({rank, step}, served), spreads = filled_in({rank, step}, host);
        const bool keeps = leaders_.leader(step, gpu) == gpu;
        count += filled_in_host(served) - leads;       // handed over to other leaders
        count += uint64_t{leads} * (shape_.gpus - 1);  // handed over to this one
        count += (leads > 0 ? 1 : 0) + (spreads > 0 ? 1 : 0);
        count += spreads - (keeps && filled(rank) ? 1 : 0);
        count += !keeps && filled(rank) ? 1 : 0;
    }
    return count;
}

Transfer TwoLevelAlltoall::transfer(uint64_t code) const
{
    Transfer t;
    if (code < blocks())
        set_block(code, t);
    else if (code < blocks() + crossings())
        set_crossing(crossing_of(code - blocks()), t);
    else
        set_spread(crossing_of(code - blocks() - crossings()), t);
    t.result = t.landing;
    return t;
}

void TwoLevelAlltoall::set_block(uint64_t code, Transfer& t) const
{
    t.src = rank_of(code);
    const uint32_t target = target_of(code), step = step_of(host_of(t.src), host_of(target));
    const Cut one = block(target);
    t.offset = one.offset;
    t.bytes = one.bytes;
    if (step == 0) {
        t.dst = target;
        t.landing = size_ + one.bytes * t.src;
        return;
    }
    t.dst = first_of(host_of(t.src)) + leaders_.leader(step, target % shape_.gpus);
    t.landing = known_memory(t.dst) + led(target, step) + one.bytes * (t.src % shape_.gpus);
}

void TwoLevelAlltoall::set_crossing(const Crossing& c, Transfer& t) const
{
    t.src = t.dst = c.rank;
    if (c.step == 0) return;  // nothing has this code
    const Leaders::Row row = leaders_.row(c.step, c.rank % shape_.gpus);
    if (row.first == row.end) return;
    const uint32_t first = first_of(host_after(host_of(c.rank), c.step));
    t.dst = first + c.rank % shape_.gpus;
    t.bytes = shape_.gpus * (start_of(first + row.end) - start_of(first + row.first));
    t.offset = known_memory(t.src) + led(first + row.first, c.step);
    t.landing = known_memory(t.dst) + led_bytes() + led(first + row.first, c.step);
    t.channel = c.step % channels_;
}

void TwoLevelAlltoall::set_spread(const Crossing& c, Transfer& t) const
{
    t.src = t.dst = c.rank;
    if (c.step == 0) return;
    t.src = first_of(host_of(c.rank)) + leaders_.leader(c.step, c.rank % shape_.gpus);
    const Bytes one = block(c.rank).bytes;
    t.bytes = one * shape_.gpus;
    t.offset = known_memory(t.src) + led_bytes() + led(c.rank, c.step);
    t.landing = size_ + one * first_of(host_before(host_of(c.rank), c.step));
    t.channel = c.step % channels_;
}

void TwoLevelAlltoall::enables(uint64_t code, Codes& out) const
{
    if (code < blocks()) {
        const Transfer t = transfer(code);
        const uint32_t step = step_of(host_of(t.src), host_of(target_of(code)));
        if (step != 0) out.push_back(cross_code(t.dst, step));
        return;
    }
    if (code >= blocks() + crossings()) {
        const Crossing c = crossing_of(code - blocks() - crossings());
        return go_on(c.rank, c.step, out);
    }
    const Crossing c = crossing_of(code - blocks());
    const uint32_t host = host_after(host_of(c.rank), c.step);
    const uint32_t first = first_of(host) + leaders_.row(c.step, c.rank % shape_.gpus).first;
    for (uint32_t i = 0; i < filled_in(c, host); ++i) out.push_back(spread_code(first + i, c.step));
}

struct HierarchicalAlltoall {
    static constexpr CollectiveInfo info{"hierarchical", &kAllToAll,
                                         "all that a host has for another gathered over NVLink, sent as one "
                                         "message over one or two rails, and "
                                         "spread over NVLink",
                                         "number of hosts that a rank exchanges with at once (default: all "
                                         "others)",
                                         ""};

    /// Steps that follow each other have the same leader, so that fewer at once leave NICs idle.
    static uint32_t channels(CollectiveShape shape) { return std::max(shape.hosts - 1, 1U); }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }

    static double pairs(CollectiveShape shape)
    {
        double pairs = 0;
        for (uint32_t gpu = 0; gpu < shape.gpus; ++gpu) pairs += Leaders(shape).steps(gpu);
        return pairs * shape.hosts;
    }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<TwoLevelAlltoall>(call);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(HierarchicalAlltoall)

}  // namespace hpnsim
