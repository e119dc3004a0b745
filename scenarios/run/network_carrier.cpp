// SPDX-License-Identifier: GPL-2.0-only
// Posts work requests for a workload's messages, and tells the workload of deliveries and completions.
#include "run/network_carrier.hpp"

#include "ns3/make-event.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <set>
#include <utility>

namespace hpnsim
{

namespace
{

FlowStatus flow_status(Status status)
{
    switch (status) {
    case Status::success:
        return FlowStatus::ok;
    case Status::local_length:
        return FlowStatus::local_length;
    case Status::local_qp_operation:
        return FlowStatus::local_qp_operation;
    case Status::local_protection:
        return FlowStatus::local_protection;
    case Status::flushed:
        return FlowStatus::flushed;
    case Status::remote_invalid_request:
        return FlowStatus::remote_invalid_request;
    case Status::remote_access:
        return FlowStatus::remote_access;
    case Status::remote_operation:
        return FlowStatus::remote_operation;
    case Status::retry_exceeded:
        return FlowStatus::retry_exceeded;
    case Status::rnr_retry_exceeded:
        return FlowStatus::rnr_retry_exceeded;
    }
    return FlowStatus::unfinished;
}

}  // namespace

NetworkCarrier::NetworkCarrier(RoceNetwork& network, Workload& workload, Contents* contents)
    : network_(network), workload_(workload), contents_(contents), pairs_(network.Config().FunctionCount()),
      awaits_completions_(workload.awaits_completions()), acts_apart_(workload.acts_apart()),
      acts_by_host_(workload.acts_by_host())
{
    network_.SetListeners(this, this);
    network_.SetHostActions(this);
    network_.OnWindowOver([this] { window_over(); });
    held_.resize(network_.Hosts().GetN(), {this, {}, 0});
    recent_.resize(network_.DeviceCount());
    if (contents_ != nullptr) register_memory();
}

/// Registers one region for all the memory of an endpoint, with each function of its NIC.
void NetworkCarrier::register_memory()
{
    keys_.resize(network_.Config().FunctionCount(), std::vector<uint32_t>(network_.DeviceCount()));
    for (const EndpointMemory::Area& area : contents_->memory().areas()) {
        MemoryRegion region;
        region.address = EndpointMemory::base(area.endpoint);
        region.length = static_cast<uint64_t>(area.bytes);
        region.rights = access::kLocalWrite | access::kRemoteWrite | access::kRemoteRead;
        region.bytes = area.data;
        for (uint32_t function = 0; function < keys_.size(); ++function)
            keys_[function][area.endpoint] =
                network_.Device(area.endpoint).GetNic(function).memory().add(region);
    }
}

void NetworkCarrier::start()
{
    if (network_.Faults() == nullptr)
        begin();
    else
        network_.GetClock().Schedule(EventOrder::WORKLOAD, Time{},
                                     ns3::MakeEvent(&NetworkCarrier::begin, this));
}

void NetworkCarrier::begin()
{
    workload_.start(*this);
    check_done();
}

Time NetworkCarrier::now() const
{
    return network_.GetClock().Now() + skipped_;
}

uint64_t NetworkCarrier::take_slot(const Message& message)
{
    const uint64_t slot = slots_.take(network_.GetClock().Actor());
    Slot& s = slots_.at(slot);
    s.used = true;
    s.place = place_now();
    s.to_complete = s.to_deliver = message.bytes;
    s.end.message = message;
    s.end.start = now();
    return slot;
}

void NetworkCarrier::send(const Message& message)
{
    ++lanes_.mine().steps;
    if (contents_ != nullptr) contents_->depart(message);
    const uint64_t slot = take_slot(message);
    if (!apart() || !hold(slot)) launch(slot);
}

void NetworkCarrier::launch(uint64_t slot)
{
    const Message& message = slots_.at(slot).end.message;
    if (message.nvlink) {
        ++lanes_.mine().transfers;
        network_.SendNvlink(message.src, message.dst, {message.bytes, message.received()}, slot);
        return;
    }
    select_qp(slot);
    if (foresight_ == nullptr)
        post(slot);
    else
        follow(slot, foresight_->begin(slot, lane_of(slots_.at(slot)), message.bytes, now()));
}

void NetworkCarrier::work(const Message& message)
{
    if (contents_ != nullptr) work_on_bytes(*contents_, message);
}

uint32_t NetworkCarrier::choose_qp(Pair& pair) const
{
    const auto qps = static_cast<uint32_t>(pair.qps.size());
    const uint32_t first = qps == 1 ? 0 : pair.turn++ % qps;
    uint32_t chosen = first;
    for (uint32_t i = 1; least_wqe_ && i < qps; ++i) {
        const uint32_t at = (first + i) % qps;
        if (pair.qps[at].unfinished < pair.qps[chosen].unfinished) chosen = at;
    }
    return chosen;
}

/// Returns a QP that was made for this message.
uint32_t NetworkCarrier::own_qp(const Message& message, Ends ends, Pair& pair)
{
    FlowQp qp = *network_.Config().qpPerMessage;
    if (qp.sourcePort > 0) qp.sourcePort = static_cast<uint16_t>(qp.sourcePort + pair.turn++);
    if (message.priority >= 0) qp.priority = message.priority;
    if (message.port > 0) qp.destPort = message.port;
    qp.function = message.function;
    pair.qps.resize(1);
    return network_.NewQp(ends.here, ends.there, qp);
}

uint32_t NetworkCarrier::shared_qp(const Message& message, Ends ends, Pair& pair, uint32_t& index)
{
    if (pair.qps.empty()) {
        const std::vector<uint32_t>& qps = network_.Qps(ends.here, ends.there, message.function);
        pair.qps.resize(qps.size());
        for (size_t i = 0; i < qps.size(); ++i) pair.qps[i].number = qps[i];
    }
    index = choose_qp(pair);
    return pair.qps[index].number;
}

/// Throws std::logic_error if the NICs have no such function.
NetworkCarrier::Pair& NetworkCarrier::pair_of(Ends ends, uint32_t function)
{
    network_.Config().Function(function);
    return pairs_[function][key_of(ends)];
}

NetworkCarrier::Ends NetworkCarrier::ends_of(const Message& message) const
{
    const bool pulled = verb_ == Verb::read;
    return {pulled ? message.dst : message.src, pulled ? message.src : message.dst};
}

void NetworkCarrier::select_qp(uint64_t slot)
{
    Slot& its = slots_.at(slot);
    const Message& message = its.end.message;
    set_undelivered(its, true);
    const Ends ends = ends_of(message);
    Pair& pair = its.pair != nullptr ? *its.pair : pair_of(ends, message.function);
    uint32_t index = 0;
    its.end.qp =
        network_.Config().qpPerMessage ? own_qp(message, ends, pair) : shared_qp(message, ends, pair, index);
    pair.qps[index].unfinished += message.bytes;
    its.pair = &pair;
    its.qp_index = index;
}

void NetworkCarrier::post(uint64_t slot)
{
    Slot& its = slots_.at(slot);
    const Message& message = its.end.message;
    its.launched = true;
    if (!network_.Config().qpPerMessage)
        its.before = std::exchange(its.qp().posted, its.qp().posted + message.bytes);
    if (on_change) {
        carried_.real += static_cast<double>(message.bytes);
        tell_change(its);
    }
    // A message larger than a verbs message becomes several requests on one QP; to the workload it stays one.
    Posting posting{ends_of(message), its.end.qp, request_for(message, slot), message.bytes};
    for (int i = 0; i < kRequestsAhead && posting.left > 0; ++i) post_next(posting);
    if (posting.left > 0) postings_.emplace(slot, posting);
}

void NetworkCarrier::post_next(Posting& posting)
{
    WorkRequest& request = posting.next;
    request.bytes = std::min(posting.left, kMaxRequest);
    if (verb_ == Verb::send) post_receive(posting.ends, posting.qp, request);
    network_.Device(posting.ends.here).PostSend(posting.qp, request);
    request.local += static_cast<uint64_t>(request.bytes);
    request.remote += static_cast<uint64_t>(request.bytes);
    posting.left -= request.bytes;
}

/// A request of the message has ended: the next one is posted, or after an error none of those that are left.
void NetworkCarrier::go_on(uint64_t slot, bool failed)
{
    const auto found = postings_.find(slot);
    if (found == postings_.end()) return;
    Posting& posting = found->second;
    if (failed) {
        Slot& its = slots_.at(slot);
        its.to_complete -= posting.left;
        its.qp().unfinished -= posting.left;
        posting.left = 0;
    } else {
        post_next(posting);
    }
    if (posting.left == 0) postings_.erase(found);
}

/// Makes a request for all of the message; its length is still to be filled in.
WorkRequest NetworkCarrier::request_for(const Message& message, uint64_t slot) const
{
    WorkRequest request;
    request.verb = verb_;
    request.cookie = slot;
    if (contents_ == nullptr) return request;
    const Route route = contents_->route(message);
    request.local = route.from;
    request.remote = route.to;
    request.lkey = keys_[message.function][message.src];
    request.rkey = keys_[message.function][message.dst];
    if (verb_ == Verb::read) {
        std::swap(request.local, request.remote);
        std::swap(request.lkey, request.rkey);
    }
    return request;
}

/// Posts the receive for a SEND by this QP, at the place where a WRITE would have put it.
void NetworkCarrier::post_receive(Ends ends, uint32_t qp, const WorkRequest& request)
{
    ReceiveRequest receive;
    receive.address = request.remote;
    receive.lkey = request.rkey;
    receive.length = static_cast<uint32_t>(request.bytes);
    if (!network_.RunsHere(ends.there)) return;
    const uint32_t peer_qp = network_.Device(ends.here).NicOf(qp).peer_qp(qp);
    network_.Device(ends.there).NicOf(peer_qp).post_receive(peer_qp, receive);
}

void NetworkCarrier::at(Time when, uint64_t token)
{
    ++lanes_.mine().timers;
    network_.GetClock().Schedule(network_.OrderOfWorkload(), when - now(),
                                 ns3::MakeEvent(&NetworkCarrier::timer, this, token));
}

void NetworkCarrier::timer(uint64_t token)
{
    --lanes_.mine().timers;
    ++lanes_.mine().steps;
    workload_.on_timer(*this, token);
    check_done();
}

void NetworkCarrier::set_undelivered(Slot& slot, bool undelivered)
{
    const int change = (undelivered ? 1 : 0) - (slot.undelivered ? 1 : 0);
    lanes_.mine().undelivered += change;
    if (workload_.outlasts(slot.end.message.job)) lanes_.mine().awaited += change;
    slot.undelivered = undelivered;
}

/// Notes that so many bytes more are where they belong.
void NetworkCarrier::moved(uint64_t index, Bytes bytes)
{
    Slot& slot = slots_.at(index);
    slot.to_deliver -= bytes;
    if (slot.to_deliver != 0) return;
    set_undelivered(slot, false);
    slot.end.arrived = now();
    if (foresight_ != nullptr) release(foresight_->arrived(index, now()));
    const uint32_t job = slot.end.message.job;
    std::vector<Bytes>& delivered = lanes_.mine().delivered;
    if (job >= delivered.size()) delivered.resize(job + 1);
    delivered[job] += slot.end.message.bytes;
    deliver(Message(slot.end.message));
}

/// A QP that has more to send goes on at its rate when a message is posted or completed.
void NetworkCarrier::tell_change(const Slot& slot) const
{
    const Message& message = slot.end.message;
    const Flow& flow = network_.Device(message.src).GetNic(message.function).flow(slot.end.qp);
    if (flow.backlog == 0) on_change(flow.base_rtt);
}

void NetworkCarrier::Completed(RoceNetDevice&, const Completion& completion, Time)
{
    if (completion.status != Status::success) erred_ = network_.TheRanks() != nullptr;
    // A receive of a QP in error was never used.
    if (completion.kind == Completion::Kind::received && completion.status != Status::success) return;
    ++lanes_.mine().steps;
    const uint64_t index = completion.cookie;
    Slot& slot = slots_.at(index);
    if (completion.kind != Completion::Kind::sent) {
        moved(index, completion.bytes);
        check_done();
        return;
    }
    if (completion.verb == Verb::read && completion.status == Status::success) moved(index, completion.bytes);
    slot.to_complete -= completion.bytes;
    if (slot.pair != nullptr) slot.qp().unfinished -= completion.bytes;
    slot.end.retransmitted += completion.retransmitted;
    if (completion.status != Status::success && slot.end.status == FlowStatus::ok)
        slot.end.status = flow_status(completion.status);
    if (slot.to_complete > 0) go_on(index, completion.status != Status::success);
    if (slot.to_complete == 0) end_message(index);
}

/// All of the message has been completed at its sender, perhaps in error.
void NetworkCarrier::end_message(uint64_t index)
{
    Slot& slot = slots_.at(index);
    slot.end.end = now();
    set_undelivered(slot, false);
    if (foresight_ != nullptr && slot.launched) {
        if (slot.to_deliver == 0)
            foresight_->completed(index, slot.end.end - slot.end.arrived);
        else
            release(foresight_->lost(index, now()));
    }
    if (on_change && slot.pair != nullptr && slot.launched) tell_change(slot);
    const MessageEnd end = slot.end;
    slot.used = false;
    // A failed message may still be delivered late: its slot is not used again.
    if (slot.to_deliver == 0) slots_.give(index, network_.GetClock().Actor());
    tell_end(end, false);
    workload_.on_completed(*this, end.message, end.status);
    check_done();
}

void NetworkCarrier::deliver(const Message& message)
{
    if (contents_ != nullptr) contents_->arrive(message);
    workload_.on_delivered(*this, message);
}

void NetworkCarrier::TransferArrived(uint64_t cookie, Time)
{
    ++lanes_.mine().steps;
    --lanes_.mine().transfers;
    MessageEnd& end = slots_.at(cookie).end;
    end.end = end.arrived = now();
    if (on_transfer) tell_end(end, true);
    const Message message = end.message;
    slots_.at(cookie).used = false;
    slots_.give(cookie, network_.GetClock().Actor());
    if (contents_ != nullptr) copy_bytes(*contents_, message);
    deliver(message);
    workload_.on_completed(*this, message, FlowStatus::ok);
    check_done();
}

void NetworkCarrier::check_done()
{
    if (done_ || apart() || !workload_.done()) return;
    done_ = true;
    ns3::Simulator::Stop();
}

/// Tells whether only whole requests of the message count. Of a READ, no NIC tells what its requester has
/// received so far; one that is foreseen has no QP.
bool NetworkCarrier::by_requests(const Slot& slot) const
{
    return !slot.launched || verb_ == Verb::read || slot.end.delivered();
}

/// Returns what has arrived on the QP of a message, if that counts and the receiver's node runs here; else 0.
Bytes NetworkCarrier::arrived_of(const Slot& slot) const
{
    const Message& message = slot.end.message;
    if (by_requests(slot)) return 0;
    const uint32_t there = network_.Device(message.src).GetNic(message.function).peer_qp(slot.end.qp);
    return network_.Device(message.dst).GetNic(message.function).received(there);
}

std::vector<Bytes> NetworkCarrier::progress_of(const std::vector<const Slot*>& slots) const
{
    std::vector<Bytes> all;
    for (const Slot* slot : slots) all.push_back(arrived_of(*slot));
    if (Ranks* ranks = network_.TheRanks(); ranks != nullptr && ranks->Whole())
        all = ranks->Sum(Ranks::About::LOOK, std::move(all));
    for (size_t i = 0; i < slots.size(); ++i) {
        const Slot& slot = *slots[i];
        const Bytes bytes = slot.end.message.bytes, requests = bytes - slot.to_deliver;
        all[i] = by_requests(slot) ? requests
                                   : std::clamp(all[i] - slot.before + slot.end.skipped, requests, bytes);
    }
    return all;
}

std::vector<BusyQp> NetworkCarrier::busy_qps() const
{
    std::vector<std::pair<Place, BusyQp>> busy;
    std::set<std::pair<uint32_t, uint32_t>> known;
    slots_.for_each([&](const Slot& slot) {
        const Message& message = slot.end.message;
        if (!slot.used || !slot.launched || slot.pair == nullptr ||
            !known.emplace(message.src, slot.end.qp).second)
            return;
        busy.push_back({slot.place, {message.src, slot.end.qp, message.dst, message.function}});
    });
    std::sort(busy.begin(), busy.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<BusyQp> qps;
    for (const auto& each : busy) qps.push_back(each.second);
    return qps;
}

void NetworkCarrier::deliver_skipped(uint64_t cookie, Bytes bytes)
{
    Slot& slot = slots_.at(cookie);
    slot.to_complete -= bytes;
    slot.to_deliver -= bytes;
    slot.end.skipped += bytes;
    SharedQp& qp = slot.qp();
    qp.unfinished -= bytes;
    if (network_.Config().qpPerMessage) return;
    qp.posted -= bytes;
    if (qp.unfinished == slot.to_complete) return;
    slots_.for_each([&slot, bytes](Slot& later) {
        if (later.used && later.pair == slot.pair && later.qp_index == slot.qp_index &&
            slot.place < later.place)
            later.before -= bytes;
    });
}

std::vector<Bytes> NetworkCarrier::delivered_by_job(size_t jobs) const
{
    std::vector<Bytes> all(jobs);
    lanes_.for_each([&all](const Lane& lane) {
        all.resize(std::max(lane.delivered.size(), all.size()));
        for (size_t job = 0; job < lane.delivered.size(); ++job) all[job] += lane.delivered[job];
    });
    std::vector<const Slot*> open;
    slots_.for_each([&open](const Slot& slot) {
        if (slot.pair != nullptr && slot.to_deliver > 0) open.push_back(&slot);
    });
    const std::vector<Bytes> progress = progress_of(open);
    for (size_t i = 0; i < open.size(); ++i) all.at(open[i]->end.message.job) += progress[i];
    return all;
}

std::vector<MessageEnd> NetworkCarrier::unfinished() const
{
    std::vector<const Slot*> open;
    slots_.for_each([&open](const Slot& slot) {
        if (slot.used && !slot.end.message.nvlink && slot.pair != nullptr) open.push_back(&slot);
    });
    std::sort(open.begin(), open.end(), [](const Slot* a, const Slot* b) { return a->place < b->place; });
    std::vector<MessageEnd> ends;
    const std::vector<Bytes> progress = progress_of(open);
    for (size_t i = 0; i < open.size(); ++i) {
        ends.push_back(open[i]->end);
        ends.back().progress = progress[i];
    }
    return ends;
}

}  // namespace hpnsim
