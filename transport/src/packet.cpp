// SPDX-License-Identifier: GPL-2.0-only
#include "hpnsim/packet.hpp"

namespace hpnsim
{

namespace
{
constexpr int kSlab = 1024;
}

void PacketPool::grow()
{
    slabs_.push_back(std::make_unique<Packet[]>(kSlab));
    for (int i = kSlab - 1; i >= 0; --i) {
        slabs_.back()[i].next = free_;
        free_ = &slabs_.back()[i];
    }
}

void PacketPool::grow_blocks()
{
    block_slabs_.push_back(std::make_unique<IntBlock[]>(kSlab));
    for (int i = kSlab - 1; i >= 0; --i) give_block(&block_slabs_.back()[i]);
}

}  // namespace hpnsim
