// SPDX-License-Identifier: GPL-2.0-only
// DCQCN's notification point (Zhu et al., SIGCOMM'15, section 3.1): a marked packet is answered with a
// CNP unless the QP sent one less than an interval ago.
#include "hpnsim/receiver.hpp"

using namespace hpnsim;

namespace
{

struct CnpReceiver {
    static constexpr Info info{"cnp", "CE marks become CNPs, at most one per QP and interval (SIGCOMM'15)",
                               Needs::cnp};
    static constexpr Scope scope = Scope::qp;
    struct Params {
        Time interval = microseconds(50);
        static constexpr auto list()
        {
            return params(param<&Params::interval>(
                "interval-us", "us", "Least time between CNPs of a QP (SIGCOMM'15: 50; ConnectX: 4)", 0,
                1e6));
        }
    };

    Reply on_data(const Params& p, const Received& data)
    {
        if (!data.ecn || data.now < next_) return {};
        next_ = data.now + p.interval;
        return {true, false};
    }

private:
    Time next_;  // no CNP before
};

}  // namespace

HPNSIM_RECEIVER(CnpReceiver)
