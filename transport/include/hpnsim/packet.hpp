// SPDX-License-Identifier: GPL-2.0-only
// A packet inside the simulation: a pooled descriptor of two cache lines. Bytes are made from it only
// when someone captures.
#pragma once

#include "hpnsim/events.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace hpnsim
{

enum class PacketKind : uint8_t {
    data,     ///< a packet of a SEND or WRITE message
    ack,      ///< cumulative, or with a SACK bitmap (rud)
    nak,      ///< gbn: PSN sequence error or receiver not ready; rud: the answer to a trimmed header
    cnp,      ///< congestion notification
    credit,   ///< a receiver's grant
    nvlink,   ///< a piece of a transfer inside a host
    foreign,  ///< an ns3::Packet of somebody else, in the lossy class
};

/// The class of service in every port: strict priority for `control`, weighted round robin for the rest.
enum class TrafficClass : uint8_t { control, data, lossy };
inline constexpr int kTrafficClasses = 3;

enum class Nak : uint8_t { sequence_error, receiver_not_ready, trimmed, trimmed_at_last_hop };

/// INT records of a packet, in a side block that the pool lends only to packets that are stamped.
struct IntBlock {
    static constexpr int kMax = 8;
    IntHop hop[kMax];
    IntBlock* next = nullptr;
};

struct Packet {
    // First cache line: what every switch reads.
    Packet* next = nullptr;     ///< intrusive FIFO link
    Time arrival;               ///< at the far end of the link that it is on
    uint32_t wire_bytes = 0;    ///< everything that occupies the link, preamble and gap included
    uint32_t payload = 0;       ///< payload bytes; kept when trimmed
    uint32_t src = 0, dst = 0;  ///< endpoint numbers
    uint16_t source_port = 0;   ///< UDP source port: the ECMP entropy
    uint16_t in_port = 0;       ///< ingress port at the switch that holds it
    PacketKind kind = PacketKind::data;
    TrafficClass cls = TrafficClass::data;
    uint8_t plane = 0;     ///< the NIC port it left by
    bool ce = false;       ///< congestion experienced
    bool ect = false;      ///< ECN-capable
    bool stamped = false;  ///< wants INT
    bool trimmed = false;
    bool last_hop = false;  ///< trimmed at the last hop
    IntBlock* telemetry = nullptr;

    // Second cache line: what only endpoints read.
    uint32_t dst_qp = 0;
    uint32_t psn = 0;       ///< 24 bits, as on the wire
    uint8_t hop_count = 0;  ///< INT records used
    bool retransmitted = false;
    bool ack_request = false;
    bool last_of_message = false;
    bool solicited_recv = false;  ///< SEND: consumes a posted receive
    Nak nak = Nak::sequence_error;
    bool echo_ecn = false;          ///< ACK: the triggering packet carried CE
    Bytes message_bytes = 0;        ///< data: length of the whole message
    uint64_t message = 0;           ///< data: number of the message on its QP, from 0; ACK (rud): SACK bitmap
    uint64_t cookie =
        0;               ///< data: the poster's own mark, delivered with the message; ACK (rud): PSN of bit 0
    Time sent;           ///< data: when it was handed to the wire; ACK: echo of it
    Bytes received = 0;  ///< ACK: running count of payload bytes received in any order;
                         ///< data: the sender's backlog
    Bytes marked = 0;    ///< ACK: running count of CE-marked payload bytes
    uint32_t echo_psn = 0;      ///< ACK: the packet that triggered it; NAK (rud): the lost one
    uint32_t out_of_order = 0;  ///< ACK: packets held beyond the first gap
};

/// Lends packets and INT blocks; grows by slabs, never shrinks, allocates nothing in steady state.
class PacketPool
{
public:
    Packet* take()
    {
        if (free_ == nullptr) grow();
        Packet* packet = free_;
        free_ = packet->next;
        *packet = Packet();
        ++in_use_;
        return packet;
    }
    void give(Packet* packet)
    {
        if (packet->telemetry != nullptr) give_block(packet->telemetry);
        packet->telemetry = nullptr;
        packet->next = free_;
        free_ = packet;
        --in_use_;
    }
    IntBlock* take_block()
    {
        if (free_blocks_ == nullptr) grow_blocks();
        IntBlock* block = free_blocks_;
        free_blocks_ = block->next;
        return block;
    }
    void give_block(IntBlock* block)
    {
        block->next = free_blocks_;
        free_blocks_ = block;
    }
    /// Packets lent and not yet given back.
    int64_t in_use() const { return in_use_; }

private:
    void grow();
    void grow_blocks();

    Packet* free_ = nullptr;
    IntBlock* free_blocks_ = nullptr;
    int64_t in_use_ = 0;
    std::vector<std::unique_ptr<Packet[]>> slabs_;
    std::vector<std::unique_ptr<IntBlock[]>> block_slabs_;
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
