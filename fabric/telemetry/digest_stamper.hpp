// SPDX-License-Identifier: GPL-2.0-only
// DigestStamper writes the load of a packet's path into a byte or two, as PINT does (SIGCOMM'20) in the form
// that HPCC-sim gave it. hpnsim/digest.hpp says what the codes mean.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/digest.hpp"
#include "hpnsim/random.hpp"
#include "hpnsim/units.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// Holds the powers of a base, in one table for all ports.
class DigestScale
{
public:
    /// `thousandths`: the base, 1001 to 2000, else BadInput.
    explicit DigestScale(uint32_t thousandths) : m_thousandths(thousandths)
    {
        if (thousandths < 1001 || thousandths > 2000) {
            throw BadInput("digests to the base " + std::to_string(thousandths) +
                           " thousandths; it takes 1001 to 2000");
        }
        const double base = thousandths / 1000.0;
        for (double power = 1; power <= digest::kMost; power *= base) {
            m_powers.push_back(power);
        }
    }

    /// Rounds up or down at random, so that the mean of what is decoded is the utilisation in whole 1/512,
    /// rounded up.
    uint16_t Encode(double utilisation, uint64_t& stream) const
    {
        const double value = std::max(1.0, std::ceil(utilisation * digest::kPerUnit));
        const auto above = std::upper_bound(m_powers.begin(), m_powers.end(), value);
        const auto code = static_cast<uint16_t>(above - m_powers.begin() - 1);
        if (above == m_powers.end() || value == m_powers[code]) {
            return code;
        }
        const double share = (value - m_powers[code]) / (*above - m_powers[code]);
        return static_cast<uint16_t>(next_uniform(stream) < share ? code + 1 : code);
    }

    uint32_t Thousandths() const { return m_thousandths; }

private:
    uint32_t m_thousandths;
    std::vector<double> m_powers;
};

/// Belongs to one egress port. It averages the port's utilisation over `period`, link and queue together,
///     u' = (1 - dt/T) u + bytes / (B T) + q dt / (B T T),
/// each time that a packet which wants a digest leaves. `bytes` is all that left since the last one (HPCC-sim
/// counts the last packet alone, which is the same where only such packets pass).
class DigestStamper
{
public:
    /// `period` and `rate` > 0, else BadInput.
    DigestStamper(std::shared_ptr<const DigestScale> scale, Rate rate, Time period, uint64_t stream)
        : m_scale(std::move(scale)), m_period(static_cast<double>(period.ps)),
          m_perPeriod(bytes_at(static_cast<double>(rate.bps), picoseconds(1)) * m_period), m_stream(stream)
    {
        if (period.ps < 1 || rate.bps < 1) {
            throw BadInput("digests of a port of " + std::to_string(rate.bps) + " b/s over " +
                           std::to_string(period.ps) + " ps; it takes more than 0 of either");
        }
    }

    /// Returns the code for a packet that came with the code `carried`. `sent` are the wire bytes that the
    /// port sent before it, `queued` those that it leaves waiting.
    uint16_t Stamp(uint16_t carried, Time now, Bytes sent, Bytes queued)
    {
        const auto elapsed = static_cast<double>((now - m_last).ps);
        const double dt = std::min(elapsed, m_period);
        const double passed = dt / m_period;
        double bytes = static_cast<double>(sent - m_sent);
        if (elapsed > m_period) {
            bytes *= m_period / elapsed;
        }
        m_utilisation = (1 - passed) * m_utilisation + bytes / m_perPeriod +
                        static_cast<double>(queued) / m_perPeriod * passed;
        m_last = now;
        m_sent = sent;
        return std::max(carried, m_scale->Encode(m_utilisation, m_stream));
    }

    double Utilisation() const { return m_utilisation; }

private:
    std::shared_ptr<const DigestScale> m_scale;
    double m_period;     // ps
    double m_perPeriod;  // bytes that the link carries in one
    double m_utilisation{0};
    Time m_last;
    Bytes m_sent{0};
    uint64_t m_stream;  // the port's own random stream
};

}  // namespace hpnsim
