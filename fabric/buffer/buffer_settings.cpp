// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of a switch's shared packet buffer, with range, meaning and source of each: the list of
// BufferSettings.
#include "buffer/buffer_settings.hpp"

#include "hpnsim/settings.hpp"

namespace hpnsim
{

namespace
{

/// 0 leaves the size to the topology, as `auto` does.
Setting Size()
{
    Setting made = number<&BufferSettings::size>(
        "buffer-mb", "MB", "shared buffer of a switch, 1 MB = 1048576 bytes; auto or 0 = the topology's", 0,
        1e6);
    made.read = [read = made.read](void* part, const std::string& place, const std::string& key,
                                   const std::string& text) {
        read(part, place, key, text);
        std::optional<Bytes>& size = static_cast<BufferSettings*>(part)->size;
        if (size == 0) {
            size.reset();
        }
    };
    return made;
}

}  // namespace

const std::vector<Setting>& BufferSettings::settings()
{
    using S = BufferSettings;
    static const std::vector<Setting> list = {
        Size(),
        number<&S::alpha>(
            "alpha", "",
            "dynamic threshold: the share of the free buffer that a queue may take (HPCC-sim: 1/8)", 1e-6,
            1024),
        number<&S::reserve>("reserve-kb", "KB", "reserved per port and priority (HPCC-sim: 4096 bytes)", 0,
                            1e6),
        number<&S::headroom>("headroom", "KB",
                             "PFC headroom per port and priority; auto = 2 x cable x rate + 2 frames + a PFC "
                             "frame + response time (IEEE 802.1Q)",
                             0, 1e6)};
    return list;
}

}  // namespace hpnsim
