// SPDX-License-Identifier: GPL-2.0-only
// Manages the pool of packets and their side blocks, in slabs that live as long as the pool.
#include "hpnsim/packet.hpp"

#include <cstring>

namespace hpnsim
{

namespace
{
constexpr int kSlab = 1024;
constexpr int kByteSlab = 64;  // payload buffers
}  // namespace

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

void PacketPool::grow_extensions()
{
    extension_slabs_.push_back(std::make_unique<Extension[]>(kSlab));
    for (int i = kSlab - 1; i >= 0; --i) {
        Extension& extension = extension_slabs_.back()[i];
        extension.next = free_extensions_;
        free_extensions_ = &extension;
    }
}

Extension& PacketPool::extend(Packet& packet)
{
    if (packet.extension != nullptr) return *packet.extension;
    if (free_extensions_ == nullptr) grow_extensions();
    Extension* extension = free_extensions_;
    free_extensions_ = extension->next;
    *extension = Extension();
    packet.extension = extension;
    return *extension;
}

std::byte* PacketPool::take_bytes(Packet& packet)
{
    Extension& extension = extend(packet);
    if (extension.bytes != nullptr) return extension.bytes;
    if (free_bytes_.empty()) {
        byte_slabs_.push_back(std::make_unique<std::byte[]>(size_t{kByteSlab} * kMaxPayload));
        for (int i = kByteSlab - 1; i >= 0; --i)
            free_bytes_.push_back(byte_slabs_.back().get() + size_t{kMaxPayload} * static_cast<size_t>(i));
    }
    extension.bytes = free_bytes_.back();
    free_bytes_.pop_back();
    return extension.bytes;
}

void PacketPool::give_extension(Extension* extension)
{
    if (extension->bytes != nullptr) free_bytes_.push_back(extension->bytes);
    extension->bytes = nullptr;
    extension->next = free_extensions_;
    free_extensions_ = extension;
}

Packet* PacketPool::copy(const Packet& packet)
{
    Packet* twin = take();
    *twin = packet;
    twin->next = nullptr;
    twin->telemetry = nullptr;
    twin->extension = nullptr;
    if (packet.telemetry != nullptr) {
        twin->telemetry = take_block();
        *twin->telemetry = *packet.telemetry;
    }
    if (packet.extension != nullptr) {
        Extension& extension = extend(*twin);
        extension = *packet.extension;
        extension.bytes = nullptr;
        if (packet.extension->bytes != nullptr)
            std::memcpy(take_bytes(*twin), packet.extension->bytes, packet.payload);
    }
    return twin;
}

}  // namespace hpnsim
