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
    match(posted, found->second.arrived.front(), out);
    found->second.arrived.pop_front();
    if (found->second.empty()) boxes_.erase(found);
}

void Mailbox::arrive(uint32_t src, uint32_t tag, Bytes bytes, Ticket send, std::vector<Match>& out)
{
    Box& box = boxes_[key(src, tag)];
    const Arrived arrived{order_, src, tag, bytes, send};
    size_t wild = 0;
    while (wild < wild_.size() &&
           !(matches(wild_[wild].src, src, kAnyRank) && matches(wild_[wild].tag, tag, kAnyTag)))
        ++wild;
    const bool wild_first =
        wild < wild_.size() && (box.posted.empty() || wild_[wild].order < box.posted.front().order);
    if (wild_first) {
        match(wild_[wild], arrived, out);
        wild_.erase(wild_.begin() + static_cast<ptrdiff_t>(wild));
    } else {
        box.bytes += by_bytes_ ? bytes : 0;
        if (!by_bytes_) box.arrived.push_back(arrived);
        if (!by_bytes_) ++order_;
        serve(box, out);
    }
    if (box.empty()) boxes_.erase(key(src, tag));
}

/// Gives the oldest receives of a box what has come for them.
void Mailbox::serve(Box& box, std::vector<Match>& out)
{
    while (!box.posted.empty()) {
        const Posted& first = box.posted.front();
        if (by_bytes_) {
            if (box.bytes < first.bytes) return;
            box.bytes -= first.bytes;
            match(first, {0, first.src, first.tag, first.bytes, kNobody}, out);
        } else {
            if (box.arrived.empty()) return;
            match(first, box.arrived.front(), out);
            box.arrived.pop_front();
        }
        box.posted.pop_front();
    }
}

void Mailbox::match(const Posted& posted, const Arrived& arrived, std::vector<Match>& out)
{
    out.push_back({posted.ticket, arrived.ticket});
    --open_;
    if (arrived.bytes > posted.bytes && !cut_) cut_ = Cut{posted.bytes, arrived};
}

std::string Mailbox::mismatch() const
{
    const auto from = [](uint32_t src, uint32_t tag) {
        return " from rank " + std::to_string(src) + " under tag " + std::to_string(tag);
    };
    if (cut_)
        return "a receive of " + std::to_string(cut_->asked) + " B took a message of " +
               std::to_string(cut_->arrived.bytes) + " B" + from(cut_->arrived.src, cut_->arrived.tag);
    for (const auto& [key, box] : boxes_) {
        const Bytes bytes = box.arrived.empty() ? box.bytes : box.arrived.front().bytes;
        if (bytes > 0 || !box.arrived.empty())
            return "no receive took " + std::to_string(bytes) + " B" +
                   from(static_cast<uint32_t>(key >> 32), static_cast<uint32_t>(key));
    }
    return "";
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
