import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import type { Failure } from '../failure.ts';

export type Values = Readonly<Record<string, string>>;
type Errors = Readonly<Record<string, string>>;

export interface FormOptions {
  readonly schema: z.core.$ZodType;
  readonly initial: Values;
  /** What the form says as the request's part would say it; a value that is no number stays text, so the schema refuses it. */
  readonly toRequest: (values: Values) => unknown;
  /** Fields of the form by the names that the schema has for them, where they differ. */
  readonly fieldOf?: Readonly<Record<string, string>>;
  readonly onSubmit: (request: unknown) => Promise<Failure | undefined>;
}

export interface Form {
  readonly values: Values;
  readonly errors: Errors;
  readonly failure: Failure | undefined;
  readonly busy: boolean;
  readonly set: (name: string, value: string) => void;
  readonly submit: (event: Event) => void;
  readonly reset: (values: Values) => void;
}

function issuesOf({ schema, toRequest, fieldOf = {} }: FormOptions, values: Values): Errors {
  const { error } = z.safeParse(schema, toRequest(values));
  const found = (error?.issues ?? []).map(({ path: [first], message }) => {
    const name = String(first ?? '');
    return [fieldOf[name] ?? name, message] as const;
  });
  // The first issue of a field is the one to mend first.
  return Object.fromEntries(found.reverse());
}

/** The fields that a problem of the server names. */
function errorsOf(failure: Failure, fieldOf: Readonly<Record<string, string>>): Errors {
  const found = failure.errors.map(({ pointer, detail }) => {
    const name = pointer.split('/')[2] ?? '';
    return [fieldOf[name] ?? name, detail] as const;
  });
  return Object.fromEntries(found);
}

/**
 * A form that is checked as one types by the contract's own schema. A field complains only once it was touched; after
 * sending, what the server says stands beside its field until that is changed.
 */
export function useForm(options: FormOptions): Form {
  const { initial, fieldOf = {}, onSubmit, toRequest } = options;
  const [values, setValues] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string> | 'all'>(new Set());
  const [failure, setFailure] = useState<Failure | undefined>();
  const [said, setSaid] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  // State is seen at the next rendering alone, and a second click may come before it.
  const sending = useRef(false);
  const issues = issuesOf(options, values);
  const shown = Object.fromEntries(
    Object.entries(issues).filter(([name]) => touched === 'all' || touched.has(name)),
  );
  const send = async () => {
    sending.current = true;
    setBusy(true);
    const failed = await onSubmit(toRequest(values));
    sending.current = false;
    setBusy(false);
    setFailure(failed);
    setSaid(failed === undefined ? {} : errorsOf(failed, fieldOf));
  };
  return {
    values,
    errors: { ...said, ...shown },
    failure,
    busy,
    set: (name, value) => {
      setValues((old) => ({ ...old, [name]: value }));
      setTouched((old) => (old === 'all' ? old : new Set([...old, name])));
      setSaid(({ [name]: _mended, ...rest }) => rest);
    },
    submit: (event) => {
      event.preventDefault();
      if (sending.current) return;
      setTouched('all');
      const [wrong] = Object.keys(issues);
      if (wrong === undefined) void send();
      else if (event.target instanceof HTMLFormElement)
        event.target.querySelector<HTMLElement>(`[name="${CSS.escape(wrong)}"]`)?.focus();
    },
    reset: (next) => {
      setValues(next);
      setTouched(new Set());
      setFailure(undefined);
      setSaid({});
    },
  };
}

interface FieldProps {
  readonly form: Form;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly input?: {
    readonly inputMode?: 'numeric' | 'decimal' | 'search';
    readonly size?: number;
    readonly maxLength?: number;
  };
  readonly multiline?: boolean;
}

let ids = 0;
function useId(): string {
  const id = useRef('');
  if (id.current === '') {
    ids += 1;
    id.current = `field-${ids}`;
  }
  return id.current;
}

/** A labelled input with its hint and its complaint, tied together for screen readers. */
export function Field({ form, name, label, hint, input = {}, multiline = false }: FieldProps) {
  const id = useId();
  const error = form.errors[name];
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter(
    (text) => text !== '',
  );
  const shared = {
    id,
    name,
    value: form.values[name] ?? '',
    'aria-invalid': error !== undefined,
    'aria-describedby': described.length === 0 ? undefined : described.join(' '),
    onInput: (event: { currentTarget: { value: string } }) => form.set(name, event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {multiline ? (
        <textarea rows={3} {...shared} />
      ) : (
        <input type="text" list={undefined} autocomplete="off" {...input} {...shared} />
      )}
      {hint === undefined ? null : (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error === undefined ? null : (
        <span class="complaint" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}

/** What a form failed with that no field of it is to blame for. */
export function FormFailure({ form, children }: { form: Form; children?: ComponentChildren }) {
  if (form.failure === undefined) return null;
  return (
    <div class="notice bad" role="alert">
      <p class="notice-title">{form.failure.title}</p>
      <p>{form.failure.detail}</p>
      {children}
    </div>
  );
}

/** What is typed as a number, or the text itself, which no schema of a number takes. */
export const typedNumber = (text: string | undefined): unknown => {
  const trimmed = (text ?? '').trim();
  return /^-?\d{1,15}(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
};
