import type { Socket } from "./send-queue";
import type { TslabJupyter } from "./tslab";

/** Time for the last messages to go out when the kernel is shut down. */
const SHUTDOWN_MS = 100;

/** tslab's handler and server, where our own kernel says who it is and how it ends. */
export function kernelClasses({ JupyterHandlerImpl, ZmqServer }: TslabJupyter, typescriptVersion: string) {
  class Handler extends JupyterHandlerImpl {
    override handleKernel(): object {
      return {
        status: "ok",
        ...super.handleKernel(),
        implementation: "latentscope",
        banner: `TypeScript ${typescriptVersion} on Node ${process.version} (Latent Scope)`,
        language_info: {
          name: "typescript",
          version: typescriptVersion,
          mimetype: "text/typescript",
          file_extension: ".ts",
          pygments_lexer: "typescript",
          codemirror_mode: { name: "javascript", mode: "typescript", typescript: true },
        },
      };
    }

    override handleShutdown(request: { readonly restart?: boolean }): object {
      return { status: "ok", restart: request.restart === true };
    }
  }

  class Server extends ZmqServer {
    /**
     * Beyond its high water mark (1000) a PUB socket drops messages silently, "idle" included. It has to be set before the socket is bound:
     * that is the value for all connections to come, and libzmq 4.3.5 crashes when it is set while a client disconnects.
     */
    override bindSocket(socket: Socket, port: number): Promise<void> {
      if (socket === this.iopub) socket.sendHighWaterMark = 0;
      return super.bindSocket(socket, port);
    }

    /** Ends the process even when a cell has left timers or sockets open: Jupyter would wait for it, then kill it. */
    override close(): void {
      super.close();
      setTimeout(() => process.exit(0), SHUTDOWN_MS).unref();
    }
  }
  return { Handler, Server };
}
