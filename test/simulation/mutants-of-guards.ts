import { edit, type Mutant, one, same, waitForLeases } from './mutant.ts';

/** Guards, waits and orders that were broken by hand, one after the other. */
export const guardMutants: readonly Mutant[] = [
  one(
    'fences are made in a store that was wiped',
    1,
    edit('fences', "    { type: 'check', target: incarnationId, expect },\n", ''),
  ),
  one(
    'leases lapse from when a change was sent',
    1,
    edit('change-mode', 'inForceAtMs: undefined };', 'inForceAtMs: now };'),
  ),
  one(
    'an older backup decides on: its versions are not compared',
    1,
    edit(
      'prober',
      'if (record !== undefined && compareVersions(record, row) > 0) return false;',
      'void [record, compareVersions];',
    ),
  ),
  one(
    'an older backup decides on: open journals are not asked',
    1,
    edit('prober', 'await follower.sweep(env, lease);', ''),
  ),
  one(
    'an older backup decides on: what it lacks is not missed',
    1,
    edit(
      'prober',
      'if (row === undefined) return false;\n    if (follower.token',
      'if (row === undefined) continue;\n    if (follower.token',
    ),
  ),
  one(
    'an older backup decides on: its epoch is not compared',
    1,
    edit('prober', "if (!(await standsAt(env, lease.control, 'mirrored'))) return false;", 'void standsAt;'),
  ),
  one(
    'an expired key is replayed',
    86,
    edit('write', '|| row.expiresAtMs <= env.clock.now()) return undefined;', ') return undefined;'),
  ),
  one(
    'keys expire at once',
    3,
    edit('prepare', 'expiresAtMs: nowMs + env.settings.idempotencyMs,', 'expiresAtMs: nowMs,'),
  ),
  one(
    'a list does not help',
    1,
    edit('read', 'await helpPending(context, lease, rows.items);', 'void rows;'),
  ),
  one(
    'a strict group shows what one store has',
    1,
    edit(
      'read',
      "else if (control.policy === 'strict') refusePending(control, row);",
      'else void refusePending;',
    ),
  ),
  one(
    'a strict group is written in one store',
    1,
    edit('policy', "strict: ['NORMAL'],", "strict: ['NORMAL', 'CATCHUP', 'A_ONLY'],"),
  ),
  one(
    'a fail-over by force is read at once',
    1,
    edit(
      'read',
      "if (control.mode !== 'PROMOTING' || !control.forced) return;",
      'if (control.mode !== undefined) return;',
    ),
  ),
  one(
    'absence from documents is believed',
    1,
    edit(
      'read-only',
      'if (first.includes(undefined)) await requireIncarnation(context, lease);',
      'void requireIncarnation;',
    ),
  ),
  one(
    'keys do not follow a repaired record',
    1,
    edit(
      'row-follower',
      'await reconcileKeyedWrites(env, storeName, lease.control.group, held.record, record, fence);',
      'void fence;',
    ),
  ),
  one(
    'keys of what is left behind are not forgotten',
    1,
    edit(
      'row-follower',
      'await reconcileKeyedWrites(env, storeName, control.group, held, record, []);',
      'void reconcileKeyedWrites;',
    ),
  ),
  one(
    'keys are not rebuilt',
    1,
    edit(
      'rebuild',
      'await reconcileKeyedWrites(env, control.authority, control.group, row, loaded, [check]);',
      'void reconcileKeyedWrites;',
    ),
  ),
  one(
    'a replay is answered without a lease',
    1,
    edit(
      'write',
      'await requireLease(env, lease);\n  return { answer: row.answer',
      'return { answer: row.answer',
    ),
  ),
  one(
    'late journals are dropped',
    1,
    edit(
      'rebuild',
      'await keepLateJournals(env, control, control.follower, accepted);',
      'void keepLateJournals;',
    ),
  ),
  one(
    'catching up does not fence the follower',
    1,
    edit('catch-up', 'await follower.fence(env, lease);', ''),
  ),
  one('catching up does not wait for leases', 1, edit('catch-up', waitForLeases, 'void waitForLeases;')),
  one('a promotion does not wait for leases', 1, edit('promotion', waitForLeases, 'void waitForLeases;')),
  same(
    'a promotion that lost its store is finished',
    'without its fences the store answers nothing in A_ONLY as in PROMOTING, and the same force leads out of both',
    edit(
      'promotion',
      'if (incarnation !== control.incarnations[control.authority]) return control;',
      'void incarnation;',
    ),
  ),
  same(
    'a mark does not name its version',
    'a mark is sent once its version is in the follower; on a later version it says less than is known, and that is helped again',
    edit('help', 'expect: { epoch, ver, op: written },', 'expect: { id },'),
  ),
  same(
    'the guard of a commit leaves the mark out',
    'what was read pending was helped and read again, and a version that is mirrored stays so',
    edit('prepare', 'return { ...exact, mver: before.ver };', 'return exact;'),
  ),
  same(
    'a pass does not ask for a living authority',
    'each repair reads under a fence, and the incarnation is compared at the end',
    edit('catch-up', 'await requireLivingAuthority(env, control);', 'void requireLivingAuthority;'),
  ),
];
