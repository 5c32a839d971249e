/**
 * Jupyter's wire protocol: `[identity…, "<IDS|MSG>", signature, header, parent_header, metadata, content, buffer…]`.
 * https://jupyter-client.readthedocs.io/en/latest/messaging.html#the-wire-protocol
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** Header of a message. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message as received. */
export interface Message {
  /** Routing prefix; a reply begins with the same. */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
  /** Raw frames after the content. They are not part of the signature. */
  readonly buffers: readonly Buffer[];
}

/** What a message to send is made of. */
export interface MessageParts {
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly metadata: object;
  readonly content: object;
}

const DELIMITER = Buffer.from("<IDS|MSG>");
const SIGNED_FRAMES = 4;

/** Signature of header, parent, metadata and content; empty when the connection has no key. */
export function sign(key: string, frames: readonly (string | Buffer)[]): string {
  if (!key) return "";
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest("hex");
}

/** Frames of a message to send. Buffers go out as they are, without being copied: do not change them afterwards. */
export function encodeMessage(
  key: string,
  identities: readonly (string | Buffer)[],
  parts: MessageParts,
  buffers: readonly ArrayBufferView[] = [],
): (string | Buffer)[] {
  const signed = [parts.header, parts.parent, parts.metadata, parts.content].map((part) => JSON.stringify(part));
  return [...identities, DELIMITER, sign(key, signed), ...signed, ...buffers.map(asBuffer)];
}

/** Reads a message. Throws when it is malformed or its signature is not that of the key. */
export function decodeMessage(key: string, frames: readonly Buffer[]): Message {
  const delimiter = frames.findIndex((frame) => frame.equals(DELIMITER));
  if (delimiter < 0) throw new Error("Jupyter message without a delimiter.");
  const body = frames.slice(delimiter + 2);
  if (body.length < SIGNED_FRAMES) throw new Error(`Jupyter message with ${body.length} of ${SIGNED_FRAMES} parts.`);
  const signed = body.slice(0, SIGNED_FRAMES);
  const expected = Buffer.from(sign(key, signed));
  const signature = frames[delimiter + 1];
  if (key && !(expected.length === signature.length && timingSafeEqual(expected, signature))) {
    throw new Error("Jupyter message with an invalid signature.");
  }
  const [header, parent, metadata, content] = signed.map((frame) => JSON.parse(frame.toString("utf8")) as unknown);
  return {
    identities: frames.slice(0, delimiter),
    header: header as Header,
    parent: parent as Partial<Header>,
    metadata: metadata as Message["metadata"],
    content: content as Message["content"],
    buffers: body.slice(SIGNED_FRAMES),
  };
}

/** The msg_type of a message whose signature is checked later; undefined when it cannot be read. */
export function peekType(frames: readonly Buffer[]): string | undefined {
  const header = frames[frames.findIndex((frame) => frame.equals(DELIMITER)) + 2];
  try {
    return (JSON.parse(header.toString("utf8")) as Partial<Header>).msg_type;
  } catch {
    return undefined; // whoever decodes the whole message says what is wrong with it
  }
}

/** The same bytes as a Buffer, not copied. */
export function asBuffer(view: ArrayBufferView): Buffer {
  return Buffer.isBuffer(view) ? view : Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

/** The same bytes as a DataView, not copied. */
export function asDataView(view: ArrayBufferView): DataView {
  return new DataView(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
}
