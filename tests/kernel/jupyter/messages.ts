/** Looking at what came of a request. */
import type { JupyterMessage, Outcome } from "../../support/jupyter-client";

/** Messages of one type, in order. */
export const ofType = (messages: readonly JupyterMessage[], type: string): JupyterMessage[] =>
  messages.filter((message) => message.type === type);

/** What a cell has printed. */
export const printed = ({ messages }: Outcome, name: "stdout" | "stderr" = "stdout"): string =>
  ofType(messages, "stream")
    .filter(({ content }) => content.name === name)
    .map(({ content }) => content.text)
    .join("");

/** The messages that have the request as their parent. */
export const own = ({ id, messages }: Outcome): JupyterMessage[] => messages.filter(({ parent }) => parent === id);
