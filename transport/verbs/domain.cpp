// SPDX-License-Identifier: GPL-2.0-only
// A protection domain makes regions, address handles and queues.
#include "hpnsim/verbs.hpp"
#include "verbs/errors.hpp"

namespace hpnsim::verbs
{

MemoryRegion& ProtectionDomain::reg_mr(void* bytes, uint64_t length, uint32_t access_flags)
{
    return reg_mr_iova(bytes, length, context_.take_addresses(length), access_flags);
}

MemoryRegion& ProtectionDomain::reg_mr_iova(void* bytes, uint64_t length, uint64_t iova,
                                            uint32_t access_flags)
{
    const bool writes = (access_flags & (access::kRemoteWrite | access::kRemoteAtomic)) != 0;
    if (writes && (access_flags & access::kLocalWrite) == 0)
        require(invalid("ibv_reg_mr", "remote writes and atomics need IBV_ACCESS_LOCAL_WRITE too"));
    if ((access_flags & ~access::kAll) != 0)
        require(invalid("ibv_reg_mr", "access flags other than local write, remote write, read and atomic (" +
                                          std::to_string(access_flags & ~access::kAll) + ")"));
    if (length == 0 || iova + length < iova)
        require(invalid("ibv_reg_mr", "a region of " + std::to_string(length) + " bytes at address " +
                                          std::to_string(iova)));
    auto region = std::make_unique<MemoryRegion>();
    region->pd = this;
    region->addr = iova;
    region->length = length;
    region->lkey = region->rkey =
        context_.nic_.memory().add({iova, length, access_flags, static_cast<std::byte*>(bytes), number_});
    context_.regions_.push_back(std::move(region));
    return *context_.regions_.back();
}

AddressHandle& ProtectionDomain::create_ah(const AhAttr& attr)
{
    const std::string call = "ibv_create_ah";
    if (attr.port_num < 1 || attr.port_num > context_.query_device().phys_port_cnt)
        require(invalid(call, "port_num " + std::to_string(attr.port_num) + " of 1 to " +
                                  std::to_string(context_.query_device().phys_port_cnt)));
    if (attr.sl != AhAttr::kNicsOwn) require(at_most(call, "sl", attr.sl, kPriorities - 1));
    context_.handles_.push_back(std::make_unique<AddressHandle>(*this, attr));
    return *context_.handles_.back();
}

SharedReceiveQueue& ProtectionDomain::create_srq(const SrqAttr& attr)
{
    const DeviceAttr device = context_.query_device();
    require(first_of({at_most("ibv_create_srq", "max_wr", attr.max_wr, device.max_qp_wr),
                      at_most("ibv_create_srq", "max_sge", attr.max_sge, 1)}));
    context_.srqs_.push_back(std::make_unique<SharedReceiveQueue>(context_, *this, attr));
    return *context_.srqs_.back();
}

QueuePair& ProtectionDomain::create_qp(const QpInitAttr& attr)
{
    const std::string call = "ibv_create_qp";
    const DeviceAttr device = context_.query_device();
    if (attr.send_cq == nullptr || attr.recv_cq == nullptr)
        require(invalid(call, "send_cq and recv_cq must both be given"));
    if (attr.srq != nullptr && &attr.srq->pd_ != this)
        require(invalid(call, "the SRQ belongs to another protection domain"));
    require(
        first_of({at_most(call, "cap.max_send_wr", attr.cap.max_send_wr, device.max_qp_wr),
                  at_most(call, "cap.max_recv_wr", attr.cap.max_recv_wr, device.max_qp_wr),
                  at_most(call, "cap.max_send_sge", attr.cap.max_send_sge, 1),
                  at_most(call, "cap.max_recv_sge", attr.cap.max_recv_sge, 1),
                  at_most(call, "cap.max_inline_data", attr.cap.max_inline_data, device.max_inline_data)}));
    auto qp = std::make_unique<QueuePair>(context_, *this, attr);
    const size_t number = qp->number_;
    if (context_.by_number_.size() <= number) context_.by_number_.resize(number + 1);
    context_.by_number_[number] = qp.get();
    context_.qps_.push_back(std::move(qp));
    return *context_.qps_.back();
}

}  // namespace hpnsim::verbs
