export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A state by word, shape and colour. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span class={`badge ${tone}`}>
      <Shape tone={tone} />
      {children}
    </span>
  );
}

const shapes: Readonly<Record<Tone, string>> = {
  good: 'M2 6.5 5 9.5 10 3',
  warn: 'M6 1.5 11 10.5 1 10.5Z',
  bad: 'M2.5 2.5 9.5 9.5M9.5 2.5 2.5 9.5',
  plain: 'M2 6 10 6',
};

function Shape({ tone }: { tone: Tone }) {
  return (
    <svg class="shape" viewBox="0 0 12 12" aria-hidden="true">
      <path d={shapes[tone]} />
    </svg>
  );
}

const mirrorTones: Readonly<Record<string, Tone>> = { synced: 'good', degraded: 'warn', stale: 'bad' };

export function MirrorBadge({ mirror }: { mirror: string | undefined }) {
  return mirror === undefined ? null : <Badge tone={mirrorTones[mirror] ?? 'plain'}>{mirror}</Badge>;
}
