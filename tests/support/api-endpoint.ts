import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What every endpoint knows of a request. */
export interface ReceivedRequest {
  /** 0 for the first. */
  readonly number: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Requests that were not answered yet when this one came, with it. */
  readonly inFlight: number;
  /** When it came, by `performance.now()`. */
  readonly at: number;
}

/** What an endpoint does instead of answering rightly. */
export interface Misbehaviour<Answer> {
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
  /** Changes the right answer. */
  edit?: (answer: Answer) => unknown;
  /** The connection ends in the middle of the body. */
  breakOff?: boolean;
  /** Nothing is ever answered. */
  hang?: boolean;
}

type Maybe<T> = T | undefined | void;
/** What an endpoint does about each request. */
export type Script<Request, Answer> = (
  request: Request,
) => Maybe<Misbehaviour<Answer>> | Promise<Maybe<Misbehaviour<Answer>>>;

/** A server on this machine that speaks a part of OpenAI's API, and misbehaves as its script says. */
export abstract class ApiEndpoint<Request extends ReceivedRequest, Answer> {
  readonly requests: Request[] = [];
  /** Requests that the client gave up. */
  abandoned = 0;
  mostInFlight = 0;
  private inFlight = 0;
  private readonly server = createServer((request, response) => void this.handle(request, response));

  protected constructor(public script: Script<Request, Answer>) {}

  protected abstract read(body: unknown, received: ReceivedRequest): Request;
  protected abstract answer(request: Request): Answer;

  protected async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/v1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    response.on("close", () => {
      this.inFlight--;
      if (!response.writableFinished) this.abandoned++;
    });
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part as Buffer);
    const request = this.read(JSON.parse(Buffer.concat(parts).toString("utf8")), {
      number: this.requests.length,
      path: message.url ?? "",
      headers: message.headers,
      inFlight: this.inFlight,
      at: performance.now(),
    });
    this.requests.push(request);
    const { hang, breakOff, edit, ...reply } = (await this.script(request)) ?? {};
    if (hang) return;
    const answer = this.answer(request);
    const content = "body" in reply ? reply.body : edit ? edit(answer) : answer;
    const text = typeof content === "string" ? content : JSON.stringify(content);
    response.writeHead(reply.status ?? 200, {
      "content-type": typeof content === "string" ? "text/html" : "application/json",
      ...reply.headers,
    });
    if (!breakOff) return void response.end(text);
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  }
}
