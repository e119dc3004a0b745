// SPDX-License-Identifier: GPL-2.0-only
// Fuzzes a NIC with a hostile network and a careless owner: packets with any fields at any times, work,
// states, ports. The input is a program, a command a byte with its operands behind it. After every command
// the NIC's own rules (audit.hpp) must hold; in the end no packet may be missing.
#include "fuzz.hpp"

#include "hpnsim/nic.hpp"
#include "hpnsim/registry.hpp"

#include <array>
#include <cstring>
#include <vector>

using namespace hpnsim;
using fuzz::Bytes8;

namespace
{

constexpr uint64_t kBase = 0x7f0000000000;
constexpr uint32_t kQps = 6;

/// Holds what is the same for all inputs, because allocating it takes longer than most of them.
struct Ground {
    PacketPool pool;
    std::vector<std::byte> memory = std::vector<std::byte>(1 << 16);
};

struct World {
    World(Bytes8& in, Ground& ground) : memory(ground.memory), pool(ground.pool)
    {
        const uint8_t shape = in.u8();
        const auto& laws = all_cc();
        cc = choose_cc(laws[in.u8() % laws.size()]->slot.info->name);
        const auto reliability = static_cast<Reliability>(shape % 3);
        const bool sprays = reliability == Reliability::rud && (shape & 4) != 0;
        path = choose_path(sprays ? "spray" : "ecmp");
        receiver = choose_receiver((shape & 8) != 0 ? "cnp" : "echo");
        NicConfig config;
        config.ports = (shape & 16) != 0 ? 2 : 1;
        config.port_rate = gbps(100);
        config.mtu = 1024;
        config.wire = &wire_named("roce", reliability == Reliability::rud);
        config.reliability = reliability;
        config.selective.reorder = (shape & 32) != 0 ? 0.5 : 0;
        config.retry.adaptive = (shape & 64) != 0;
        config.retry.retries = 3;
        config.rnr.retries = 3;
        config.selective.window = 256;
        config.cnp.delay = microseconds(1);
        config.reads.outstanding = 4;
        config.ecn_capable = true;
        config.cc = {cc.ops, cc.params.get()};
        config.path = {path.ops, path.params.get()};
        config.receiver = {receiver.ops, receiver.params.get()};
        nic = std::make_unique<Nic>(0, std::make_shared<const NicConfig>(config), pool);
        key = nic->memory().add({kBase, memory.size(), access::kAll, memory.data(), 0});
        virtual_key = nic->memory().add({kBase, 1U << 20, access::kRemoteRead, nullptr, 0});
        make_qps();
    }

    void make_qps()
    {
        const uint32_t srq = nic->create_srq();
        for (uint32_t i = 0; i < kQps; ++i) {
            QpConfig qp;
            qp.peer = 1;
            qp.peer_qp = i;
            qp.base_rtt = microseconds(8);
            qp.hops = 3;
            qp.stream_id = i;
            qp.send_psn = qp.recv_psn = 0xfffff0 + i;
            qp.home_port = nic->config().ports == 2 ? i % 2 : 0;
            qp.service = i == 3 ? Service::uc : i == 4 ? Service::ud : Service::rc;
            qp.state = i == 5 ? QpState::init : QpState::rts;
            if (i == 2) qp.srq = srq;
            nic->create_qp(qp, now);
        }
    }

