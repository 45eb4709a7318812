import type { ComponentChildren } from 'preact';
import { apiUrl } from '../api.ts';
import { readAgain } from '../connection.ts';
import type { Failure } from '../failure.ts';
import type { Polled } from '../polling.ts';

/** What went wrong and what to do about it, as the system says it. */
export function FailureBox({
  failure,
  retry = readAgain,
}: {
  failure: Failure;
  retry?: (() => void) | undefined;
}) {
  return (
    <div class="notice bad" role="alert">
      <p class="notice-title">{failure.title}</p>
      <p>{failure.detail}</p>
      <p class="notice-actions">
        <button type="button" onClick={() => retry()}>
          Try again
        </button>
        {failure.code === undefined ? null : (
          <a href={`${apiUrl}/errors/${failure.code}`} target="_blank" rel="noreferrer">
            About “{failure.code}”
          </a>
        )}
      </p>
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** Grey bars of about the height of what will be there. */
export function Loading({ what, lines = 3 }: { what: string; lines?: number }) {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">Reading {what}…</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="bar" aria-hidden="true" />
      ))}
    </div>
  );
}

interface ReadProps<T> {
  readonly polled: Polled<T>;
  readonly what: string;
  readonly lines?: number;
  readonly children: (value: T) => ComponentChildren;
}

/** What was read; before that grey bars, and a failure where there is nothing to show instead. */
export function Read<T>({ polled, what, lines, children }: ReadProps<T>) {
  const { value, failure } = polled;
  if (value === undefined)
    return failure === undefined ? (
      <Loading what={what} {...(lines === undefined ? {} : { lines })} />
    ) : (
      <FailureBox failure={failure} />
    );
  return (
    <>
      {failure === undefined || failure.down ? null : <FailureBox failure={failure} />}
      {children(value)}
    </>
  );
}
