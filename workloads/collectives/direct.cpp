// SPDX-License-Identifier: GPL-2.0-only
// SendRecv as nccl-tests' sendrecv does it: every rank sends its whole buffer to the next rank, and receives
// that of the one before behind its own, all at once. NCCL cuts such a message over several channels of one
// NIC; here it is one message, because a NIC's rate is the same for one as for many.
#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

namespace
{

class ToTheNext : public Collective
{
public:
    explicit ToTheNext(const CollectiveCall& call) : ranks_(call.shape.ranks), size_(call.size) {}

    uint64_t code_limit() const override { return ranks_; }
    bool names_all() const override { return true; }
    Bytes memory_bytes(uint32_t) const override { return 2 * size_; }
    uint64_t transfers() const override { return ranks_; }
    uint64_t share(uint32_t) const override { return 2; }

    Transfer transfer(uint64_t code) const override
    {
        Transfer t;
        t.src = static_cast<uint32_t>(code);
        t.dst = (t.src + 1) % ranks_;
        t.bytes = size_;
        t.landing = t.result = size_;
        return t;
    }

    void begin(uint32_t rank, Codes& out) const override { out.push_back(rank); }
    void enables(uint64_t, Codes&) const override {}

private:
    uint32_t ranks_;
    Bytes size_;
};

struct Direct {
    static constexpr CollectiveInfo info{"direct", &kSendRecv, "every rank to the next, in one message", "",
                                         ""};

    static uint32_t channels(CollectiveShape) { return 1; }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }
    /// The last GPU of each host sends to the first of the next.
    static double pairs(CollectiveShape shape) { return shape.hosts > 1 ? shape.hosts : 0; }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        return std::make_unique<ToTheNext>(call);
    }
};

}  // namespace

HPNSIM_COLLECTIVE(Direct)

}  // namespace hpnsim
