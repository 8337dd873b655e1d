/** Reports, a description of the app, and a missing font, as the shell has them. */
import type { Diagnostics } from '../bindings/Diagnostics';
import type { ModelsOverview } from '../bindings/ModelsOverview';
import type { StartUp } from '../bindings/StartUp';
import type { FakeOptions } from './options';

export class FakeSupport {
  #noticed: Pick<StartUp, 'crash_report' | 'missing_font'>;

  constructor(options: Pick<FakeOptions, 'crashReport' | 'missingFont'>) {
    this.#noticed = {
      ...(options.crashReport && { crash_report: options.crashReport }),
      ...(options.missingFont && { missing_font: options.missingFont }),
    };
  }

  /** What the next start tells. */
  get noticed(): Pick<StartUp, 'crash_report' | 'missing_font'> {
    return { ...this.#noticed };
  }

  forgetReport(): void {
    delete this.#noticed.crash_report;
  }

  forgetFont(): void {
    delete this.#noticed.missing_font;
  }

  /** A fact a line. */
  describe({ active, total_memory }: ModelsOverview): Diagnostics {
    const model = active.state === 'ready' ? `${active.model.info.architecture}, open` : 'none';
    const lines = [
      'Vitrine 0.1.0',
      'WebKitGTK: 2.50.0',
      'system: Debian GNU/Linux 12',
      'session: x11',
      'graphics: as the system has it',
      `memory: ${(total_memory / 2 ** 30).toFixed(1)} GiB`,
      `model: ${model}`,
    ];
    return { text: lines.join('\n') + '\n' };
  }
}
