// SPDX-License-Identifier: GPL-2.0-only
// Oblivious spraying: each QP walks through its N entropy values, every value once per lap, in an
// order that is drawn anew each lap. uet-htsim's `oblivious` permutes by exclusive-or, which needs a
// power of two; a step that shares no factor with N serves any N. Each NIC port (plane) has its own
// walk, so that alternating pulls do not split the values between the planes.
#include "hpnsim/path.hpp"
#include "hpnsim/random.hpp"

#include <numeric>

using namespace hpnsim;

namespace
{

constexpr uint16_t kFirst = 0xC000;  // the dynamic ports (RFC 6335); RoCEv2's entropy field is used likewise
constexpr uint16_t kCount = 0x4000;

struct Spray {
    static constexpr Info info{"spray", "Each packet takes the next of N source ports, feedback ignored"};
    static constexpr bool sprays = true;
    struct Params {
        uint16_t paths = 64;
        static constexpr auto list()
        {
            return params(param<&Params::paths>(
                "paths", "", "Entropy values per QP (uet-htsim: 64; UEC: 64-256)", 1, kCount));
        }
    };

    void start(Flow& flow, const Params& p)
    {
        offset_ = static_cast<uint16_t>(next_below(flow.stream, kCount));
        for (Walk& walk : walks_) draw(walk, flow.stream, p.paths);
    }

    uint16_t pick(Flow& flow, const Params& p, Psn, uint8_t port)
    {
        Walk& walk = walks_[port % kPorts];
        if (walk.left == 0) draw(walk, flow.stream, p.paths);
        --walk.left;
        walk.at = static_cast<uint16_t>((uint32_t{walk.at} + walk.step) % p.paths);
        return static_cast<uint16_t>(kFirst + (offset_ + walk.at) % kCount);
    }

private:
    struct Walk {
        uint16_t at, step, left;  ///< left: picks before the next lap
    };
    static constexpr int kPorts = 4;

    static void draw(Walk& walk, uint64_t& stream, uint16_t n)
    {
        walk.at = static_cast<uint16_t>(next_below(stream, n));
        walk.left = n;
        do {
            walk.step = static_cast<uint16_t>(1 + next_below(stream, n));
        } while (std::gcd(walk.step, n) != 1);
    }

    uint16_t offset_ = 0;
    Walk walks_[kPorts] = {};
};

}  // namespace

HPNSIM_PATH(Spray)
