// SPDX-License-Identifier: GPL-2.0-only
// Compares NVLink's senders and receivers, which are asked now and then, with a host that sends one piece
// after the other, event by event.
#include "nvlink/nvlink_receiver.hpp"
#include "nvlink/nvlink_sender.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <queue>
#include <random>
#include <tuple>
#include <vector>

using namespace hpnsim;

namespace
{

constexpr uint32_t kGpus = 4;
constexpr uint32_t kMostLooks = 1'000'000;  // of a case: far more than any takes
constexpr Rate kRate = gbps(800);           // 10 ps a byte
const Time kLatency = nanoseconds(25);

struct Posted {
    Time at;
    uint16_t src = 0;
    uint32_t dst = 0;
    Bytes bytes = 0;
};

using Arrivals = std::map<uint64_t, Time>;  // by the place among the posted

/// A host with an event for all that happens to a piece.
class EventByEvent
{
public:
    Arrivals run(const std::vector<Posted>& posted)
    {
        posted_ = &posted;
        for (uint64_t i = 0; i < posted.size(); ++i) events_.push({posted[i].at.ps, What::post, 0, i, {}});
        while (!events_.empty()) {
            const Event event = events_.top();
            events_.pop();
            now_ = event.ts;
            happen(event);
        }
        return arrivals_;
    }

private:
    enum class What { post, at_switch, free_down, at_gpu, free_up };  // of equal times, in this order
    struct Piece {
        uint64_t transfer = 0;
        Bytes bytes = 0;
        bool last = false;
    };
    struct Event {
        int64_t ts;
        What what;
        uint32_t gpu;
        uint64_t number;  // of a post; else the transfer's
        Piece piece;
        bool operator<(const Event& o) const
        {
            return std::tie(o.ts, o.what, o.gpu, o.number) < std::tie(ts, what, gpu, number);
        }
    };
    struct Gpu {
        std::deque<Piece> sending, queue, waiting;
        int64_t up = 0, down = 0;  // busy until then
    };

    void happen(const Event& event)
    {
        switch (event.what) {
        case What::post: {
            const Posted& it = (*posted_)[event.number];
            Gpu& its = gpus_[it.src];
            auto& place = its.sending.size() < kGpus - 1 ? its.sending : its.waiting;
            place.push_back({event.number, it.bytes, false});
            return send_up(it.src);
        }
        case What::free_up:
            return send_up(event.gpu);
        case What::at_switch:
            gpus_[(*posted_)[event.number].dst].queue.push_back(event.piece);
            return send_down((*posted_)[event.number].dst);
        case What::free_down:
            return send_down(event.gpu);
        case What::at_gpu:
            if (event.piece.last) arrivals_[event.number] = Time{now_};
            return;
        }
    }

    void send_up(uint32_t number)
    {
        Gpu& gpu = gpus_[number];
        if (gpu.up > now_ || gpu.sending.empty()) return;
        Piece transfer = gpu.sending.front();
        gpu.sending.pop_front();
        const Bytes bytes = std::min<Bytes>(transfer.bytes, NvlinkSender::kPiece);
        transfer.bytes -= bytes;
        const Piece piece{transfer.transfer, bytes, transfer.bytes == 0};
        if (transfer.bytes > 0) {
            gpu.sending.push_back(transfer);
        } else if (!gpu.waiting.empty()) {
            gpu.sending.push_back(gpu.waiting.front());
            gpu.waiting.pop_front();
        }
        const int64_t end = gpu.up = now_ + bytes * 10;
        events_.push({end, What::free_up, number, 0, {}});
        events_.push({end + kLatency.ps, What::at_switch, number, piece.transfer, piece});
    }

    void send_down(uint32_t number)
    {
        Gpu& gpu = gpus_[number];
        if (gpu.down > now_ || gpu.queue.empty()) return;
        const Piece piece = gpu.queue.front();
        gpu.queue.pop_front();
        const int64_t end = gpu.down = now_ + piece.bytes * 10;
        events_.push({end, What::free_down, number, 0, {}});
        events_.push({end + kLatency.ps, What::at_gpu, number, piece.transfer, piece});
    }

