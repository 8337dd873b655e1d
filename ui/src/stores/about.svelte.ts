/** What the app is made of, how it is doing, and the report that a fault of its own left when it last ran. */
import type { CrashReport } from '../client/bindings/CrashReport';
import type { Licences } from '../client/bindings/Licences';
import type { Client } from '../client/client';
import { toShownError, type ShownError } from '../client/errors';

export class AboutStore {
  /** `null` until they were asked for. */
  licences = $state.raw<Licences | null>(null);
  /** App, machine and state in words; `null` until they were asked for. */
  diagnostics = $state.raw<string | null>(null);
  /** Until it is put away. */
  report = $state.raw<CrashReport | null>(null);
  /** Is it being read? */
  readsReport = $state(false);
  error = $state.raw<ShownError | null>(null);

  readonly #client: Client;

  constructor(client: Client, report: CrashReport | undefined) {
    this.#client = client;
    this.report = report ?? null;
  }

  readLicences(): Promise<void> {
    return this.#attempt(async () => {
      this.licences ??= await this.#client.licences();
    });
  }

  /** As things are now. */
  readDiagnostics(): Promise<void> {
    this.diagnostics = null;
    return this.#attempt(async () => {
      this.diagnostics = (await this.#client.diagnostics()).text;
    });
  }

  /** In the system's file manager. */
  showLogs(): Promise<void> {
    return this.#attempt(() => this.#client.logsShow());
  }

  /** The report is not offered again. Where that can't be kept, it is gone for now all the same. */
  forgetReport(): Promise<void> {
    this.report = null;
    this.readsReport = false;
    return this.#attempt(() => this.#client.crashReportForget());
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await work();
    } catch (thrown) {
      this.error = toShownError(thrown);
    }
  }
}
