import { useEffect, useState } from 'preact/hooks';
import { api } from '../api.ts';
import { downSince } from '../connection.ts';
import { formatTime } from '../formats.ts';
import { useObservable } from '../observable.ts';
import { usePolled } from '../polling.ts';
import { Badge, type Tone } from './badge.tsx';

const healthEveryMs = 5_000;
const healthAfterMs = 700;

const words: Readonly<Record<string, readonly [Tone, string]>> = {
  pass: ['good', 'All well'],
  warn: ['warn', 'Less safe'],
  fail: ['bad', 'Not serving'],
};

/** Of the API and every store under it, as `GET /health` says it. */
function Health() {
  const polled = usePolled('health', () => api.readHealth(), healthEveryMs, healthAfterMs);
  const down = useObservable(downSince);
  const [tone, word] = words[polled.value?.body.status ?? ''] ?? (['plain', 'Looking…'] as const);
  const troubled = Object.entries(polled.value?.body.checks ?? {}).flatMap(([name, [check]]) =>
    check === undefined || check.status === 'pass' ? [] : [name],
  );
  return (
    <span
      class="health"
      role="status"
      title={troubled.length === 0 ? undefined : `No answer: ${troubled.join(', ')}`}
    >
      {down === undefined ? <Badge tone={tone}>{word}</Badge> : <Badge tone="bad">Down</Badge>}
    </span>
  );
}

interface HeaderProps {
  readonly rooms: readonly { readonly path: string; readonly name: string }[];
  readonly current: string;
}

export function Header({ rooms, current }: HeaderProps) {
  const skip = (event: Event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>('main h1')?.focus();
  };
  return (
    <header class="top">
      <a class="skip" href="shop" onClick={skip}>
        Skip to the content
      </a>
      <a class="wordmark" href="shop">
        <svg viewBox="0 0 32 20" aria-hidden="true">
          <circle cx="11" cy="10" r="7" />
          <circle cx="21" cy="10" r="7" />
        </svg>
        tandem
      </a>
      <nav class="tabs" aria-label="Rooms">
        {rooms.map(({ path, name }) => (
          <a key={path} href={path} aria-current={path === current ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <Health />
      <Outage />
    </header>
  );
}

/** Over the page, not in its flow: nothing moves when it comes or goes. */
function Outage() {
  const down = useObservable(downSince);
  const [wasDown, setWasDown] = useState(false);
  useEffect(() => {
    if (down !== undefined) {
      setWasDown(true);
      return undefined;
    }
    const timer = setTimeout(() => setWasDown(false), 4_000);
    return () => clearTimeout(timer);
  }, [down]);
  return (
    <div class="outage" role="status">
      {down === undefined ? (
        wasDown && <p class="notice good">The system is back.</p>
      ) : (
        <p class="notice bad">
          <strong>The system is down</strong> since {formatTime(down)}. This page looks every two seconds and
          goes on by itself; if you stopped it: <code>npm start</code>
        </p>
      )}
    </div>
  );
}
