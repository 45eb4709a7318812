import { canonicalJson } from '../canonical-json.ts';
import { Problem } from '../problem.ts';
import type { Entity, Idempotency, MirroredGroup, MirrorState } from '../redundancy/transaction.ts';
import { type MemberEntity, memberEntity, memberKey } from './member.ts';
import { type Founder, type RosterEntity, rosterKey, rosterOf, withMember, withoutMember } from './roster.ts';
import { membersMax } from './settings.ts';

const parse = (entity: Entity | undefined): MemberEntity | undefined =>
  entity === undefined ? undefined : memberEntity.parse(JSON.parse(entity.image));

export type Joining = Pick<
  MemberEntity,
  'name' | 'dataset' | 'url' | 'model' | 'publicKey' | 'protocol' | 'signedAtMs'
>;

function refuseReplay(before: MemberEntity, signedAtMs: number): void {
  if (signedAtMs > before.signedAtMs) return;
  throw new Problem('forbidden', 'This signature, or a later one, was used before. Sign each request anew.');
}

function refuseName(roster: RosterEntity, before: MemberEntity | undefined, joining: Joining): void {
  const { name, publicKey, dataset, signedAtMs } = joining;
  const sameName = roster.seats.find((each) => each.name === name);
  if ((before?.publicKey ?? sameName?.key ?? publicKey) !== publicKey)
    throw new Problem(
      'forbidden',
      `The name ${name} belongs to another key in ${dataset}. Choose another name.`,
    );
  if (before !== undefined) refuseReplay(before, signedAtMs);
  const other = roster.seats.find((each) => each.key === publicKey && each.name !== name);
  if (other !== undefined)
    throw new Problem(
      'forbidden',
      `This key is already the member ${other.name} of ${dataset}. One key, one member.`,
    );
  if (sameName === undefined && roster.seats.length >= membersMax)
    throw new Problem('limit-reached', `${dataset} has ${membersMax} members, the most there can be.`);
}

/** When it is now, and whose models founded the group. */
export interface Present {
  readonly nowMs: number;
  readonly founders: readonly Founder[];
}

/**
 * A member joins, or moves to another address; a new one starts on probation.
 * @throws Problem `forbidden` if the name or the key is another's, or the signature is not the newest; `limit-reached`.
 */
export async function joinConsensus(
  group: MirroredGroup,
  joining: Joining,
  { nowMs, founders }: Present,
  idempotency: Idempotency | undefined,
): Promise<{ member: MemberEntity; mirror: MirrorState }> {
  const { dataset, name } = joining;
  const [key, roster] = [memberKey(dataset, name), rosterKey(dataset)];
  const { answer, mirror } = await group.write({
    keys: [key, roster],
    idempotency,
    decide(current) {
      const before = parse(current.get(key));
      const now = rosterOf(current.get(roster), dataset, founders);
      refuseName(now, before, joining);
      const joinedAt = before?.state === 'joined' ? before.joinedAt : new Date(nowMs).toISOString();
      const member: MemberEntity = { ...before, ...joining, state: 'joined', joinedAt };
      return {
        changes: [
          { id: key, image: canonicalJson(member) },
          { id: roster, image: canonicalJson(withMember(now, { name, key: joining.publicKey })) },
        ],
        answer: canonicalJson(member),
      };
    },
  });
  return { member: memberEntity.parse(JSON.parse(answer)), mirror };
}

const noMember = (dataset: string, name: string) =>
  new Problem('not-found', `${dataset} has no member ${name} that joined.`);

/** @throws Problem `not-found`. */
export async function readMember(group: MirroredGroup, dataset: string, name: string): Promise<MemberEntity> {
  const key = memberKey(dataset, name);
  const member = parse((await group.read([key])).entities.get(key));
  if (member === undefined) throw noMember(dataset, name);
  return member;
}

/**
 * A member leaves: it is asked no more, and its standing is gone. Its name stays its key's.
 * @throws Problem `not-found`, `forbidden` for an old signature.
 */
export async function leaveConsensus(
  group: MirroredGroup,
  leaving: Pick<MemberEntity, 'name' | 'dataset' | 'signedAtMs'>,
  { founders }: Present,
): Promise<MirrorState> {
  const { dataset, name, signedAtMs } = leaving;
  const [key, roster] = [memberKey(dataset, name), rosterKey(dataset)];
  const { mirror } = await group.write({
    keys: [key, roster],
    idempotency: undefined,
    decide(current) {
      const member = parse(current.get(key));
      if (member === undefined) throw noMember(dataset, name);
      refuseReplay(member, signedAtMs);
      const now = withoutMember(rosterOf(current.get(roster), dataset, founders), member.publicKey);
      return {
        changes: [
          { id: key, image: canonicalJson({ ...member, state: 'left', signedAtMs }) },
          { id: roster, image: canonicalJson(now) },
        ],
        answer: '',
      };
    },
  });
  return mirror;
}

/** The members that joined, of those on the roster; founders have no record. */
export async function readMembers(
  group: MirroredGroup,
  roster: RosterEntity,
): Promise<readonly MemberEntity[]> {
  const ids = roster.seats
    .filter(({ founder }) => !founder)
    .map(({ name }) => memberKey(roster.dataset, name));
  if (ids.length === 0) return [];
  const { entities } = await group.read(ids);
  return ids.flatMap((id) => {
    const member = parse(entities.get(id));
    return member?.state === 'joined' ? [member] : [];
  });
}
