import { Layer, type LayerProps, type UpdateParameters } from "@deck.gl/core";
import { Model } from "@luma.gl/engine";
import { opacities, OUTLIER_SIZE, SELECTED_SIZE } from "../../../picture/draw-points";
import { fragmentShader, pointsUniforms, vertexShader } from "./points-layer.glsl";

export interface PointsLayerProps extends LayerProps {
  /** Quantised x, y pairs; a new array for new places. */
  readonly positions: Uint16Array;
  /** Where the rows were before, while they move; else null. */
  readonly before: Uint16Array | null;
  /** How far they have come, 0 to 1. */
  readonly progress: number;
  /** Palette slot and selection flag of each row in turn, changed in place: `codesVersion` counts the changes. */
  readonly codes: Uint16Array;
  readonly codesVersion: number;
  /** Scale and offset, x and y each, from positions (0 to 1) to clip space. */
  readonly view: readonly [number, number, number, number];
  /** RGBA bytes of each slot; a new array for new colours. */
  readonly palette: Uint8Array;
  readonly anySelected: boolean;
  /** Diameter of a point in device pixels. */
  readonly diameter: number;
  /** Opacity of an ordinary point, 0 to 1. */
  readonly opacity: number;
  /** Width of the ring around selected points in device pixels, 0 for none. */
  readonly ringWidth: number;
  /** Its colour, 0 to 1. */
  readonly ring: readonly [number, number, number, number];
}

type Device = Layer["context"]["device"];
type Buffer = ReturnType<Device["createBuffer"]>;
type Texture = ReturnType<Device["createTexture"]>;

interface Resources {
  positions: Buffer;
  /** The same as `positions` while the rows rest. */
  before: Buffer;
  readonly codes: Buffer;
  palette: Texture;
}

const PALETTE_BITS = 8;
const PALETTE_WIDTH = 1 << PALETTE_BITS;

/**
 * Draws rows as point primitives, one vertex each: two Uint16 coordinates, a palette slot and a flag. Recolouring uploads the palette, selecting the flags.
 * (deck.gl's ScatterplotLayer instances a quad with emulated doubles per point, which takes many times as long where there is no GPU.)
 */
export class PointsLayer extends Layer<Required<PointsLayerProps>> {
  static override layerName = "LatentScopePoints";
  static override defaultProps = {};
  // deck.gl hands the state on from layer object to layer object; fields of the object itself would be lost with each new view
  // (it finds `model` there, sets the projection on it, and destroys it)
  declare state: Layer["state"] & { model?: Model; resources?: Resources };

  override getShaders(): ReturnType<Layer["getShaders"]> {
    return super.getShaders({
      vs: vertexShader
        .replace("OUTLIER_SIZE", OUTLIER_SIZE.toFixed(4))
        .replace("PALETTE_MASK", String(PALETTE_WIDTH - 1))
        .replace("PALETTE_BITS", String(PALETTE_BITS)),
      fs: fragmentShader,
      modules: [pointsUniforms],
    });
  }

  override initializeState(): void {
    const { device } = this.context;
    const { positions, codes, id } = this.props;
    const positionBuffer = device.createBuffer({ data: positions });
    const codeBuffer = device.createBuffer({ data: codes });
    const model = new Model(device, {
      ...(this.getShaders() as { vs: string; fs: string }),
      id,
      topology: "point-list",
      vertexCount: positions.length / 2,
      bufferLayout: [
        { name: "positions", format: "unorm16x2" },
        { name: "before", format: "unorm16x2" },
        { name: "codes", format: "uint16x2" },
      ],
      attributes: { positions: positionBuffer, before: positionBuffer, codes: codeBuffer },
      isInstanced: false,
      parameters: {
        depthWriteEnabled: false,
        depthCompare: "always",
        blend: true,
        blendColorOperation: "add",
        blendColorSrcFactor: "src-alpha",
        blendColorDstFactor: "one-minus-src-alpha",
        blendAlphaOperation: "add",
        blendAlphaSrcFactor: "one",
        blendAlphaDstFactor: "one-minus-src-alpha",
      },
    });
    const palette = this.makePalette();
    const resources = { positions: positionBuffer, before: positionBuffer, codes: codeBuffer, palette };
    this.setState({ model, resources });
    if (this.props.before) this.place();
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    const { resources } = this.state;
    if (!resources) return;
    const placed = oldProps.positions !== undefined;
    if (placed && (oldProps.positions !== props.positions || oldProps.before !== props.before)) this.place();
    if (oldProps.codesVersion !== undefined && oldProps.codesVersion !== props.codesVersion)
      resources.codes.write(props.codes);
    if (oldProps.palette !== undefined && oldProps.palette !== props.palette) {
      resources.palette.destroy();
      resources.palette = this.makePalette();
    }
  }

  override draw(): void {
    const { model, resources } = this.state;
    if (!model || !resources) return;
    const { view, anySelected, diameter, opacity, progress, ring, ringWidth } = this.props;
    const { others, selected, leftOut } = opacities(opacity, anySelected);
    const pass = (number: 0 | 1 | 2, size: number, alpha: number) => {
      const points = { view, diameter: size, alpha, leftOut, progress, pass: number };
      model.shaderInputs.setProps({ points: { ...points, ringWidth, ring } });
      model.draw(this.context.renderPass);
    };
    model.setBindings({ palette: resources.palette });
    // a driver that cannot link the shaders says so only now
    if (model.pipeline.linkStatus === "error") throw new Error("The graphics driver refused the shaders.");
    if (!anySelected) return pass(0, diameter, others);
    pass(1, diameter, others);
    pass(2, diameter * SELECTED_SIZE, selected);
  }

  override finalizeState(context: Layer["context"]): void {
    super.finalizeState(context);
    const { resources } = this.state;
    const { positions, before, codes, palette } = resources ?? {};
    for (const resource of new Set([positions, before, codes, palette])) resource?.destroy();
  }

  /** Uploads where the rows are, and where they come from. */
  private place(): void {
    const { model, resources } = this.state;
    if (!model || !resources) return;
    for (const buffer of new Set([resources.positions, resources.before])) buffer.destroy();
    const { device } = this.context;
    const { positions, before } = this.props;
    resources.positions = device.createBuffer({ data: positions });
    resources.before = before ? device.createBuffer({ data: before }) : resources.positions;
    model.setAttributes({ positions: resources.positions, before: resources.before });
  }

  private makePalette(): Texture {
    const { palette } = this.props;
    const height = Math.max(1, Math.ceil(palette.length / 4 / PALETTE_WIDTH));
    const data = new Uint8Array(PALETTE_WIDTH * height * 4);
    data.set(palette);
    const sampler = { minFilter: "nearest", magFilter: "nearest" } as const;
    return this.context.device.createTexture({ width: PALETTE_WIDTH, height, format: "rgba8unorm", data, sampler });
  }
}
