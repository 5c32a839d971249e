import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { decodeMessage, encodeMessage, peekType, type Header } from "../../../src/kernel/jupyter/wire";

const header: Header = {
  msg_id: "1",
  msg_type: "comm_msg",
  session: "s",
  username: "u",
  date: "2026-01-01",
  version: "5.3",
};
const parts = { header, parent: {}, metadata: {}, content: { text: "é <b>" } };
const frames = (key: string, buffers: ArrayBufferView[] = []): Buffer[] =>
  encodeMessage(key, ["id-1", "id-2"], parts, buffers).map((frame) => Buffer.from(frame));

describe("the wire format", () => {
  test("a message survives encoding and decoding, buffers raw", () => {
    const floats = new Float32Array([1.5, 2]);
    const part = new Uint8Array([0, 1, 2, 3]).subarray(1, 3);
    const message = decodeMessage("key", frames("key", [floats, part]));
    expect(message.identities.map(String)).toEqual(["id-1", "id-2"]);
    expect(message.header).toEqual(header);
    expect(message.content).toEqual({ text: "é <b>" });
    expect(message.buffers.map((buffer) => [...buffer])).toEqual([[...new Uint8Array(floats.buffer)], [1, 2]]);
  });

  test("the signature covers header, parent, metadata and content, and no buffers", () => {
    const sent = frames("key", [new Uint8Array([1])]);
    const hmac = createHmac("sha256", "key");
    for (const part of sent.slice(4, 8)) hmac.update(part);
    expect(String(sent[3])).toBe(hmac.digest("hex"));
  });

  test("a message with a wrong signature, without a delimiter or with parts missing is refused", () => {
    expect(() => decodeMessage("other key", frames("key"))).toThrow("invalid signature");
    const changed = frames("key");
    changed[7] = Buffer.from("{}");
    expect(() => decodeMessage("key", changed)).toThrow("invalid signature");
    expect(() => decodeMessage("key", [Buffer.from("x")])).toThrow("delimiter");
    expect(() => decodeMessage("key", frames("key").slice(0, 6))).toThrow("2 of 4 parts");
  });

  test("without a key nothing is signed", () => {
    expect(String(frames("")[3])).toBe("");
    expect(decodeMessage("", frames("")).header.msg_id).toBe("1");
  });

  test("the type can be read without the key; of garbage it is unknown", () => {
    expect(peekType(frames("key"))).toBe("comm_msg");
    expect(peekType([Buffer.from("x")])).toBeUndefined();
  });
});
