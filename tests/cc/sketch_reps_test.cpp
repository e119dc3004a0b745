// SPDX-License-Identifier: GPL-2.0-only
// Does the interface hold REPS (arXiv 2407.21625)? Eight entropies that worked are used again, once
// each; a timeout freezes the buffer: for 10 ms only what worked is used, over and over.
#include "hpnsim/path.hpp"
#include "hpnsim/random.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

struct Reps {
    static constexpr Info info{"sketch-reps", "recycled entropies (arXiv 2407.21625)"};
    static constexpr bool sprays = true;
    struct Params {
        Time freeze = milliseconds(10);
        static constexpr auto list()
        {
            return params(param<&Params::freeze>("freeze-us", "us", "How long a timeout freezes", 0, 1e6));
        }
    };

    void start(Flow&, const Params&) {}

    uint16_t pick(Flow& flow, const Params&, Psn, uint8_t port)
    {
        if (frozen_until_ > flow.now) return reuse(flow, port);
        for (int i = 0; i < kSize; ++i) {  // the oldest fresh one of this port
            Slot& slot = slots_[(head_ + i) % kSize];
            if (!slot.fresh || slot.entropy.port != port) continue;
            slot.fresh = false;
            return slot.entropy.source_port;
        }
        return explore(flow);
    }

    void feedback(Flow& flow, const Params& p, Entropy entropy, PathEvent event)
    {
        if (event == PathEvent::timeout) frozen_until_ = flow.now + p.freeze;
        if (event != PathEvent::good) return;
        slots_[head_] = {entropy, true, true};
        head_ = (head_ + 1) % kSize;
    }

private:
    static constexpr int kSize = 8;
    struct Slot {
        Entropy entropy;
        bool known, fresh;
    };
    static uint16_t explore(Flow& flow)
    {
        return static_cast<uint16_t>(0xC000 + next_below(flow.stream, 0x4000));
    }
    uint16_t reuse(Flow& flow, uint8_t port)
    {
        for (int i = 0; i < kSize; ++i) {
            const int at = (turn_ + i) % kSize;
            if (!slots_[at].known || slots_[at].entropy.port != port) continue;
            turn_ = static_cast<uint8_t>(at + 1);
            return slots_[at].entropy.source_port;
        }
        return explore(flow);
    }
    Slot slots_[kSize] = {};
    uint8_t head_ = 0, turn_ = 0;
    Time frozen_until_;
};

}  // namespace

TEST(SketchReps, RecyclesWhatWorkedAndFreezesOnTimeout)
{
    static constexpr PathOps ops = path_ops<Reps>();
    Reps state;
    const Reps::Params params;
    Flow flow;
    ops.start(&state, flow, &params);
    const auto pick = [&](uint8_t port) { return ops.pick(&state, flow, &params, 0, port); };
    EXPECT_GE(pick(0), 0xC000);
    ops.feedback(&state, flow, &params, {0xC001, 0}, PathEvent::good);
    ops.feedback(&state, flow, &params, {0xC002, 1}, PathEvent::good);
    ops.feedback(&state, flow, &params, {0xC003, 0}, PathEvent::ecn);
    EXPECT_EQ(pick(1), 0xC002);  // each plane keeps to its own
    EXPECT_EQ(pick(0), 0xC001);
    flow.now = microseconds(100);
    ops.feedback(&state, flow, &params, {}, PathEvent::timeout);
    EXPECT_EQ(pick(0), 0xC001);  // stale, but it worked
    EXPECT_EQ(pick(0), 0xC001);
    flow.now = milliseconds(11);
    const Bytes before = static_cast<Bytes>(flow.stream);
    pick(0);
    EXPECT_NE(static_cast<Bytes>(flow.stream), before);  // explores again
}
