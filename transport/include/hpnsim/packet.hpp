// SPDX-License-Identifier: GPL-2.0-only
// A packet inside the simulation is a pooled descriptor of two cache lines. Bytes are made from it only when
// someone captures.
#pragma once

#include "hpnsim/events.hpp"
#include "hpnsim/free_list.hpp"

#include <cstddef>
#include <cstdint>

namespace hpnsim
{

/// Says what a packet is to the machines that carry it. Endpoints look at the opcode.
enum class PacketKind : uint8_t {
    data,      ///< a request: SEND, WRITE, READ request, atomic; rud, irn: also what answers a READ
    ack,       ///< cumulative, or with a SACK bitmap (irn, rud)
    nak,       ///< with an AETH syndrome (IBTA 9.7.5.2.8); rud: also the answer to a trimmed header
    response,  ///< gbn: a READ response or an atomic's acknowledgement, in the requester's PSNs
    cnp,       ///< congestion notification (RoCEv2 annex A17.9.3)
    credit,    ///< a receiver's grant
    rts,       ///< a sender's request for credit (UEC: request to send)
    foreign,   ///< an ns3::Packet of somebody else, in the lossy priority
};

/// An 802.1p priority, 0-7: the queue of every port, and what PFC pauses.
using Priority = uint8_t;
inline constexpr int kPriorities = 8;
/// The default priorities (DSCP 48, 26, 0, by the usual DSCP / 8) of CNP and ACK, of lossless RoCE, and of
/// all other traffic.
inline constexpr Priority kControlPriority = 6, kDataPriority = 3, kLossyPriority = 0;

/// A bit set of priorities that PFC has paused.
using PausedPriorities = uint8_t;
constexpr PausedPriorities priority_bit(Priority priority)
{
    return static_cast<PausedPriorities>(1U << priority);
}

/// BTH opcodes as they are on the wire (IBTA table 38; RoCEv2 annex A17.9.3 for CNP). UC: + 0x20.
enum class Opcode : uint8_t {
    send_first = 0x00,
    send_middle = 0x01,
    send_last = 0x02,
    send_last_imm = 0x03,
    send_only = 0x04,
    send_only_imm = 0x05,
    write_first = 0x06,
    write_middle = 0x07,
    write_last = 0x08,
    write_last_imm = 0x09,
    write_only = 0x0A,
    write_only_imm = 0x0B,
    read_request = 0x0C,
    read_response_first = 0x0D,
    read_response_middle = 0x0E,
    read_response_last = 0x0F,
    read_response_only = 0x10,
    acknowledge = 0x11,
    atomic_acknowledge = 0x12,
    compare_swap = 0x13,
    fetch_add = 0x14,
    send_last_invalidate = 0x16,
    send_only_invalidate = 0x17,
    ud_send_only = 0x64,
    ud_send_only_imm = 0x65,
    cnp = 0x81,
};

/// AETH syndromes (IBTA 9.7.5.2.1, 9.7.5.2.8): the top three bits say which kind, the low five its value.
namespace syndrome
{
inline constexpr uint8_t kAck = 0x1f;  ///< no end-to-end credits
inline constexpr uint8_t kRnr = 0x20;  ///< receiver not ready: + timer code
inline constexpr uint8_t kSequence = 0x60, kInvalidRequest = 0x61, kRemoteAccess = 0x62,
                         kRemoteOperation = 0x63;
/// Used only inside the simulator (rud; UEC NACK codes 1 and 2): the packet arrived cut to its headers.
inline constexpr uint8_t kTrimmed = 0x80, kTrimmedLastHop = 0x81;
}  // namespace syndrome

/// Holds INT records of a packet. The pool lends this side block only to packets that are stamped.
struct IntBlock {
    static constexpr int kMax = 8;
    IntHop hop[kMax];
    IntBlock* next = nullptr;
};

/// Holds the extension headers of a packet beyond BTH, RETH's length and AETH, and its payload bytes. The
/// pool lends this side block only to packets that name memory, carry an immediate, or are atomics.
struct Extension {
    uint64_t address = 0;           ///< RETH, AtomicETH: remote virtual address of this packet's first byte
    uint64_t swap_add = 0;          ///< AtomicETH: swap or add data; AtomicAckETH: the original value
    uint64_t compare = 0;           ///< AtomicETH
    uint32_t rkey = 0;              ///< RETH, AtomicETH; 0: unchecked
    uint32_t immediate = 0;         ///< ImmDt, or IETH's rkey to invalidate
    uint32_t qkey = 0, src_qp = 0;  ///< DETH
    uint32_t receive_number = 0;    ///< irn: which receive work request this message takes
    std::byte* bytes = nullptr;     ///< payload, `kMaxPayload` of room; null: a virtual region's
    Extension* next = nullptr;
};
/// The longest payload that can be carried as bytes: the largest `--mtu`.
inline constexpr uint32_t kMaxPayload = 9216;

struct alignas(64) Packet {
    // First cache line: every switch reads it.
    Packet* next = nullptr;  ///< intrusive FIFO link
    Time arrival;            ///< at the far end of the link that it is on
    IntBlock* telemetry = nullptr;
    Extension* extension = nullptr;
    uint32_t wire_bytes = 0;    ///< everything that occupies the link, preamble and gap included
    uint32_t payload = 0;       ///< payload bytes; kept when trimmed
    uint32_t src = 0, dst = 0;  ///< endpoint numbers
    uint16_t source_port = 0;   ///< UDP source port: the ECMP entropy
    uint16_t in_port = 0;       ///< ingress port at the switch that holds it
    uint16_t feedback = 0;      ///< data: what the sender and switches say to each other; ACK: echo of it
    uint16_t dest_port = 4791;  ///< UDP destination port (ACK: of the data), which some ECMP hashes read
    PacketKind kind = PacketKind::data;
    Priority priority = kDataPriority;
    uint8_t plane = 0;  ///< the NIC port it left by
    bool ce : 1;        ///< congestion experienced
    bool ect : 1;       ///< ECN-capable
    bool stamped : 1;   ///< wants INT or a digest
    bool trimmed : 1;
    bool last_hop : 1;   ///< trimmed at the last hop
    bool corrupted : 1;  ///< its ICRC will not match: the NIC drops it
    bool retransmitted : 1;
    bool solicited : 1;     ///< BTH: the receiver is to be woken
    uint8_t hop_count = 0;  ///< INT records used
    Opcode opcode = Opcode::write_only;
    uint8_t dscp = 26;
    uint8_t syndrome = 0;  ///< AETH of ACK, NAK and READ responses

