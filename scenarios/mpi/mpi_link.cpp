// SPDX-License-Identifier: GPL-2.0-only
// The only code that includes MPI: a library of its own, which programs load when mpirun has started them
// (run/process_ranks.cpp), so that they need no MPI otherwise.
#include "model/rank-link.h"

#include <climits>
#include <deque>
#include <mpi.h>
#include <utility>

namespace hpnsim
{

namespace
{

class MpiLink : public RankLink
{
public:
    MpiLink()
    {
        MPI_Init(nullptr, nullptr);
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &count_);
    }

    uint32_t Rank() const override { return static_cast<uint32_t>(rank_); }
    uint32_t Count() const override { return static_cast<uint32_t>(count_); }

    void Send(uint32_t to, RankMessage message) override
    {
        forget_sent();
        if (message.size() > INT_MAX) {
            MPI_Abort(MPI_COMM_WORLD, 4);
            return;
        }
        sending_.push_back({std::move(message), MPI_REQUEST_NULL});
        Sending& last = sending_.back();
        MPI_Isend(last.message.data(), static_cast<int>(last.message.size()), MPI_BYTE, static_cast<int>(to),
                  0, MPI_COMM_WORLD, &last.request);
    }

    bool Receive(uint32_t from, RankMessage& message) override
    {
        int here = 0, size = 0;
        MPI_Message incoming = MPI_MESSAGE_NULL;
        MPI_Status status;
        MPI_Improbe(static_cast<int>(from), 0, MPI_COMM_WORLD, &here, &incoming, &status);
        if (here == 0) return false;
        MPI_Get_count(&status, MPI_BYTE, &size);
        message.resize(static_cast<size_t>(size));
        MPI_Mrecv(message.data(), size, MPI_BYTE, &incoming, MPI_STATUS_IGNORE);
        return true;
    }

    void Close(bool together) override
    {
        if (!together) return;  // MPI_Finalize would wait for those who do not answer
        for (Sending& each : sending_) MPI_Wait(&each.request, MPI_STATUS_IGNORE);
        sending_.clear();
        MPI_Finalize();
    }

private:
    /// A message whose memory MPI still reads.
    struct Sending {
        RankMessage message;
        MPI_Request request;
    };

    void forget_sent()
    {
        int done = 1;
        while (!sending_.empty() && done != 0) {
            MPI_Test(&sending_.front().request, &done, MPI_STATUS_IGNORE);
            if (done != 0) sending_.pop_front();
        }
    }

    int rank_ = 0, count_ = 1;
    std::deque<Sending> sending_;
};

}  // namespace

}  // namespace hpnsim

/// Joins the processes that mpirun has started. It is called once; the caller owns what it gets.
extern "C" hpnsim::RankLink* hpnsim_join_ranks()
{
    return new hpnsim::MpiLink;
}
