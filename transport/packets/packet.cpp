// SPDX-License-Identifier: GPL-2.0-only
// Attaches side blocks to packets, and copies packets with them.
#include "hpnsim/packet.hpp"

#include <cstring>

namespace hpnsim
{

Extension& PacketPool::extend(Packet& packet)
{
    if (packet.extension != nullptr) return *packet.extension;
    Extension* extension = extensions_.take();
    *extension = Extension();
    packet.extension = extension;
    return *extension;
}

std::byte* PacketPool::take_bytes(Packet& packet)
{
    Extension& extension = extend(packet);
    if (extension.bytes == nullptr) extension.bytes = rooms_.take()->bytes;
    return extension.bytes;
}

void PacketPool::give_extension(Extension* extension)
{
    if (extension->bytes != nullptr) rooms_.give(reinterpret_cast<Room*>(extension->bytes));
    extension->bytes = nullptr;
    extensions_.give(extension);
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
