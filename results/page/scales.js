// SPDX-License-Identifier: GPL-2.0-only
// Where a value stands on an axis, and which values have a tick.
"use strict";

class Scale {
  constructor(axis, low, high, log) {
    Object.assign(this, {axis, low, high, log});
  }

  // 0 at the low end, 1 at the high one.
  place(value) {
    if (!this.log) return (value - this.low) / (this.high - this.low);
    return Math.log(Math.max(value, this.low * 1e-3) / this.low) / Math.log(this.high / this.low);
  }

  value(place) {
    return this.log ? this.low * (this.high / this.low) ** place : this.low + place * (this.high - this.low);
  }

  text(value) {
    if (this.axis.names.length) return this.axis.names[Math.round(value)] || "";
    return this.axis.sizes ? sizeText(value) : numberText(value);
  }

  ticks(most) {
    if (this.axis.names.length) {
      const step = Math.max(1, Math.ceil(this.axis.names.length / most));
      return this.axis.names.map((_, at) => at).filter(at => at % step === 0);
    }
    if (this.axis.sizes && this.log) return this.powersOfTwo(most);
    return this.log ? this.decades(most) : this.evenSteps(most);
  }

  evenSteps(most) {
    const rough = (this.high - this.low) / Math.max(2, most), power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].find(each => each * power >= rough * 0.999) * power;
    const ticks = [];
    for (let at = Math.ceil(this.low / step - 1e-9); at * step <= this.high * (1 + 1e-9) && ticks.length < 50; ++at)
      ticks.push(+(at * step).toPrecision(12));
    return ticks;
  }

  decades(most) {
    const count = Math.log10(this.high / this.low);
    if (count < 0.7) return this.evenSteps(most);
    const factors = count < most / 3 ? [1, 2, 5] : count < most / 2 ? [1, 3] : [1], ticks = [];
    const step = Math.max(1, Math.ceil(count / most));
    for (let power = Math.floor(Math.log10(this.low)); 10 ** power <= this.high; power += step)
      for (const factor of factors) {
        const tick = +(factor * 10 ** power).toPrecision(3);
        if (tick >= this.low * 0.999 && tick <= this.high * 1.001) ticks.push(tick);
      }
    return ticks;
  }

  powersOfTwo(most) {
    const first = Math.ceil(Math.log2(this.low) - 1e-9), last = Math.floor(Math.log2(this.high) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first + 1) / most)), ticks = [];
    for (let power = first; power <= last; power += step) ticks.push(2 ** power);
    return ticks.length > 1 ? ticks : this.decades(most);
  }
}

// The scale that shows all of `values`.
function scaleOf(axis, values, log) {
  if (axis.names.length) return new Scale(axis, -0.5, axis.names.length - 0.5, false);
  const fitting = values.filter(each => Number.isFinite(each) && (!log || each > 0));
  let low = Infinity, high = -Infinity;
  for (const each of fitting) { low = Math.min(low, each); high = Math.max(high, each); }
  if (!fitting.length) [low, high] = log ? [1, 10] : [0, 1];
  if (log) {
    const air = Math.max((high / low) ** 0.04, 1.04);
    return new Scale(axis, low / air, high * air, true);
  }
  if (axis.zero) low = Math.min(0, low);
  if (axis.end !== null) high = axis.end;
  const air = high > low ? (high - low) * 0.04 : Math.abs(high) * 0.1 || 1;
  return new Scale(axis, axis.zero && low === 0 ? 0 : low - air, axis.end !== null ? high + (high - low) * 0.02 : high + air, false);
}
