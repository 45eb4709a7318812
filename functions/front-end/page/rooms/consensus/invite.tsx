import type { lab } from '@layers/contract/lab';
import { useEffect } from 'preact/hooks';
import type * as z from 'zod/mini';
import { api } from '../../api.ts';
import { readAgain } from '../../connection.ts';
import { formatNumber } from '../../formats.ts';
import { type Lab, useLab } from '../../lab.ts';
import { Action } from '../../parts/action.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';

type Invitation = z.input<typeof lab.inviteToRound.request.body>;
type Round = NonNullable<Lab['round']>;

/** Who can be invited, in the reader's words. */
const guests: readonly { readonly name: string; readonly behaviour: Invitation['behaviour'] }[] = [
  { name: 'a liar', behaviour: 'lie' },
  { name: 'a member that breaks its commitment', behaviour: 'switch' },
];

const tones: Readonly<Record<Round['state'], Tone>> = { playing: 'plain', settled: 'good', failed: 'bad' };

/** Where the lab is deployed: a round with somebody who does not play by the rules, and how far it is. */
export function Invite({ dataset }: { dataset: string }) {
  const { value: found } = useLab();
  const round = found === undefined || found === 'absent' ? undefined : found.round;
  const state = round?.state;
  useEffect(() => {
    if (state === 'settled') readAgain();
  }, [state]);
  if (found === undefined || found === 'absent') return null;
  return (
    <section class="panel invite" aria-label="Invite to a round">
      <h3>Start a round with …</h3>
      <div class="actions">
        {guests.map(({ name, behaviour }) => (
          <Action
            key={behaviour}
            disabled={state === 'playing'}
            run={async () => {
              await api.inviteToRound({ body: { dataset: dataset as Invitation['dataset'], behaviour } });
              return undefined;
            }}
          >
            {name}
          </Action>
        ))}
      </div>
      <div role="status">{round === undefined ? null : <Progress round={round} />}</div>
      <p class="hint">
        It stakes 100 units, is asked with the others until the round has 20 outcomes, and all are settled.
      </p>
    </section>
  );
}

function Progress({
  round: { dataset, state, step, member = 'A member', asked, missing },
}: {
  round: Round;
}) {
  const all = asked + missing;
  return (
    <p class="states">
      <Badge tone={tones[state]}>{state}</Badge>
      <span>
        {member}, {dataset}: {step}{' '}
        {all === 0 ? '' : `${formatNumber(asked)} of ${formatNumber(all)} outcomes.`}
      </span>
    </p>
  );
}
