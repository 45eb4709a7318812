import { useEffect } from 'preact/hooks';
import { kept, useObservable } from '../../observable.ts';
import { Action } from '../../parts/action.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Read } from '../../parts/feedback.tsx';
import { type Polled, usePolled } from '../../polling.ts';
import type { Place } from '../../router.ts';
import type { Found } from './evidence.ts';
import { type Lesson, lessons, resetLab } from './lessons.ts';

const everyMs = 4_000;
/** A lesson that is done is looked at no more. */
const doneEveryMs = 86_400_000;

type Progress = Readonly<Record<string, Found>>;

const isProgress = (value: unknown): value is Progress =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every(
    (one: unknown) => typeof one === 'object' && one !== null && 'done' in one && 'evidence' in one,
  );

const progress = kept<Progress>('tandem.lessons', {}, isProgress);

const all = lessons.flatMap((part) => part.lessons);

/** The exercise's questions, to do one by one; each looks at the system itself whether it is done. */
export function LessonsRoom({ parts: [id] }: Place) {
  const found = useObservable(progress);
  const lesson =
    all.find((one) => one.id === id) ?? all.find((one) => found[one.id]?.done !== true) ?? all[0];
  const done = all.filter((one) => found[one.id]?.done === true).length;
  return (
    <div class="room">
      <h1 tabIndex={-1}>Lessons</h1>
      <div class="states">
        <Badge tone={done === all.length ? 'good' : 'plain'}>{`${done} of ${all.length} done`}</Badge>
        <Action
          run={async () => {
            await resetLab();
            progress.set({});
            return 'Mended and forgotten';
          }}
        >
          Reset lab
        </Action>
      </div>
      <div class="rail">
        <nav aria-label="Questions">
          {lessons.map((part) => (
            <section key={part.part} aria-label={part.part}>
              <h2>{part.part}</h2>
              <ol>
                {part.lessons.map((one) => (
                  <li key={one.id}>
                    <a href={`lessons/${one.id}`} aria-current={one === lesson ? 'step' : undefined}>
                      <Tick done={found[one.id]?.done === true} />
                      {one.title}
                    </a>
                  </li>
                ))}
              </ol>
            </section>
          ))}
        </nav>
        {lesson === undefined ? null : <Open key={lesson.id} lesson={lesson} />}
      </div>
    </div>
  );
}

function Tick({ done }: { done: boolean }) {
  return (
    <svg
      class={done ? 'tick done' : 'tick'}
      viewBox="0 0 12 12"
      role="img"
      aria-label={done ? 'done' : 'to do'}
    >
      {done ? <path d="M2.5 6.5 5 9 9.5 3.5" /> : null}
    </svg>
  );
}

/** Looks until the lesson is done, and keeps what was found. */
function useCheck(lesson: Lesson): Polled<Found> {
  const known = useObservable(progress)[lesson.id];
  const isDone = known?.done === true;
  const polled = usePolled(
    `lesson ${lesson.id} ${isDone}`,
    async () => (isDone ? known : lesson.check(progress.get()[lesson.id]?.seen)),
    isDone ? doneEveryMs : everyMs,
  );
  const { value } = polled;
  useEffect(() => {
    if (value === undefined || progress.get()[lesson.id]?.done === true) return;
    const seen = value.seen ?? progress.get()[lesson.id]?.seen;
    progress.set({ ...progress.get(), [lesson.id]: { ...value, ...(seen === undefined ? {} : { seen }) } });
  }, [value, lesson.id]);
  return isDone ? { value: known, failure: undefined, readAt: undefined } : polled;
}

function Open({ lesson }: { lesson: Lesson }) {
  const polled = useCheck(lesson);
  const next = all[all.indexOf(lesson) + 1];
  return (
    <article class="lesson panel">
      <h2>{lesson.title}</h2>
      <section aria-label="What to do">
        <h3>What to do</h3>
        <ol class="todo">
          {lesson.todo.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p>
          <a href={lesson.room}>Go there</a>
        </p>
      </section>
      <section aria-label="What to expect">
        <h3>What to expect</h3>
        <p>{lesson.expect}</p>
      </section>
      <section aria-label="Why">
        <h3>Why</h3>
        <p>{lesson.why}</p>
      </section>
      <section aria-label="Is it done?">
        <h3>Is it done?</h3>
        <Read polled={polled} what="the system" lines={1}>
          {({ done, evidence }) => (
            <div class="states" role="status">
              <Badge tone={done ? 'good' : 'plain'}>{done ? 'Done' : 'Not yet'}</Badge>
              <span>{evidence}</span>
            </div>
          )}
        </Read>
      </section>
      {next === undefined ? null : (
        <p>
          <a href={`lessons/${next.id}`}>Next: {next.title}</a>
        </p>
      )}
    </article>
  );
}
