// SPDX-License-Identifier: GPL-2.0-only
// Joins two NICs by a scripted channel in virtual time, and drives them as the ns-3 device does: port i of
// one faces port i of the other; a channel has a rate and a delay, and a script decides for each packet.
#pragma once

#include "recorder.hpp"

#include "hpnsim/nic.hpp"
#include "hpnsim/registry.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace hpnsim::test
{

/// Says what the channel does with a packet that leaves a NIC.
struct Fate {
    bool drop = false, trim = false, last_hop = false, mark = false, twice = false, corrupt = false;
    Time late;  ///< arrives later than it should: overtaken by others
};

/// A packet as it left a NIC.
struct Seen {
    Time at;
    int from;
    uint8_t port;
    Packet packet;
};

struct Done {
    Time at;
    int nic;
    Completion completion;
};

struct RigOptions {
    NicConfig nic;                     ///< of both; what is unset is filled in
    Rate rate = gbps(100);             ///< of every channel, and the NICs' port_rate
    Time delay = microseconds(1);      ///< of every channel
    Time base_rtt = microseconds(10);  ///< what the QPs believe
    Recorder::Params cc;               ///< of both sides
    const char* receiver = "echo";     ///< `echo`, `cnp`, `credit`, with keys
    bool spray = false;
    bool keep = true;  ///< keep what was seen
};

class Rig
{
public:
    explicit Rig(const RigOptions& options);

    /// Connects a QP of NIC 0 with one of NIC 1; both get the returned number.
    uint32_t connect(uint8_t home_port = 0, uint32_t first_psn = 0);
    /// Connects likewise, with everything else as `qp` says.
    uint32_t connect(QpConfig qp);
    void post(int nic, uint32_t qp, Bytes bytes, Verb verb = Verb::write, uint64_t cookie = 0);
    void post(int nic, uint32_t qp, const WorkRequest& request);
    void post_receive(int nic, uint32_t qp, uint32_t count = 1) { nics_[nic]->post_receive(qp, count); }
    void pause(int nic, uint8_t port, Priority priority, bool on);

    /// NIC `nic` was given work by somebody else: this does what a doorbell does.
    void ring(int nic) { settle(nic); }
    /// Handles events up to and including `end`.
    void run_until(Time end);
    /// Runs until nothing is left to happen; false if there still is something at `end`.
    bool run(Time end = milliseconds(1000));

    Nic& nic(int i) { return *nics_[i]; }
    PacketPool& pool() { return pool_; }
    Time now() const { return now_; }
    Journal& journal() { return journal_; }

    std::function<Fate(const Seen&)> script;
    std::function<void(const Done&)> on_done;
    std::vector<Seen> seen;
    std::vector<Done> done;
    uint64_t carried = 0;  ///< packets that left a NIC

    std::vector<Seen> seen_of(PacketKind kind, int from) const;
    std::vector<Done> done_of(Completion::Kind kind, int nic) const;

private:
    enum class What : uint8_t { arrival, idle, deadline };
    struct Item {
        Time when;
        uint64_t order;
        What what;
        int nic;
        uint8_t port;
        Packet* packet;
    };
    struct Port {
        Time busy_until;
        bool idle_armed = false;
        PausedPriorities paused = 0;
    };
    static bool later(const Item& a, const Item& b);

    void push(Time when, What what, int nic, uint8_t port = 0, Packet* packet = nullptr);
    Item pop();
    void work(const Item& item);
    void settle(int nic);
    void pump(int nic, uint8_t port);
    void send(int nic, uint8_t port, Packet* packet);
    void arm(int nic);

    RigOptions options_;
    Journal journal_;
    PacketPool pool_;
    Bound::Params path_params_;
    Chosen<ReceiverOps> receiver_;
    std::unique_ptr<Nic> nics_[2];
    Port ports_[2][kMaxNicPorts];
    Time deadline_[2] = {Time::max(), Time::max()};
    std::vector<Item> heap_;
    std::vector<Completion> completed_;  // scratch of settle
    uint64_t orders_ = 0;
    Time now_;
};

/// Returns the time that `bytes` take at the rig's default rate.
inline Time wire_time(Bytes bytes)
{
    return transmit_time(bytes, gbps(100));
}

}  // namespace hpnsim::test
