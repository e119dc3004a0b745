// SPDX-License-Identifier: GPL-2.0-only
// Hands what a carrier tells a ProgramWorkload to its engine.
#include "graph/program_engine.hpp"

namespace hpnsim
{

ProgramWorkload::ProgramWorkload(std::shared_ptr<const Program> program, ProgramSetting setting)
    : engine_(std::make_unique<Engine>(*this, std::move(program), std::move(setting)))
{
}

ProgramWorkload::~ProgramWorkload() = default;

void ProgramWorkload::start(Carrier& carrier)
{
    engine_->start(carrier);
}

void ProgramWorkload::on_delivered(Carrier& carrier, const Message& message)
{
    engine_->delivered(carrier, message);
}

void ProgramWorkload::on_completed(Carrier& carrier, const Message& message, FlowStatus status)
{
    engine_->completed(carrier, message, status);
}

void ProgramWorkload::on_timer(Carrier& carrier, uint64_t token)
{
    engine_->timer(carrier, token);
}

bool ProgramWorkload::done() const
{
    return engine_->done();
}

double ProgramWorkload::progress() const
{
    return engine_->progress();
}

const Program& ProgramWorkload::program() const
{
    return engine_->program();
}

RankSummary ProgramWorkload::summary(uint32_t rank, Time now) const
{
    return engine_->summary(rank, now);
}

void ProgramWorkload::each_begun(
    const std::function<void(uint32_t rank, uint32_t task, Time start)>& see) const
{
    engine_->begun().each([&](const Engine::Begun& it) { see(it.job.rank, it.job.task, it.start); });
}

std::string ProgramWorkload::stuck() const
{
    return engine_->stuck();
}

std::string ProgramWorkload::mismatch() const
{
    return engine_->mismatch();
}

MessageOrigin ProgramWorkload::origin_of(const Message& message) const
{
    return engine_->origin_of(message);
}

size_t ProgramWorkload::memory_bytes() const
{
    return engine_->memory_bytes();
}

}  // namespace hpnsim
