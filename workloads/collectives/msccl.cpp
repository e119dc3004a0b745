// SPDX-License-Identifier: GPL-2.0-only
// A collective that is written as MSCCL XML (MSCCLang, ASPLOS'23; github microsoft/msccl), for the ranks it
// was written for. Each GPU has thread blocks that run side by side; a block carries out its steps in order,
// and a step may wait for one of another block of its GPU. One pass takes the whole buffer, as many equal
// chunks as nchunksperloop; MSCCL's own loops over slices of the buffer are not modelled.
// Sends are buffered: a step that sends copies its chunks into a slot and is done, and what arrives waits in
// a slot until the step that receives it has its turn. Every step has a slot of its own, so nobody waits for
// one; MSCCL has 8 for a connection. A step is local work here: first it copies or adds up, then it may store
// the sum, and with the first a message leaves its slot. A message is as long as its protocol makes it: LL's
// flags and LL128's are extra bytes behind the data.
// A program for separate input and output is run on a copy of the input, where the operation's own buffers
// are one; and a program in place, for alltoall, on a copy in the output.
#include "collectives/msccl_program.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/quantity.hpp"

namespace hpnsim
{

namespace
{

using msccl::Buffer;
using msccl::Place;
using msccl::Program;
using msccl::Step;

class MscclCollective : public Collective
{
public:
    MscclCollective(Program program, Bytes size);

    uint64_t code_limit() const override { return copies_ + program_.gpus; }
    Bytes memory_bytes(uint32_t rank) const override { return memory_[rank]; }
    uint64_t transfers() const override { return transfers_; }
    uint64_t share(uint32_t rank) const override { return shares_[rank]; }
    Transfer transfer(uint64_t code) const override;
    void begin(uint32_t rank, Codes& out) const override
    {
        if (copied_ > 0)
            out.push_back(copies_ + rank);
        else
            begin_blocks(rank, out);
    }
    void enables(uint64_t code, Codes& out) const override;
    uint64_t waits(uint64_t code) const override;

private:
    enum Part : uint64_t { first, store, message, kParts };

    static uint64_t code_of(uint32_t step, Part part) { return kParts * step + part; }
    uint32_t index(const Step& step) const { return static_cast<uint32_t>(&step - program_.steps.data()); }

    /// True if the sum is to be put elsewhere than where it was made.
    static bool stores(const Step& step)
    {
        return step.kind == &msccl::kReceiveReduceCopySend ||
               (step.kind == &msccl::kReceiveReduceCopy && !(step.source == step.destination));
    }
    Bytes start_of(Buffer buffer, uint32_t rank) const;
    Bytes address(uint32_t rank, const Place& place) const
    {
        return start_of(place.buffer, rank) + place.first * chunk_;
    }
    Transfer copy_of_input(uint32_t rank) const;
    void set_first(const Step& step, Transfer& t) const;
    void begin_blocks(uint32_t rank, Codes& out) const
    {
        for (const uint32_t step : beginnings_[rank]) out.push_back(code_of(step, first));
    }
    void after(const Step& step, Codes& out) const;

