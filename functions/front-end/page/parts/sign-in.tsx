import * as z from 'zod/mini';
import { readAgain } from '../connection.ts';
import { useObservable } from '../observable.ts';
import { shopper } from '../rooms/shop/shopper.ts';
import { subjectOf, token, tokenAsked, tokenText } from '../token.ts';
import { Field, useForm } from './form.tsx';

/** Where the deployment asks for tokens, as on AWS: the place for one. Nothing where it does not. */
export function SignIn() {
  const asked = useObservable(tokenAsked);
  const held = useObservable(token);
  if (asked) return <TokenForm />;
  if (held === '') return null;
  return (
    <p class="states">
      <span>
        Signed in as <strong>{subjectOf(held) ?? 'somebody'}</strong> until this tab is closed.
      </span>
      <button type="button" onClick={() => use('')}>
        Forget the token
      </button>
    </p>
  );
}

function use(text: string): void {
  token.set(text);
  tokenAsked.set(false);
  const subject = subjectOf(text);
  if (subject !== undefined) shopper.set(subject);
  readAgain();
}

const schema = z.object({ token: tokenText });

function TokenForm() {
  const form = useForm({
    schema,
    initial: { token: '' },
    toRequest: ({ token: text = '' }) => ({ token: text.trim() }),
    onSubmit: (request) => {
      use(schema.parse(request).token);
      return Promise.resolve(undefined);
    },
  });
  return (
    <section class="panel" aria-label="Sign in">
      <form onSubmit={form.submit} noValidate>
        <h2>This system asks who you are</h2>
        <Field
          form={form}
          name="token"
          label="Token"
          hint="A JWT by the issuer that this deployment trusts. It stays in this tab, and goes to this system alone."
        />
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
    </section>
  );
}
