import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { noticed, readAgain } from '../connection.ts';
import type { Failure } from '../failure.ts';

interface ActionProps {
  readonly run: () => Promise<string | undefined>;
  readonly kind?: 'primary' | 'danger';
  readonly disabled?: boolean;
  readonly children: ComponentChildren;
}

/** A button that does one thing and says beside itself what came of it. */
export function Action({ run, kind, disabled = false, children }: ActionProps) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | Failure | undefined>();
  const act = async () => {
    setBusy(true);
    try {
      setSaid(await run());
      readAgain();
    } catch (error) {
      setSaid(noticed(error));
    }
    setBusy(false);
  };
  return (
    <span class="action">
      <button type="button" class={kind ?? ''} disabled={busy || disabled} onClick={() => void act()}>
        {children}
      </button>
      <span role="status">
        {said === undefined ? null : typeof said === 'string' ? (
          <span class="hint">{said}</span>
        ) : (
          <span class="complaint">
            {said.title}: {said.detail}
          </span>
        )}
      </span>
    </span>
  );
}