    Program program_;
    bool all_to_all_;
    Bytes size_, chunk_;
    Bytes copied_ = 0;  ///< bytes of input that each rank copies first
    uint64_t copies_;   ///< the code of the first such copy
    uint64_t transfers_ = 0;
    std::vector<uint64_t> shares_;
    std::vector<Bytes> memory_, slots_;  ///< of each rank; of each step
    std::vector<std::vector<uint32_t>> beginnings_, dependents_;
};

MscclCollective::MscclCollective(Program program, Bytes size)
    : program_(std::move(program)), all_to_all_(program_.collective == "alltoall"), size_(size),
      chunk_(size / program_.chunks), copies_(kParts * program_.steps.size()), shares_(program_.gpus, 0),
      slots_(program_.steps.size(), 0), beginnings_(program_.gpus), dependents_(program_.steps.size())
{
    if (program_.in_place == all_to_all_) copied_ = program_.size_of(Buffer::input, 0) * chunk_;
    for (uint32_t rank = 0; rank < program_.gpus; ++rank)
        memory_.push_back(start_of(Buffer::scratch, rank) + program_.scratch[rank] * chunk_);
    for (const Step& step : program_.steps) {
        if (step.number == 0) beginnings_[step.gpu].push_back(index(step));
        if (step.after != Step::kNone) dependents_[step.after].push_back(index(step));
        if (!step.kind->sends && !step.kind->receives) continue;
        slots_[index(step)] = memory_[step.gpu];
        memory_[step.gpu] += program_.on_wire(step.count * chunk_);
        shares_[step.gpu] += (step.kind->sends ? 1 : 0) + (step.kind->receives ? 1 : 0);
        transfers_ += step.kind->sends ? 1 : 0;
    }
}

/// The operation's own buffers come first, then the copy of the input, then scratch.
Bytes MscclCollective::start_of(Buffer buffer, uint32_t rank) const
{
    const Bytes own = all_to_all_ ? 2 * size_ : size_;
    if (buffer == Buffer::scratch) return own + (all_to_all_ ? 0 : copied_);
    if (buffer == Buffer::input && copied_ > 0) return size_;
    if (all_to_all_) return buffer == Buffer::input ? 0 : size_;
    const Bytes part = program_.size_of(buffer, rank) * chunk_;
    return part < size_ ? part * rank : 0;
}

Transfer MscclCollective::copy_of_input(uint32_t rank) const
{
    Transfer t;
    t.src = t.dst = rank;
    t.bytes = copied_;
    t.offset = copied_ < size_ ? copied_ * rank : 0;
    t.landing = t.result = start_of(Buffer::input, rank);
    return t;
}

Transfer MscclCollective::transfer(uint64_t code) const
{
    if (code >= copies_) return copy_of_input(static_cast<uint32_t>(code - copies_));
    const Step& step = program_.steps[code / kParts];
    const auto part = static_cast<Part>(code % kParts);
    Transfer t;
    t.src = t.dst = step.gpu;
    const int64_t channel = program_.blocks[step.block].channel;
    t.channel = channel < 0 ? 0 : static_cast<uint32_t>(channel);
    t.bytes = step.count * chunk_;
    if (part == first) {
        set_first(step, t);
    } else if (part == store && stores(step)) {
        t.offset = slots_[index(step)];
        t.landing = t.result = address(step.gpu, step.destination);
    } else if (part == message && step.kind->sends) {
        t.dst = program_.steps[step.peer].gpu;
        t.offset = slots_[index(step)];
        t.bytes = program_.on_wire(t.bytes);
        t.landing = t.result = slots_[step.peer];
    } else {
        t.bytes = 0;
    }
    return t;
}

/// What is received is added to the source in the slot, or, if it stays there, in its place.
void MscclCollective::set_first(const Step& step, Transfer& t) const
{
    const Bytes slot = slots_[index(step)];
    const bool adds = step.kind == &msccl::kReceiveReduceCopy || step.kind == &msccl::kReceiveReduceSend ||
                      step.kind == &msccl::kReceiveReduceCopySend || step.kind == &msccl::kReduce;
    const bool from_slot =
        step.kind->receives && (!adds || (step.kind == &msccl::kReceiveReduceCopy && !stores(step)));
    const bool to_slot = step.kind == &msccl::kSend || (step.kind->receives && !from_slot);
    if (step.kind == &msccl::kNothing) {
        t.bytes = 0;
        return;
    }
    t.offset = from_slot ? slot : address(step.gpu, step.source);
    t.result = to_slot ? slot : address(step.gpu, step.destination);
    t.landing = adds ? t.offset : t.result;
    t.reduce = adds;
}

/// The step is done: the next of its block may begin, and those that wait for it.
void MscclCollective::after(const Step& step, Codes& out) const
{
    if (step.next != Step::kNone) out.push_back(code_of(step.next, first));
    for (const uint32_t each : dependents_[index(step)]) out.push_back(code_of(each, first));
}

void MscclCollective::enables(uint64_t code, Codes& out) const
{
    if (code >= copies_) return begin_blocks(static_cast<uint32_t>(code - copies_), out);
    const Step& step = program_.steps[code / kParts];
    const auto part = static_cast<Part>(code % kParts);
    if (part == message) return out.push_back(code_of(step.peer, first));
    if (part == first && step.kind->sends) out.push_back(code_of(index(step), message));
    if (part == first && stores(step)) return out.push_back(code_of(index(step), store));
    after(step, out);
}

/// A step waits for its turn, for another block, and for what it receives.
uint64_t MscclCollective::waits(uint64_t code) const
{
    if (code >= copies_ || code % kParts != first) return 1;
    const Step& step = program_.steps[code / kParts];
    return 1U + (step.after != Step::kNone ? 1 : 0) + (step.kind->receives ? 1 : 0);
}

std::unique_ptr<Collective> make_msccl(const CollectiveCall& call, const char* collective)
{
    Program program = msccl::read(call.argument);
    if (program.collective != collective)
        throw BadLine(call.argument + ":" + std::to_string(program.line) + ": this is " + program.collective +
                      ", not " + collective);
    if (program.gpus != call.shape.ranks)
        throw BadInput("ranks: '" + call.argument + "' is for " + std::to_string(program.gpus) +
                       " GPUs, not " + std::to_string(call.shape.ranks));
    if (call.size % program.chunks != 0)
        throw BadInput("size: " + format_size(call.size) + " is no multiple of the " +
                       std::to_string(program.chunks) + " chunks of '" + call.argument + "'");
    return std::make_unique<MscclCollective>(std::move(program), call.size);
}

template <const Operation* operation> struct Msccl {
    static constexpr CollectiveInfo info{"msccl", operation, "as MSCCL XML says: msccl:file=F",
                                         "",      "",        "an algorithm in MSCCL XML"};

    static uint32_t channels(CollectiveShape) { return 1; }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }
    /// At most: the file knows.
    static double pairs(CollectiveShape shape)
    {
        return static_cast<double>(shape.ranks) * (shape.ranks - shape.gpus);
    }

    static std::unique_ptr<Collective> make(const CollectiveCall& call)
    {
        const char* name = operation == &kAllReduce   ? "allreduce"
                           : operation == &kAllGather ? "allgather"
                           : operation == &kAllToAll  ? "alltoall"
                                                      : "reducescatter";
        return make_msccl(call, name);
    }
};

using MscclAllReduce = Msccl<&kAllReduce>;
using MscclReduceScatter = Msccl<&kReduceScatter>;
using MscclAllGather = Msccl<&kAllGather>;
using MscclAllToAll = Msccl<&kAllToAll>;

}  // namespace

HPNSIM_COLLECTIVE(MscclAllReduce)
HPNSIM_COLLECTIVE(MscclReduceScatter)
HPNSIM_COLLECTIVE(MscclAllGather)
HPNSIM_COLLECTIVE(MscclAllToAll)

}  // namespace hpnsim
