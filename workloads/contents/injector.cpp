// SPDX-License-Identifier: GPL-2.0-only
// Spoils one message in the receiver's memory at the moment of its arrival, or the reduction that follows
// (--inject).
#include "hpnsim/bad_input.hpp"
#include "hpnsim/contents.hpp"
#include "hpnsim/names.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace hpnsim
{

namespace
{

struct Named {
    const char* name;
    Injection injection;
};
constexpr Named kNames[] = {{"flip", Injection::flip},
                            {"offset", Injection::offset},
                            {"lost", Injection::lost},
                            {"swapped", Injection::swapped},
                            {"reduce-twice", Injection::reduce_twice}};

class Injector : public Contents
{
public:
    Injector(std::unique_ptr<Contents> inner, Injection injection, Bytes mtu)
        : inner_(std::move(inner)), injection_(injection), mtu_(mtu)
    {
    }

    EndpointMemory& memory() override { return inner_->memory(); }
    Route route(const Message& message) const override { return inner_->route(message); }
    void depart(const Message& message) override
    {
        inner_->depart(message);
        if (done_ || message.src == message.dst) return;
        if (injection_ == Injection::swapped)
            pair_up(message);
        else if (!victim_ && suits(message))
            choose(message);
    }
    void arrive(const Message& message) override;
    Verdict finish(bool complete) override;

private:
    using Copy = std::vector<std::byte>;
    /// Jobs count their messages each for itself.
    static bool same(const Message& a, const Message& b) { return a.id == b.id && a.job == b.job; }
    /// A message and its route, which the contents need not know any more when another has arrived.
    struct Chosen {
        Message message;
        Route route;
    };

    bool suits(const Message& message) const
    {
        const Route route = inner_->route(message);
        if (injection_ == Injection::reduce_twice) return route.to != route.result;
        return injection_ != Injection::offset || route.bytes >= 2 * mtu_;
    }
    void choose(const Message& message)
    {
        victim_ = {message, route(message)};
        before_ = read(message.dst, victim_->route.to, victim_->route.bytes);
    }
    void pair_up(const Message& message);
    void spoil(const Message& message);
    void swap(const Message& message);
    Copy read(uint32_t endpoint, uint64_t address, Bytes bytes)
    {
        const std::byte* from = memory().at(endpoint, address, bytes);
        return {from, from + bytes};
    }
    void write(const Message& message, Bytes offset, const std::byte* data, Bytes bytes)
    {
        const uint64_t to = route(message).to + static_cast<uint64_t>(offset);
        std::memcpy(memory().at(message.dst, to, bytes), data, static_cast<size_t>(bytes));
    }

    std::unique_ptr<Contents> inner_;
    Injection injection_;
    Bytes mtu_;
    bool done_ = false;
    std::optional<Chosen> victim_, other_;  ///< `other_` is the second of two that are swapped
    std::vector<Chosen> under_way_;         ///< candidates for a swap
    Copy before_;                           ///< what was where the victim lands
    std::optional<Copy> first_;             ///< the bytes of the first of two swapped messages to arrive
};

/// Picks the first two messages on their way to one endpoint that go to different places there.
void Injector::pair_up(const Message& message)
{
    if (victim_) return;
    const Chosen later{message, route(message)};
    for (const Chosen& earlier : under_way_)
        if (earlier.message.dst == message.dst && earlier.route.result != later.route.result) {
            victim_ = earlier;
            other_ = later;
            return;
        }
    under_way_.push_back(later);
}

void Injector::arrive(const Message& message)
{
    const auto is = [&](const Chosen& one) { return same(one.message, message); };
    if (!victim_)
        under_way_.erase(std::remove_if(under_way_.begin(), under_way_.end(), is), under_way_.end());
    const bool chosen = (victim_ && is(*victim_)) || (other_ && is(*other_));
    if (done_ || !chosen) return inner_->arrive(message);
    spoil(message);
    inner_->arrive(message);
    if (injection_ == Injection::reduce_twice) inner_->arrive(message);
}

void Injector::spoil(const Message& message)
{
    if (injection_ == Injection::swapped) return swap(message);
    done_ = true;
    if (injection_ == Injection::flip)
        *memory().at(message.dst, route(message).to + static_cast<uint64_t>(route(message).bytes / 2), 1) ^=
            std::byte{0x10};
    if (injection_ == Injection::lost) write(message, 0, before_.data(), route(message).bytes);
    if (injection_ == Injection::offset) {
        const Copy packet = read(message.dst, route(message).to, mtu_);
        write(message, mtu_, packet.data(), mtu_);
        write(message, 0, before_.data(), mtu_);
    }
}

/// The first to arrive takes what the second carries from the second's sender, the second what the first
/// carried.
void Injector::swap(const Message& message)
{
    const Bytes bytes = std::min(victim_->route.bytes, other_->route.bytes);
    if (first_) {
        write(message, 0, first_->data(), bytes);
        done_ = true;
        return;
    }
    const Chosen& later = same(message, victim_->message) ? *other_ : *victim_;
    first_ = read(message.dst, route(message).to, bytes);
    write(message, 0, read(later.message.src, later.route.from, bytes).data(), bytes);
}

Verdict Injector::finish(bool complete)
{
    Verdict verdict = inner_->finish(complete);
    if (done_ || verdict.wrong > 0) return verdict;
    verdict.complete = false;
    verdict.first = "injection: nothing was spoiled, for no message of this run can be";
    return verdict;
}

}  // namespace

std::vector<std::string> injection_names()
{
    std::vector<std::string> names;
    for (const Named& each : kNames) names.emplace_back(each.name);
    return names;
}

Injection injection_named(const std::string& what, const std::string& name)
{
    return kNames[parse_name(what, name, injection_names())].injection;
}

std::unique_ptr<Contents> inject(std::unique_ptr<Contents> contents, Injection injection, Bytes mtu)
{
    if (injection == Injection::none) return contents;
    return std::make_unique<Injector>(std::move(contents), injection, mtu);
}

}  // namespace hpnsim
