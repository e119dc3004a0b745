// SPDX-License-Identifier: GPL-2.0-only
// Sampler looks at every QP and port of a running network at equal intervals (`--series-us`). It has no
// events of its own: whoever watches the simulation tells it how far time has come.
#pragma once

#include "hpnsim/capture_list.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/series.hpp"

#include "helper/roce-network.h"

#include <vector>

namespace hpnsim
{

class Sampler
{
public:
    /// Samples if the options ask for it, in the first seed of a run.
    Sampler(RoceNetwork& network, const CommonOptions& options, uint64_t seed);
    Sampler(const Sampler&) = delete;
    Sampler& operator=(const Sampler&) = delete;

    /// Returns the moment of the next sample, which is taken after all that happens then; max: there is none.
    Time due() const { return due_; }
    /// Takes the samples that lie before `next`, when the next event runs: until then nothing changes.
    void catch_up(Time next);

    /// Returns when sampling ended because there were as many rows as --series-rows allows; 0: it did not.
    Time full() const { return full_; }

    /// Takes the remaining samples, and hands all over.
    Series finish();

private:
    struct Known {
        int name = -1;  // index in the series; -1: never had a row
        bool busy = false;
    };
    struct QpKnown : Known {
        Bytes received = 0;  // by its peer
    };
    struct PortKnown : Known {
        Time paused, sending;
        bool wanted = true;
    };

    void choose(const std::string& list);
    bool wanted(const std::vector<CapturePoint>& points, uint32_t node, uint16_t port) const;
    bool sample(Time now);
    void sample_nic(uint32_t endpoint, Time now);
    void sample_qp(uint32_t endpoint, const Nic& nic, uint32_t qp, Time now);
    void sample_switch(uint32_t index, Time now);
    /// `so_far` has what adds up since the run began.
    void add_port(PortKnown& port, uint32_t node, uint16_t number, const PortSample& so_far, Time now);

    RoceNetwork& network_;
    Time period_;
    Time last_, due_ = Time::max(), full_;
    uint64_t most_rows_;
    std::vector<bool> nics_;                     // true for NICs whose QPs are sampled
    std::vector<std::vector<QpKnown>> qps_;      // per endpoint and function
    std::vector<std::vector<PortKnown>> ports_;  // per node
    Series series_;
};

}  // namespace hpnsim
