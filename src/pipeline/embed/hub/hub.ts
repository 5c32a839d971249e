import { open, mkdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { LatentScopeError, throwIfAborted } from "../../../scope";
import { takeLock } from "../../../store";
import { fileHash } from "../file-hash";
import { askHub, type HubAnswer } from "./hub-request";

/** A file of a repository, as far as it is known without having it. */
export interface HubFile {
  readonly bytes: number;
  /** Undefined where the hub does not tell, as for files that are not stored as weights are. */
  readonly sha256: string | undefined;
}

/** Told while a file comes in. */
export type OnDownload = (file: string, bytes: number, total: number) => void;

/**
 * One revision of a model repository of the Hugging Face hub. Its files are kept where Hugging Face's own tools keep them, in the same
 * layout, so that what one has fetched is there for the others: the folder that `HF_HUB_CACHE` names, else `hub` in that of `HF_HOME`, else
 * `~/.cache/huggingface/hub`. The hub is that of `HF_ENDPOINT`, else https://huggingface.co; `HF_TOKEN` is sent to it where it is set; with
 * `HF_HUB_OFFLINE=1` nothing is asked.
 *
 * A file is fetched once. Where the hub cannot be reached, the revision that was fetched last is used.
 */
export class HubRepository {
  /** Holds the files of this revision that are there. */
  readonly folder: string;
  private readonly cache: string;

  private constructor(
    readonly id: string,
    /** The commit that the revision stands for now. */
    readonly commit: string,
    /** Why the hub cannot be asked. */
    private readonly offline: LatentScopeError | undefined,
  ) {
    this.cache = cacheOf(id);
    this.folder = path.join(this.cache, "snapshots", commit);
  }

  /**
   * @param id "organisation/name"
   * @param revision a branch, tag or commit
   * @throws LatentScopeError `unknown-model`, `endpoint-refused`, `endpoint-unreachable`, `interrupted`
   */
  static async open(id: string, revision: string, signal?: AbortSignal): Promise<HubRepository> {
    const fetched = path.join(cacheOf(id), "refs", revision);
    // a commit never changes
    if (COMMIT.test(revision) && (await exists(path.join(cacheOf(id), "snapshots", revision))))
      return new HubRepository(id, revision, undefined);
    try {
      const { commit } = await askHub(id, revision, "config.json", { method: "HEAD", signal });
      if (!COMMIT.test(commit ?? ""))
        throw new LatentScopeError(
          "endpoint-unreachable",
          `What answers for the model "${id}" is no hub of models: it names no commit. Check the environment variable HF_ENDPOINT.`,
        );
      const repository = new HubRepository(id, commit as string, undefined);
      await repository.write(fetched, commit as string);
      return repository;
    } catch (error) {
      const known = await readFile(fetched, "utf8").catch(() => undefined);
      if (known === undefined || !(error instanceof LatentScopeError) || error.code !== "endpoint-unreachable")
        throw error;
      return new HubRepository(id, known.trim(), error);
    }
  }

  /**
   * A small file, fetched when it is not there.
   * @returns its path; undefined when the repository has no such file
   * @throws LatentScopeError as {@link open}; `model-damaged`
   */
  async find(file: string, signal?: AbortSignal): Promise<string | undefined> {
    const there = path.join(this.folder, file);
    if (await exists(there)) return there;
    return (await this.describe(file, signal)) && this.fetch(file, { signal });
  }

  /** What is known of a file; undefined when the repository has no such file. @throws LatentScopeError as {@link open} */
  async describe(file: string, signal?: AbortSignal): Promise<HubFile | undefined> {
    const there = path.join(this.folder, file);
    if (await exists(there)) {
      // Hugging Face's tools name large files by their hash, and check it
      const stored = path.basename(await realpath(there));
      const sha256 = SHA256.test(stored) ? stored : await fileHash(there, signal);
      return { bytes: (await stat(there)).size, sha256 };
    }
    if (this.offline || (await exists(this.absence(file)))) return undefined;
    const answer = await this.ask(file, signal);
    return answer && { bytes: answer.bytes, sha256: SHA256.test(answer.etag) ? answer.etag : undefined };
  }

  /**
   * Fetches a file when it is not there, from where an earlier attempt ended.
   * @returns its path
   * @throws LatentScopeError as {@link open}; `model-missing` when there is no such file; `model-damaged` when what came is not what the hub
   * announced; `data-dir-not-writable`
   */
  async fetch(
    file: string,
    { signal, onDownload }: { signal?: AbortSignal; onDownload?: OnDownload },
  ): Promise<string> {
    const there = path.join(this.folder, file);
    if (await exists(there)) return there;
    if (this.offline) throw this.offline;
    const answer = await this.ask(file, signal);
    if (!answer)
      throw new LatentScopeError(
        "model-missing",
        `The model "${this.id}" has no file ${file} at commit ${this.commit}.`,
      );
    const blob = path.join(this.cache, "blobs", answer.etag);
    const lock = path.join(this.cache, ".locks", `${answer.etag}.latentscope`);
    const unlock = await takeLock(lock, { what: "Embedding", signal, onWait: () => undefined });
    try {
      if (!(await exists(blob))) await this.download(file, blob, answer, signal, onDownload);
      await this.link(blob, there);
    } catch (error) {
      throw cacheError(this.cache, error);
    } finally {
      await unlock();
    }
    return there;
  }

  /** Asks for a file without fetching it, and remembers when there is none, as Hugging Face's tools do. */
  private async ask(file: string, signal?: AbortSignal): Promise<HubAnswer | undefined> {
    const answer = await askHub(this.id, this.commit, file, { method: "HEAD", signal });
    if (!answer.missing) return answer;
    await this.write(this.absence(file), "");
    return undefined;
  }

  private async download(
    file: string,
    blob: string,
    { bytes: total, etag }: HubAnswer,
    signal?: AbortSignal,
    onDownload?: OnDownload,
  ): Promise<void> {
    const partial = `${blob}.incomplete`;
    await mkdir(path.dirname(blob), { recursive: true });
    const before = (await stat(partial).catch(() => undefined))?.size ?? 0;
    const from = before < total ? before : 0;
    const { response, missing } = await askHub(this.id, this.commit, file, { method: "GET", from, signal });
    if (missing) throw brokenOff(file, from, total);
    const resumed = response.status === 206;
    const handle = await open(partial, resumed ? "a" : "w");
    let bytes = resumed ? from : 0;
    try {
      for await (const part of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
        throwIfAborted(signal, "Embedding");
        await handle.writeFile(part);
        bytes += part.length;
        onDownload?.(file, bytes, total);
      }
    } catch (error) {
      throwIfAborted(signal, "Embedding");
      if ((error as NodeJS.ErrnoException).syscall) throw error;
      throw brokenOff(file, bytes, total, error);
    } finally {
      await handle.close();
    }
    if (bytes < total) throw brokenOff(file, bytes, total);
    if (bytes > total || (SHA256.test(etag) && (await fileHash(partial, signal)) !== etag)) {
      await rm(partial, { force: true });
      throw new LatentScopeError(
        "model-damaged",
        `What came of ${file} of the model "${this.id}" is not what the hub announced (${total} bytes, ${etag}). Run the same again to fetch it once more.`,
      );
    }
    await rename(partial, blob);
  }

  /** Gives a stored file its name in this revision. */
  private async link(blob: string, there: string): Promise<void> {
    await mkdir(path.dirname(there), { recursive: true });
    try {
      await symlink(path.relative(path.dirname(there), blob), there);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return;
      // Windows lets not everyone make links
      if (code !== "EPERM") throw error;
      await rename(blob, there);
    }
  }

  private absence(file: string): string {
    return path.join(this.cache, ".no_exist", this.commit, file);
  }

  private async write(file: string, text: string): Promise<void> {
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    } catch (error) {
      throw cacheError(this.cache, error);
    }
  }
}

const COMMIT = /^[0-9a-f]{40}$/;
const SHA256 = /^[0-9a-f]{64}$/;

function cacheOf(id: string): string {
  const { HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = process.env;
  const home = HF_HOME || path.join(XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "huggingface");
  return path.join(path.resolve(HF_HUB_CACHE || path.join(home, "hub")), `models--${id.replaceAll("/", "--")}`);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function brokenOff(file: string, bytes: number, total: number, cause?: unknown): LatentScopeError {
  return new LatentScopeError(
    "endpoint-unreachable",
    `The download of ${file} broke off after ${bytes} of ${total} bytes. Run the same again: it goes on from there.`,
    { cause },
  );
}

function cacheError(folder: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof LatentScopeError || !syscall) return error;
  return new LatentScopeError(
    "data-dir-not-writable",
    `Could not write the model's files to ${folder} (${code ?? "?"}). Free it, or choose another folder with the environment variable HF_HOME.`,
    { cause: error },
  );
}
