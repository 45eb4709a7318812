/** One step of a command, as it was measured. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly detail: string;
}

const nameWidth = 10;
const detailWidth = 56;
const reminderMs = 5000;

function line({ name, seconds, detail }: Phase): string {
  return `  ${name.padEnd(nameWidth)} ${detail.padEnd(detailWidth)} ${seconds.toFixed(1).padStart(6)} s`;
}

/**
 * Shows phases as they end, with their seconds, and what a long one is doing: in place on a terminal, else a line each
 * few seconds. Phases may overlap; each line is printed when its phase ends.
 */
export class Phases {
  readonly done: Phase[] = [];
  readonly #out: NodeJS.WriteStream;
  readonly #active = new Map<string, { since: number; note: string; shownAt: number }>();
  readonly #started = performance.now();

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** Seconds since the command began. */
  get elapsed(): number {
    return (performance.now() - this.#started) / 1000;
  }

  say(text: string): void {
    this.#clear();
    this.#out.write(`${text}\n`);
  }

  add(phase: Phase): void {
    this.done.push(phase);
    this.say(line(phase));
  }

  /** Runs a phase; `note` tells what it is doing, `work` answers a word on what was done. */
  async run<T>(
    name: string,
    work: (note: (text: string) => void) => Promise<T>,
    describe: (result: T) => string = () => '',
  ): Promise<T> {
    const entry = { since: performance.now(), note: '', shownAt: performance.now() };
    this.#active.set(name, entry);
    const timer = setInterval(() => this.#show(name), 250);
    try {
      const result = await work((text) => {
        entry.note = text;
      });
      this.#active.delete(name);
      this.add({ name, seconds: (performance.now() - entry.since) / 1000, detail: describe(result) });
      return result;
    } finally {
      clearInterval(timer);
      this.#active.delete(name);
      this.#clear();
    }
  }

  #show(name: string): void {
    const entry = this.#active.get(name);
    if (!entry) return;
    const seconds = (performance.now() - entry.since) / 1000;
    if (this.#out.isTTY) {
      const text = [...this.#active].map(([each, { note }]) => `${each} ${note}`.trim()).join(' · ');
      this.#clear();
      this.#out.write(`  … ${text}`.slice(0, this.#out.columns - 10));
      return;
    }
    if (performance.now() - entry.shownAt < reminderMs) return;
    entry.shownAt = performance.now();
    this.#out.write(`  … ${name}: ${entry.note || 'working'} (${seconds.toFixed(0)} s)\n`);
  }

  #clear(): void {
    if (this.#out.isTTY) this.#out.write('\r\x1b[2K');
  }
}
