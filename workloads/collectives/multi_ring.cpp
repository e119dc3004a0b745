// SPDX-License-Identifier: GPL-2.0-only
// Multi-AllReduce: as many AllReduces at once as a host has GPUs, each over the GPUs of one number on all
// hosts. With tensor parallelism inside hosts each GPU holds another part of the model, so gradients are
// added up over the GPUs j of all hosts alone, for every j at once. Each of these groups runs a ring over its
// own rail and reduces a buffer of S bytes of its own, so that every NIC carries 2(H-1)/H S for H hosts, g
// times as much as in one AllReduce of S over all ranks, and NVLink nothing. This loads the network most.
// The bus bandwidth is that of one group: 2(H-1)/H S over the time.
// In a single host there is one group, of all its GPUs, and its ring goes over NVLink.
// Source: K. Qian et al., "Alibaba HPN: A Data Center Network for Large Language Model Training", SIGCOMM
// 2024, figure 17c (Multi-AllReduce).
#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

namespace
{

/// Carries out the same collective in each of several groups. Its codes are those of a group times the number
/// of groups, plus the group.
class InGroups : public Collective
{
public:
    InGroups(std::unique_ptr<Collective> one, uint32_t groups) : one_(std::move(one)), groups_(groups) {}

    uint32_t groups() const override { return groups_; }
    uint64_t code_limit() const override { return one_->code_limit() * groups_; }
    Bytes memory_bytes(uint32_t rank) const override { return one_->memory_bytes(rank / groups_); }
    uint64_t transfers() const override { return one_->transfers() * groups_; }
    uint64_t share(uint32_t rank) const override { return one_->share(rank / groups_); }

    Transfer transfer(uint64_t code) const override
    {
        const auto group = static_cast<uint32_t>(code % groups_);
        Transfer t = one_->transfer(code / groups_);
        t.src = t.src * groups_ + group;
        t.dst = t.dst * groups_ + group;
        return t;
    }

    void begin(uint32_t rank, Codes& out) const override
    {
        const size_t before = out.size();
        one_->begin(rank / groups_, out);
        in_group(rank % groups_, before, out);
    }
    void enables(uint64_t code, Codes& out) const override
    {
        const size_t before = out.size();
        one_->enables(code / groups_, out);
        in_group(code % groups_, before, out);
    }
    uint64_t waits(uint64_t code) const override { return one_->waits(code / groups_); }
    uint64_t gate(uint64_t code) const override
    {
        const uint64_t gate = one_->gate(code / groups_);
        return gate == kNoGate ? kNoGate : gate * groups_ + code % groups_;
    }

private:
    void in_group(uint64_t group, size_t from, Codes& out) const
    {
        for (size_t i = from; i < out.size(); ++i) out[i] = out[i] * groups_ + group;
    }

    std::unique_ptr<Collective> one_;
    uint32_t groups_;
};

const CollectiveOps& ring()
{
    return find_collective("multi-ring", kAllReduce, "ring");
}

struct MultiRing {
    static constexpr CollectiveInfo info{
        "multi-ring", &kAllReduce,
        "a ring per rail, each of which reduces a whole buffer of its own, as tensor parallelism inside "
        "hosts "
        "asks for (Multi-AllReduce)",
        "number of parallel rings of each rail (default 1)",
        "size of the pieces into which each step is cut, which travel independently (default: one piece)"};

    static uint32_t channels(CollectiveShape) { return 1; }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }
    static double pairs(CollectiveShape shape) { return groups(shape) * ring().pairs(group_of(shape)); }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        CollectiveCall one = call;
        one.shape = group_of(call.shape);
        return std::make_unique<InGroups>(make_collective(ring(), one), groups(call.shape));
    }

private:
    static uint32_t groups(CollectiveShape shape) { return shape.hosts > 1 ? shape.gpus : 1; }
    /// The members of a group are alike: each has neighbours on its rail only.
    static CollectiveShape group_of(CollectiveShape shape)
    {
        const uint32_t members = shape.ranks / groups(shape);
        return {members, 1, members};
    }
};

}  // namespace

HPNSIM_COLLECTIVE(MultiRing)

}  // namespace hpnsim
