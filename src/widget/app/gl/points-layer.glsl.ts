const uniforms = `\
layout(std140) uniform pointsUniforms {
  highp vec4 view;
  highp float diameter;
  highp float alpha;
  highp float leftOut;
  highp float progress;
  highp int pass;
  highp float ringWidth;
  highp vec4 ring;
} points;
`;

/** The layer's uniforms. `view`: scale and offset from positions (0 to 1) to clip space. `pass`: 0 draws all rows, 1 those not selected, 2 the selected. Sizes are in device pixels; `alpha` and `leftOut` are opacities, `progress` is how far the rows have come. */
export const pointsUniforms = {
  name: "points",
  vs: uniforms,
  fs: uniforms,
  uniformTypes: {
    view: "vec4<f32>",
    diameter: "f32",
    alpha: "f32",
    leftOut: "f32",
    progress: "f32",
    pass: "i32",
    ringWidth: "f32",
    ring: "vec4<f32>",
  },
} as const;

export const vertexShader = `\
#version 300 es
#define SHADER_NAME latentscope-points-vertex
in vec2 positions;
in vec2 before;
in uvec2 codes;
uniform sampler2D palette;
out vec4 vColour;
flat out float vDiameter;
flat out float vRing;

void main(void) {
  bool selected = codes.y == 1u;
  if ((points.pass == 1 && selected) || (points.pass == 2 && !selected)) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  int slot = int(codes.x);
  vColour = texelFetch(palette, ivec2(slot & PALETTE_MASK, slot >> PALETTE_BITS), 0);
  // rows that are not shown have no ring, either
  if (vColour.a <= 0.0) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  bool leftOut = codes.y == 2u;
  vColour.a = min(1.0, vColour.a * (leftOut ? points.leftOut : points.alpha));
  vDiameter = max(1.0, points.diameter * (slot < 2 || leftOut ? OUTLIER_SIZE : 1.0));
  vRing = points.pass == 2 ? points.ringWidth : 0.0;
  vec2 place = mix(before, positions, points.progress);
  gl_Position = vec4(place * points.view.xy + points.view.zw, 0.0, 1.0);
  // room for the soft edge, and for the ring around
  gl_PointSize = vDiameter + 1.0 + 2.0 * vRing;
}
`;

export const fragmentShader = `\
#version 300 es
#define SHADER_NAME latentscope-points-fragment
precision highp float;
in vec4 vColour;
flat in float vDiameter;
flat in float vRing;
out vec4 fragColor;

void main(void) {
  float size = vDiameter + 1.0 + 2.0 * vRing;
  float distance = length(gl_PointCoord - 0.5) * size;
  float radius = vDiameter * 0.5;
  float inside = clamp(radius - distance + 0.5, 0.0, 1.0);
  float within = clamp(radius + vRing - distance + 0.5, 0.0, 1.0);
  vec4 colour = vRing > 0.0 ? mix(points.ring, vColour, inside) : vColour;
  fragColor = vec4(colour.rgb, colour.a * within);
  if (fragColor.a <= 0.0) discard;
}
`;
