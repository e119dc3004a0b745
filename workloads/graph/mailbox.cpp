// SPDX-License-Identifier: GPL-2.0-only
// Implements the matching of receives and arrivals, first come, first served.
#include "graph/mailbox.hpp"

namespace hpnsim
{

namespace
{

bool matches(uint32_t asked, uint32_t found, uint32_t any)
{
    return asked == any || asked == found;
}

}  // namespace

void Mailbox::post(uint32_t src, uint32_t tag, Bytes bytes, Ticket receive, std::vector<Match>& out)
{
    const Posted posted{order_++, src, tag, bytes, receive};
    ++open_;
    if (src != kAnyRank && tag != kAnyTag) {
        Box& box = boxes_[key(src, tag)];
        box.posted.push_back(posted);
        serve(box, out);
        if (box.empty()) boxes_.erase(key(src, tag));
        return;
    }
    const auto found = oldest_arrival(src, tag);
    if (found == boxes_.end()) {
        wild_.push_back(posted);
        return;
    }
    out.push_back({receive, found->second.arrived.front().ticket});
    --open_;
    found->second.arrived.pop_front();
    if (found->second.empty()) boxes_.erase(found);
}

void Mailbox::arrive(uint32_t src, uint32_t tag, Bytes bytes, Ticket send, std::vector<Match>& out)
{
    Box& box = boxes_[key(src, tag)];
    size_t wild = 0;
    while (wild < wild_.size() &&
           !(matches(wild_[wild].src, src, kAnyRank) && matches(wild_[wild].tag, tag, kAnyTag)))
        ++wild;
    const bool wild_first =
        wild < wild_.size() && (box.posted.empty() || wild_[wild].order < box.posted.front().order);
    if (wild_first) {
        take(wild_, wild, send, out);
    } else {
        box.bytes += by_bytes_ ? bytes : 0;
        if (!by_bytes_) box.arrived.push_back({order_++, send});
        serve(box, out);
    }
    if (box.empty()) boxes_.erase(key(src, tag));
}

/// Gives the oldest receives of a box what has come for them.
void Mailbox::serve(Box& box, std::vector<Match>& out)
{
    while (!box.posted.empty()) {
        if (by_bytes_) {
            if (box.bytes < box.posted.front().bytes) return;
            box.bytes -= box.posted.front().bytes;
            take(box.posted, 0, kNobody, out);
        } else {
            if (box.arrived.empty()) return;
            take(box.posted, 0, box.arrived.front().ticket, out);
            box.arrived.pop_front();
        }
    }
}

void Mailbox::take(std::deque<Posted>& from, size_t at, Ticket send, std::vector<Match>& out)
{
    out.push_back({from[at].ticket, send});
    from.erase(from.begin() + static_cast<ptrdiff_t>(at));
    --open_;
}

std::map<uint64_t, Mailbox::Box>::iterator Mailbox::oldest_arrival(uint32_t src, uint32_t tag)
{
    auto oldest = boxes_.end();
    for (auto at = boxes_.begin(); at != boxes_.end(); ++at) {
        const bool fits = matches(src, static_cast<uint32_t>(at->first >> 32), kAnyRank) &&
                          matches(tag, static_cast<uint32_t>(at->first), kAnyTag);
        if (!fits || at->second.arrived.empty()) continue;
        if (oldest == boxes_.end() || at->second.arrived.front().order < oldest->second.arrived.front().order)
            oldest = at;
    }
    return oldest;
}

}  // namespace hpnsim
