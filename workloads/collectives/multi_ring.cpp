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
#include "hpnsim/collective_groups.hpp"
#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

namespace
{

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
        const uint32_t rails = groups(call.shape);
        return in_groups(make_collective(ring(), one), {rails, call.shape.ranks / rails, rails});
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
