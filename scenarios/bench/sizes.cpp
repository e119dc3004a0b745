// SPDX-License-Identifier: GPL-2.0-only
// Takes the sizes of what a packet touches. Some of these types are private to their classes, and stay so: an
// explicit instantiation may name private types, and hands out their sizes alone.
#include "bench/sizes.hpp"

#include "model/link-tx.h"
#include "model/roce-net-device.h"
#include "model/roce-switch-port.h"
#include "model/roce-switch.h"

#include "hpnsim/nic.hpp"
#include "hpnsim/packet.hpp"

#include "qp/qp.hpp"

namespace hpnsim
{

namespace
{

template <class Tag, size_t kBytes> struct SizeOf {
    friend size_t bytes_of(Tag) { return kBytes; }
};

struct SwitchPort {
    friend size_t bytes_of(SwitchPort);
};
template struct SizeOf<SwitchPort, sizeof(RoceSwitch::Port)>;

}  // namespace

std::vector<TouchedSize> touched_sizes()
{
    return {
        {"Packet", sizeof(Packet), 128, "one a packet"},
        {"IntBlock", sizeof(IntBlock), 328, "one a packet that is stamped with INT"},
        {"PacketFifo", sizeof(PacketFifo), 16, "one a link direction, and one a queue"},
        {"LinkTx", sizeof(LinkTx), 256, "two a link"},
        {"RoceSwitch::Port", bytes_of(SwitchPort{}), 832, "one a port of a switch; holds a LinkTx"},
        {"PortScheduler", sizeof(PortScheduler), 272, "one a port of a switch, in it"},
        {"QueueMonitor", sizeof(QueueMonitor), 24, "one a port of a switch, in it"},
        {"EcnMarker", sizeof(EcnMarker), 40, "one a port of a switch, in it"},
        {"IngressBuffer", sizeof(IngressBuffer), 40, "one a port and lossless priority"},
        {"SharedBuffer", sizeof(SharedBuffer), 32, "one a switch, in it"},
        {"RoceSwitch", sizeof(RoceSwitch), 1248, "one a switch"},
        {"RoceNetDevice", sizeof(RoceNetDevice), 432, "one a NIC"},
        {"Nic", sizeof(Nic), 576, "one a NIC and function"},
        {"NicScheduler::Port", sizeof(NicScheduler::Port), 256, "one a port of a NIC; begins a cache line"},
        {"Qp", sizeof(Qp), 640, "one a QP, with Requester, Responder and Flow in it; laws' states follow"},
        {"Flow", sizeof(Flow), 144, "one a QP, in it"},
        {"Requester", sizeof(Requester), 152, "one a QP, in it; begins a cache line"},
        {"Responder", sizeof(Responder), 120, "one a QP, in it; begins a cache line"},
        {"Arriving", sizeof(Arriving), 96, "gbn, UC, UD: one a QP that is sent to; irn, rud: one a message"},
        {"SelectiveSend", sizeof(SelectiveSend), 104, "irn, rud: one a QP, behind it"},
        {"SelectiveReceive", sizeof(SelectiveReceive), 112, "irn, rud: one a QP, behind it"},
        {"CreditState", sizeof(CreditState), 48, "one a QP with receiver credit"},
        {"Wqe", sizeof(Wqe), 144, "one a message under way"},
        {"PsnState", sizeof(PsnState), 16, "irn, rud: one a packet in flight"},
        {"SendRecord", sizeof(SendRecord), 16, "irn, rud: one a transmission"}};
}

}  // namespace hpnsim