    // Second cache line: only endpoints read it.
    uint32_t dst_qp = 0;
    uint32_t psn = 0;  ///< 24 bits, as on the wire
    bool ack_request : 1;
    bool last_of_message : 1;
    bool takes_receive : 1;       ///< its message consumes a receive work request
    bool echo_ecn : 1;            ///< ACK: the triggering packet carried CE
    uint32_t host_delay_ns : 28;  ///< the receiving host's share of the round trip; `sent` leaves it out
    uint32_t msn = 0;             ///< AETH: messages completed by the responder, 24 bits
    uint32_t echo_psn = 0;        ///< ACK: the packet that triggered it; NAK (rud): the lost one;
                                  ///< data: the sender's own QP, which a switch's notice names
    union {
        uint32_t message_bytes = 0;  ///< data: length of the whole message (RETH: DMA length)
        uint32_t out_of_order;       ///< ACK: packets held beyond the first gap
    };
    uint64_t message = 0;  ///< data: number of the message on its QP, from 0; ACK (irn, rud): SACK bitmap
    uint64_t cookie = 0;   ///< data: the poster's own mark, delivered with the message;
                           ///< ACK (irn, rud): PSN of bit 0
    Time sent;             ///< data: when it was handed to the wire; ACK: echo of it
    Bytes received = 0;    ///< ACK: running count of payload bytes received in any order;
                           ///< data: the sender's backlog; with credit, and RTS: the count of granted
                           ///< bytes that it wants to reach; credit: that count as the receiver has it
    Bytes marked = 0;      ///< ACK: running count of CE-marked payload bytes

    Packet()
        : ce(false), ect(false), stamped(false), trimmed(false), last_hop(false), corrupted(false),
          retransmitted(false), solicited(false), ack_request(false), last_of_message(false),
          takes_receive(false), echo_ecn(false), host_delay_ns(0)
    {
    }

    /// Notes that the receiving host has held this packet, or the reply to it, for so long: that is not the
    /// network's time.
    void hold(Time held)
    {
        constexpr int64_t kMost = (1 << 28) - 1;
        sent += held;
        const int64_t ns = host_delay_ns + (held.ps + 500) / 1000;
        host_delay_ns = static_cast<uint32_t>(ns < kMost ? ns : kMost) & kMost;
    }
};
static_assert(sizeof(Packet) == 128, "two cache lines");

/// Lends packets and their side blocks (FreeList), to all lanes.
class PacketPool
{
public:
    Packet* take()
    {
        Packet* packet = packets_.take();
        *packet = Packet();
        return packet;
    }
    void give(Packet* packet)
    {
        if (packet->telemetry != nullptr) give_block(packet->telemetry);
        if (packet->extension != nullptr) give_extension(packet->extension);
        packet->telemetry = nullptr;
        packet->extension = nullptr;
        packets_.give(packet);
    }
    IntBlock* take_block() { return blocks_.take(); }
    void give_block(IntBlock* block) { blocks_.give(block); }
    /// Attaches an empty extension to the packet.
    Extension& extend(Packet& packet);
    /// Attaches room for payload bytes to the packet's extension.
    std::byte* take_bytes(Packet& packet);
    void give_extension(Extension* extension);
    /// Makes a second packet with the same contents, side blocks included.
    Packet* copy(const Packet& packet);
    /// Counts packets lent and not yet given back. Only one lane may run.
    int64_t in_use() const { return packets_.in_use(); }

private:
    /// Room for the payload of one packet; linked while it is free.
    union Room {
        Room* next;
        std::byte bytes[kMaxPayload];
    };

    FreeList<Packet> packets_;
    FreeList<IntBlock> blocks_;
    FreeList<Extension> extensions_;
    FreeList<Room, 64> rooms_;
};

/// An intrusive first-in first-out list of packets.
class PacketFifo
{
public:
    bool empty() const { return head_ == nullptr; }
    Packet* front() const { return head_; }
    Packet* back() const { return tail_; }
    void push(Packet* packet)
    {
        packet->next = nullptr;
        if (head_ == nullptr)
            head_ = packet;
        else
            tail_->next = packet;
        tail_ = packet;
    }
    Packet* pop()
    {
        Packet* packet = head_;
        head_ = packet->next;
        return packet;
    }

private:
    Packet* head_ = nullptr;
    Packet* tail_ = nullptr;
};

}  // namespace hpnsim
