// Numbers for people.

const units = ["B", "kB", "MB", "GB", "TB"];

/** Splits bytes into a number and its unit. */
export function size(bytes) {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return [value.toFixed(digits), units[unit]];
}

/** Bytes as text. */
export const bytes = (value) => size(value).join(" ");

/** Bytes per second as bits per second: what lines are sold in. */
export function rate(bytesPerSecond) {
  const bits = bytesPerSecond * 8;
  if (bits < 500) return "–";
  if (bits < 1e6) return `${Math.round(bits / 1e3)} kbit/s`;
  return `${(bits / 1e6).toFixed(bits < 1e7 ? 2 : 1)} Mbit/s`;
}

/** Milliseconds as text. */
export const milliseconds = (value) =>
  value <= 0 ? "–" : value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;

/** Seconds as minutes and seconds, with hours where there are some. */
export function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const end = `${two(whole % 60)}`;
  return minutes < 60
    ? `${minutes}:${end}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${end}`;
}
