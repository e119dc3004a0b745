// SPDX-License-Identifier: GPL-2.0-only
// Says of each operation which bus bandwidth nccl-tests gives it, and what every rank holds before and after.
// The size is that of the larger of a rank's send and receive buffers, as nccl-tests prints it: for
// all_gather and reduce_scatter the whole array, for all_to_all a rank's send buffer. The root of broadcast
// and reduce is rank 0.
#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

namespace
{

double as_it_is(double algbw, uint32_t)
{
    return algbw;
}

/// Each byte must leave all ranks but one.
double but_one(double algbw, uint32_t ranks)
{
    return algbw * (ranks - 1) / ranks;
}

HeldPart block(uint32_t block, uint32_t ranks, Bytes size, uint32_t of)
{
    const Cut part = cut(size, ranks, block);
    return {part.offset, part.bytes, of, part.offset};
}

HeldParts own_buffer(uint32_t rank, uint32_t, Bytes size)
{
    return {{0, size, rank, 0}};
}

HeldParts the_sum(uint32_t, uint32_t, Bytes size)
{
    return {{0, size, HeldPart::kSum, 0}};
}

HeldParts own_block(uint32_t rank, uint32_t ranks, Bytes size)
{
    return {block(rank, ranks, size, rank)};
}

HeldParts sum_of_own_block(uint32_t rank, uint32_t ranks, Bytes size)
{
    return {block(rank, ranks, size, HeldPart::kSum)};
}

HeldParts every_block(uint32_t, uint32_t ranks, Bytes size)
{
    HeldParts parts;
    for (uint32_t rank = 0; rank < ranks; ++rank) parts.push_back(block(rank, ranks, size, rank));
    return parts;
}

HeldParts at_root_own_buffer(uint32_t rank, uint32_t, Bytes size)
{
    return rank == 0 ? HeldParts{{0, size, 0, 0}} : HeldParts{};
}

HeldParts root_buffer(uint32_t, uint32_t, Bytes size)
{
    return {{0, size, 0, 0}};
}

HeldParts at_root_the_sum(uint32_t rank, uint32_t, Bytes size)
{
    return rank == 0 ? HeldParts{{0, size, HeldPart::kSum, 0}} : HeldParts{};
}

/// Behind the send buffer a rank has room for a block from every rank.
HeldPart received_block(uint32_t rank, uint32_t ranks, Bytes size, uint32_t from)
{
    const Cut part = cut(size, ranks, rank);
    return {size + part.bytes * from, part.bytes, from, part.offset};
}

/// A rank's block for itself takes no message: it lies among those that it receives from the beginning.
HeldParts blocks_to_send(uint32_t rank, uint32_t ranks, Bytes size)
{
    return {{0, size, rank, 0}, received_block(rank, ranks, size, rank)};
}

HeldParts received_blocks(uint32_t rank, uint32_t ranks, Bytes size)
{
    HeldParts parts;
    for (uint32_t from = 0; from < ranks; ++from) parts.push_back(received_block(rank, ranks, size, from));
    return parts;
}

HeldParts buffer_of_the_one_before(uint32_t rank, uint32_t ranks, Bytes size)
{
    return {{size, size, (rank + ranks - 1) % ranks, 0}};
}

}  // namespace

const Operation kAllReduce{
    "all_reduce", [](double algbw, uint32_t ranks) { return algbw * 2 * (ranks - 1) / ranks; },
    true,         own_buffer,
    the_sum,      "the buffer that is reduced",
    "2(n-1)/n",   {"all_reduce_perf", false, -1}};
const Operation kReduceScatter{"reduce_scatter",
                               but_one,
                               true,
                               own_buffer,
                               sum_of_own_block,
                               "each rank's send buffer, of which every rank ends with an Nth of the sum",
                               "(n-1)/n",
                               {"reduce_scatter_perf", true, -1}};
const Operation kAllGather{"all_gather", but_one,
                           false,        own_block,
                           every_block,  "the array that every rank ends with, of which each brings an Nth",
                           "(n-1)/n",    {"all_gather_perf", true, -1}};
const Operation kBroadcast{"broadcast", as_it_is,
                           false,       at_root_own_buffer,
                           root_buffer, "the buffer of rank 0",
                           "1",         {"broadcast_perf", false, 0}};
const Operation kReduce{"reduce",
                        as_it_is,
                        true,
                        own_buffer,
                        at_root_the_sum,
                        "the buffer that is reduced to rank 0",
                        "1",
                        {"reduce_perf", false, 0}};
const Operation kAllToAll{"all_to_all",    but_one,
                          false,           blocks_to_send,
                          received_blocks, "each rank's send buffer, of which every rank gets an Nth",
                          "(n-1)/n",       {"alltoall_perf", true, -1}};
/// Every rank sends its buffer to the next, and has room for another behind it.
const Operation kSendRecv{"send_recv",
                          as_it_is,
                          false,
                          own_buffer,
                          buffer_of_the_one_before,
                          "what each rank sends to the next",
                          "1",
                          {"sendrecv_perf", false, -1}};

const std::vector<const Operation*>& all_operations()
{
    static const std::vector<const Operation*> all = {&kAllReduce, &kReduceScatter, &kAllGather, &kBroadcast,
                                                      &kReduce,    &kAllToAll,      &kSendRecv};
    return all;
}

NcclSize nccl_size(const Operation& operation, Bytes asked, uint32_t ranks)
{
    constexpr Bytes kFloat = 4, kUnit = 16;
    if (!operation.test.blocks) return {asked / kFloat * kFloat, asked / kFloat};
    const Bytes block = asked / kFloat / ranks * kFloat / kUnit * kUnit;
    return {block * ranks, block / kFloat};
}

double busbw_GBps(const Operation& operation, Bytes size, Time time, uint32_t ranks)
{
    return operation.busbw(algbw_GBps(size, time), ranks);
}

}  // namespace hpnsim