    std::vector<std::byte>& memory;
    PacketPool& pool;
    Chosen<CcOps> cc;
    Chosen<PathOps> path;
    Chosen<ReceiverOps> receiver;
    std::unique_ptr<Nic> nic;
    uint32_t key = 0, virtual_key = 0;
    Time now;
    std::array<Time, 16> sent{};  // when the last packets left: what echoes of them name
    size_t sends = 0;
};

/// Returns a number that is likely to matter, or any.
uint32_t near(Bytes8& in, uint64_t around)
{
    const uint8_t how = in.u8();
    if (how == 255) return in.u32();
    return static_cast<uint32_t>(around + static_cast<uint64_t>(static_cast<int64_t>(how) - 127)) & 0xffffff;
}

uint32_t length(Bytes8& in)
{
    const uint8_t how = in.u8();
    if (how < 4) return 1024U * how;
    return how < 250 ? how * 4U : in.u32();
}

void extend(Bytes8& in, World& w, Packet& packet)
{
    const uint8_t how = in.u8();
    if ((how & 1) == 0) return;
    Extension& extension = w.pool.extend(packet);
    extension.address = (how & 2) != 0 ? kBase + in.u16() : in.u64();
    extension.rkey = (how & 4) != 0 ? w.key : (how & 8) != 0 ? w.virtual_key : (how & 16) != 0 ? in.u32() : 0;
    extension.swap_add = in.u8();
    extension.compare = in.u8();
    extension.immediate = (how & 32) != 0 ? w.key : in.u8();
    extension.receive_number = in.u8();
    extension.qkey = how >> 7;
    if ((how & 64) != 0) std::memset(w.pool.take_bytes(packet), in.u8(), kMaxPayload);
}

void receive(Bytes8& in, World& w)
{
    Packet& p = *w.pool.take();
    const uint8_t flags = in.u8();
    p.dst_qp = in.u8() % (kQps + 1);
    p.src = (flags & 1) != 0 ? 1 : in.u8();
    p.kind = static_cast<PacketKind>(in.u8() % 8);
    p.opcode = static_cast<Opcode>(in.u8());
    const bool known = p.dst_qp < kQps;
    const QpAudit qp = known ? w.nic->audit(p.dst_qp) : QpAudit();
    const bool request = p.kind == PacketKind::data;
    p.psn = near(in, request ? qp.expected : qp.una);
    p.echo_psn = near(in, qp.una);
    p.payload = std::min(length(in), kMaxPayload);
    p.message_bytes = length(in);
    p.message = (flags & 2) != 0 ? in.u8() : in.u64();
    p.cookie = (flags & 4) != 0 ? qp.una + in.u8() : in.u64();
    p.sent = (flags & 8) != 0 ? w.sent[in.u8() % w.sent.size()] : w.now - nanoseconds(in.u16());
    p.syndrome = in.u8();
    p.received = static_cast<hpnsim::Bytes>(in.u32());
    p.marked = in.u16();
    p.ce = (flags & 16) != 0;
    p.trimmed = (flags & 32) != 0;
    p.retransmitted = (flags & 64) != 0;
    p.ack_request = (flags & 128) != 0;
    const uint8_t more = in.u8();
    p.corrupted = (more & 15) == 15;
    p.last_hop = (more & 16) != 0;
    p.solicited = (more & 32) != 0;
    p.echo_ecn = (more & 64) != 0;
    p.takes_receive = (more & 128) != 0;
    extend(in, w, p);
    w.nic->receive(&p, in.u8() % w.nic->config().ports, w.now);
}

void post(Bytes8& in, World& w)
{
    WorkRequest r;
    const uint8_t what = in.u8();
    r.verb = static_cast<Verb>(what % 5);
    r.bytes = length(in);
    const bool atomic = r.verb == Verb::compare_swap || r.verb == Verb::fetch_add;
    if (atomic && (what & 32) != 0) r.bytes = 8;
    r.local = kBase + in.u16();
    r.lkey = (what & 64) != 0 ? w.key : 0;
    r.remote = in.u64();
    r.rkey = in.u8();
    const uint8_t flags = in.u8();
    r.with_immediate = (flags & 1) != 0;
    r.invalidate = (flags & 2) != 0;
    r.fence = (flags & 4) != 0;
    r.signaled = (flags & 8) != 0;
    w.nic->post_send(in.u8() % kQps, r, w.now);
}

void post_receive(Bytes8& in, World& w)
{
    ReceiveRequest r;
    r.address = kBase + in.u16();
    r.length = length(in);
    r.lkey = (in.u8() & 1) != 0 ? w.key : 0;
    const uint8_t qp = in.u8();
    if ((qp & 128) != 0)
        w.nic->post_srq_receive(0, r);
    else if (qp % kQps != 2)
        w.nic->post_receive(qp % kQps, r);
}

void send(Bytes8& in, World& w)
{
    const uint8_t how = in.u8();
    const auto port = static_cast<uint8_t>((how & 1) % w.nic->config().ports);
    for (int i = 0; i < 1 + (how >> 4); ++i) {
        Packet* packet =
            w.nic->next_packet(port, (how & 2) != 0 ? PausedPriorities{0xff} : PausedPriorities{0}, w.now);
        if (packet == nullptr) break;
        w.sent[w.sends++ % w.sent.size()] = packet->sent;
        w.pool.give(packet);
        w.now += nanoseconds(90);
    }
}

void pass_time(Bytes8& in, World& w)
{
    const uint8_t how = in.u8();
    w.now += how < 128 ? nanoseconds(how * 40) : microseconds(how * 8);
}

void change(Bytes8& in, World& w)
{
    const uint8_t how = in.u8();
    if (how < 64)
        w.nic->set_port_state(static_cast<uint8_t>((how & 1) % w.nic->config().ports), (how & 2) != 0, w.now);
    else if (how < 128)
        w.nic->set_peer_ports(1, how & 3, w.now);
    else
        w.nic->modify_qp((how >> 3 & 15) % kQps, static_cast<QpState>(how % 7), w.now);
}

void check(World& w)
{
    while (w.nic->next_deadline() <= w.now) w.nic->on_deadline(w.now);
    w.nic->clear_completions();
    for (uint32_t qp = 0; qp < kQps; ++qp) {
        const std::string wrong = broken_rule(w.nic->audit(qp));
        if (!wrong.empty()) fuzz::fail("QP " + std::to_string(qp) + ": " + wrong);
    }
    if (w.pool.in_use() != w.nic->packets_held()) fuzz::fail("a packet is missing, or one too many");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static Ground ground;
    Bytes8 in(data, size);
    World w(in, ground);
    for (int commands = 0; !in.empty() && commands < 400; ++commands) {
        const uint8_t command = in.u8() % 16;
        if (command < 8)
            receive(in, w);
        else if (command < 10)
            post(in, w);
        else if (command == 10)
            post_receive(in, w);
        else if (command < 13)
            send(in, w);
        else if (command < 15)
            pass_time(in, w);
        else
            change(in, w);
        check(w);
    }
    return 0;
}