    const std::vector<Posted>* posted_ = nullptr;
    std::priority_queue<Event> events_;
    Gpu gpus_[kGpus];
    int64_t now_ = 0;
    Arrivals arrivals_;
};

/// The same by senders and receivers, with looks `apart` from each other besides those that they ask for.
Arrivals in_batches(const std::vector<Posted>& posted, Time apart)
{
    std::vector<NvlinkSender> up;
    std::vector<NvlinkReceiver> down(kGpus, NvlinkReceiver(kRate, kLatency));
    for (uint16_t gpu = 0; gpu < kGpus; ++gpu) up.emplace_back(gpu, kGpus, kRate, kLatency);
    Arrivals arrivals;
    const auto leaves = [&](uint32_t dst, const NvlinkPiece& piece) { down[dst].Take(piece); };
    size_t next = 0;
    Time now;
    for (uint32_t looks = 0; arrivals.size() < posted.size() && looks < kMostLooks; ++looks) {
        Time look = now + apart;
        for (const NvlinkSender& each : up) look = std::min(look, each.NextWhole());
        for (const NvlinkReceiver& each : down) look = std::min(look, each.NextWhole());
        now = next < posted.size() ? std::min(look, posted[next].at) : look;
        if (now < look || (next < posted.size() && posted[next].at == now)) {
            const Posted& it = posted[next];
            up[it.src].Advance(now, leaves);
            up[it.src].Post(next++, it.dst, it.bytes, now, leaves);
            continue;
        }
        for (NvlinkSender& each : up) each.Advance(now, leaves);
        for (NvlinkReceiver& each : down) {
            each.Advance(now + kLatency, [&](uint64_t transfer, Time at) {
                EXPECT_GE(at, now + kLatency) << "transfer " << transfer << " was looked at too late";
                arrivals[transfer] = at;
            });
        }
    }
    return arrivals;
}

/// Short and long transfers among four GPUs, many at the same time or just when a piece is out.
std::vector<Posted> drawn(uint64_t seed)
{
    std::mt19937_64 draw(seed);
    std::vector<Posted> posted(60);
    Time at;
    for (Posted& each : posted) {
        at = at + Time{static_cast<int64_t>(draw() % 3 * (draw() % 2 == 0 ? 327'680 : draw() % 400'000))};
        each.at = at;
        each.src = static_cast<uint16_t>(draw() % kGpus);
        each.dst = (each.src + 1 + static_cast<uint32_t>(draw() % (kGpus - 1))) % kGpus;
        each.bytes = draw() % 3 == 0 ? static_cast<Bytes>(draw() % 5 + 1) * NvlinkSender::kPiece
                                     : static_cast<Bytes>(draw() % 400'000 + 1);
    }
    return posted;
}

}  // namespace

TEST(NvlinkParts, BatchesArriveAsPieceByPiece)
{
    for (uint64_t seed = 1; seed <= 300; ++seed) {
        const std::vector<Posted> posted = drawn(seed);
        const Arrivals expected = EventByEvent().run(posted);
        ASSERT_EQ(in_batches(posted, microseconds(1'000'000)), expected) << "seed " << seed;
        ASSERT_EQ(in_batches(posted, nanoseconds(static_cast<int64_t>(seed))), expected) << "seed " << seed;
    }
}

/// 100,000 B are three pieces and 1,696 B, which are out 1 us after they were posted.
TEST(NvlinkParts, ASingleTransferIsKnownBeforeItLeaves)
{
    NvlinkSender up(0, kGpus, kRate, kLatency);
    up.Post(7, 1, 100'000, {}, [](uint32_t, const NvlinkPiece&) {});
    EXPECT_EQ(up.NextWhole(), microseconds(1) + kLatency);
    uint32_t wholes = 0;
    up.Advance(microseconds(1), [&](uint32_t dst, const NvlinkPiece& piece) {
        EXPECT_EQ(dst, 1U);
        if (piece.last) {
            ++wholes;
            EXPECT_EQ(piece.arrival, microseconds(1) + kLatency);
            EXPECT_EQ(piece.bytes, 1'696U);
        }
    });
    EXPECT_EQ(wholes, 1U);
    EXPECT_EQ(up.Pieces(), 4U);
    EXPECT_EQ(up.NextWhole(), Time::max());
}

/// Of what NVSwitch copies, an eighth is on the sender's link; lengths that do not divide are rounded, and
/// the sender must not promise more time than it takes.
TEST(NvlinkParts, UnequalLengthsAreNotPromisedTooLate)
{
    for (Bytes bytes = 1; bytes < 40 * NvlinkSender::kPiece; bytes = bytes * 3 + 1) {
        NvlinkSender up(0, kGpus, kRate, kLatency);
        Time whole, promised = Time::max();
        const auto leaves = [&](uint32_t, const NvlinkPiece& piece) {
            whole = piece.last ? piece.arrival : whole;
        };
        up.Post(1, 1, {(bytes + 7) / 8, bytes}, {}, leaves);
        up.Post(2, 2, {bytes, (bytes + 7) / 8}, {}, leaves);
        promised = up.NextWhole();
        if (promised == Time::max()) continue;
        whole = {};
        for (Time now; whole == Time{}; now = now + nanoseconds(1)) up.Advance(now, leaves);
        EXPECT_LE(promised, whole) << bytes << " B";
    }
}
