import { consensus } from '@layers/contract/consensus';
import type { MemberEntity } from '@layers/domain/consensus/member';
import {
  type Joining,
  joinConsensus as join,
  leaveConsensus as leave,
  readMember,
} from '@layers/domain/consensus/members';
import type { ModelCard } from '@layers/domain/models/card';
import { exampleArguments } from '@layers/domain/models/example-arguments';
import { Problem } from '@layers/domain/problem';
import { identifyWrite } from '@layers/http/idempotency-key';
import { checkAddress } from '@layers/http/outbound-address';
import type { Handler } from '@layers/http/serve';
import { verifyRequest } from '@layers/http/signed-request';
import { askMember } from './ask-members.ts';
import { commitMember, revealMember } from './commit-reveal.ts';
import type { ConsensusParts } from './consensus-parts.ts';
import { cardOf, foundersOf, readGroup } from './read-group.ts';
import { showMembers } from './show.ts';

export function listMembers(parts: ConsensusParts): Handler<typeof consensus.listMembers> {
  return async ({ query: { dataset } }) => {
    const group = await readGroup(parts, dataset);
    return { status: 200, headers: { Mirror: group.mirror }, body: { items: showMembers(group) } };
  };
}

const refused = (detail: string) =>
  new Problem('invalid-request', `The member was asked and ${detail}.`, {
    errors: [{ pointer: '/body/url', detail }],
  });

/** Whoever joins must answer, now, in each way that it will be asked. @throws Problem `invalid-request`. */
async function probe(parts: ConsensusParts, card: ModelCard, member: MemberEntity): Promise<void> {
  const inputs = exampleArguments(card);
  const answered = await askMember(parts, card, member, inputs);
  if (answered.status !== 'answered') throw refused(`${answered.detail} (GET /predict: ${answered.status})`);
  if (member.protocol === 'plain') return;
  const question = { predictionId: `probe-${parts.newSalt()}`, card, inputs };
  const committed = await commitMember(parts, member, question);
  if (committed.status !== 'answered')
    throw refused(`${committed.detail} (POST /commit: ${committed.status})`);
  if ('prediction' in committed) return;
  const { answered: revealed } = await revealMember(parts, member, committed, question);
  if (revealed.status !== 'answered') throw refused(`${revealed.detail} (POST /reveal: ${revealed.status})`);
}

function refuseOracle({ oracleKey }: ConsensusParts, publicKey: string): void {
  if (publicKey !== oracleKey) return;
  throw new Problem('forbidden', 'The oracle judges members, so it may not be one. Join with another key.');
}

export function joinConsensus(parts: ConsensusParts): Handler<typeof consensus.joinConsensus> {
  return async (input, call) => {
    const { body, headers } = input;
    const nowMs = parts.now();
    const signedParts = { method: 'POST', path: '/consensus/members', body };
    const signedAtMs = verifyRequest(body.publicKey, signedParts, headers['tandem-signature'], nowMs);
    refuseOracle(parts, body.publicKey);
    const card = cardOf(parts, body.dataset);
    const { url } = await checkAddress(body.url, parts.outbound);
    const joining: Joining = { ...body, url: url.href.replace(/\/$/, ''), signedAtMs };
    await probe(parts, card, { ...joining, state: 'joined', joinedAt: new Date(nowMs).toISOString() });
    const founders = await foundersOf(parts, body.dataset);
    const { idempotency } = identifyWrite(consensus.joinConsensus, input, call);
    const { member, mirror } = await join(parts.consensus, joining, { nowMs, founders }, idempotency);
    const shown = showMembers(await readGroup(parts, body.dataset)).find(({ name }) => name === member.name);
    if (shown === undefined) throw new Problem('version-conflict', `${member.name} has left meanwhile.`);
    const Location = `${call.baseUrl}/consensus/members?dataset=${body.dataset}`;
    return { status: 201, headers: { Mirror: mirror, Location }, body: shown };
  };
}

export function leaveConsensus(parts: ConsensusParts): Handler<typeof consensus.leaveConsensus> {
  return async ({ path: { dataset, name }, headers }) => {
    const nowMs = parts.now();
    const { publicKey } = await readMember(parts.consensus, dataset, name);
    const signedParts = { method: 'DELETE', path: `/consensus/members/${dataset}/${name}`, body: null };
    const signedAtMs = verifyRequest(publicKey, signedParts, headers['tandem-signature'], nowMs);
    const founders = await foundersOf(parts, dataset);
    const mirror = await leave(parts.consensus, { dataset, name, signedAtMs }, { nowMs, founders });
    return { status: 204, headers: { Mirror: mirror } };
  };
}
