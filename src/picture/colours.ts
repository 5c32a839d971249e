/** Colours in OKLCH (https://www.w3.org/TR/css-color-4/#ok-lab), the space in which equal steps look equal. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** sRGB bytes of an OKLCH colour (hue in degrees); a chroma that no screen shows is lowered until it fits. */
export function oklch(lightness: number, chroma: number, hue: number): Rgb {
  for (let c = chroma; ; c -= 0.005) {
    const rgb = linearRgb(lightness, Math.max(0, c), hue);
    if (c <= 0 || rgb.every((v) => v >= -0.0005 && v <= 1.0005)) return rgb.map(gamma) as unknown as Rgb;
  }
}

function linearRgb(lightness: number, chroma: number, hue: number): number[] {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function gamma(v: number): number {
  const clamped = Math.min(1, Math.max(0, v));
  return Math.round(255 * (clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055));
}

/** `rgb(…)` for CSS. */
export function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}
