/**
 * Copies of one record that are asked for at once. They would lose races to each other and all bring the same version:
 * one runs, and whoever comes meanwhile shares the next, which begins after they came and so sees what they know of.
 */
export class SharedCopies {
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly next = new Map<string, Promise<unknown>>();

  /** Rejects as the copy does, for all who share it. */
  async run(key: string, copy: () => Promise<unknown>): Promise<void> {
    const shared = this.next.get(key);
    if (shared !== undefined) {
      await shared;
      return;
    }
    const before = this.running.get(key);
    if (before === undefined) return this.start(key, copy);
    const following = before
      .catch(() => undefined)
      .then(() => {
        this.next.delete(key);
        return this.start(key, copy);
      });
    this.next.set(key, following);
    await following;
  }

  private async start(key: string, copy: () => Promise<unknown>): Promise<void> {
    const running = copy();
    this.running.set(key, running);
    try {
      await running;
    } finally {
      if (this.running.get(key) === running) this.running.delete(key);
    }
  }
}
