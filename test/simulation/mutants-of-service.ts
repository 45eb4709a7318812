import { edit, type Mutant, one, same } from './mutant.ts';

/** Rules of writing, reading and following while nothing is lost. */
export const serviceMutants: readonly Mutant[] = [
  // The synchronous write.
  one(
    'a write does not help what is pending',
    1,
    edit(
      'write',
      'const pending = records.filter(isPending);',
      'const pending = records.filter(isPending).slice(records.length);',
    ),
    edit('prepare', '|| !isGated(control)) return exact;', '|| control.epoch > 0) return exact;'),
  ),
  one(
    'a timeout is taken for a failure',
    1,
    edit(
      'write',
      "failure.effect === 'none') throw failure;",
      "failure.effect === 'none') throw failure;\n    return false;",
    ),
  ),
  one(
    'an outcome that cannot be told is taken for a failure',
    498,
    edit('write', 'throw outcomeUnknown(failure, undefined);', 'return false;'),
  ),
  one(
    'acknowledged before the follower has it',
    1,
    edit(
      'acknowledge',
      'await follower.apply(env, lease, batch);',
      'void follower.apply(env, lease, batch).catch(() => undefined);',
    ),
  ),
  one(
    'the follower’s failure is ignored',
    1,
    edit(
      'acknowledge',
      'await follower.apply(env, lease, batch);',
      'await follower.apply(env, lease, batch).catch(() => undefined);',
    ),
  ),
  one(
    'marked before the follower has it',
    1,
    edit(
      'acknowledge',
      'await follower.apply(env, lease, batch);',
      'await markMirrored(env, lease, row.id, changed, { sent: false });\n  await follower.apply(env, lease, batch);',
    ),
  ),
  one(
    'acknowledged from documents without a lease',
    1,
    edit('acknowledge', 'if (!follower.fenced) await requireLease(env, lease);', ''),
  ),
  one('no fence at the commit', 1, edit('prepare', '[fenceCheck(control, view.fence)]', '[]')),
  same(
    'guards compare the version number alone',
    'each guard travels with a fence of its epoch, in which a version number comes once; replicas are compared again by (epoch, ver, op)',
    edit('row-follower', '{ epoch: record.epoch, ver: record.ver, op: record.op }', '{ ver: record.ver }'),
  ),
  one(
    'what was only read is not checked',
    1,
    edit(
      'prepare',
      "if (row === undefined) actions.push({ type: 'check', target: { kind: 'record', id }, expect });\n    else",
      'if (row !== undefined)',
    ),
  ),
  one(
    'the idempotency record is left out',
    1,
    edit('prepare', 'if (keep !== undefined) actions.push(keep);', ''),
  ),
  one(
    'a replay does not help',
    249,
    edit('write', 'if (pending !== undefined) await help(env, lease, follower, pending);', ''),
  ),
  // Reads.
  one(
    'a read does not help',
    1,
    edit(
      'read',
      'if (isGated(control)) await help(env, lease, follower, row);',
      'if (isGated(control)) void follower;',
    ),
  ),
  one(
    'a read is answered without a lease',
    1,
    edit('read', 'await requireLease(context.env, lease);\n  const entities', 'const entities'),
  ),
  one(
    'an absent fence is not noticed',
    1,
    edit(
      'fences',
      "if (row?.kind !== 'fence') throw new StoreFailure(store, 'unavailable', 'none');",
      "if (row?.kind !== 'fence') return;",
    ),
  ),
  one(
    'a fence of another epoch is not noticed',
    1,
    edit('fences', 'if (!isOpen(control, row)) throw new StaleLease();', ''),
  ),
  one(
    'a lease counts from after its reading',
    914,
    edit(
      'lease',
      'const takenAtMs = env.clock.now();\n  const control = await env.control.readControl(group);',
      'const control = await env.control.readControl(group);\n  const takenAtMs = env.clock.now();',
    ),
  ),
  // Followers.
  one(
    'no fence in a row follower',
    1,
    edit(
      'row-follower',
      'fenced ? [fenceCheck(lease.control, fenceOf(env, id))] : [];',
      'env === undefined ? [fenceCheck(lease.control, fenceOf(env, id))] : [];',
    ),
  ),
  one(
    'several documents without a journal',
    1,
    edit(
      'document-follower',
      "await putOnce(env, storeName, path, { kind: 'journal', op, committedAtMs, records });",
      'void [op, committedAtMs];',
    ),
  ),
  one(
    'the journal goes before its documents',
    1,
    edit(
      'document-follower',
      'await Promise.all(records.map((_, index) => applyOne(env, lease, batch, index)));',
      'await documentStore(env, storeName).deleteDocument(path);\n    await Promise.all(records.map((_, index) => applyOne(env, lease, batch, index)));',
    ),
  ),
  one(
    'documents follow a journal without a lease',
    1,
    edit('document-follower', 'await requireLease(env, lease);', 'void requireLease;'),
  ),
  one(
    'an older image replaces a newer document',
    40,
    edit(
      'document-follower',
      'compareVersions(held.record, record) >= 0) return;',
      'compareVersions(held.record, record) === 0) return;',
    ),
  ),
  one(
    '409 is taken for stored',
    38,
    edit(
      'document-follower',
      'if (result.stored) return;',
      "if (result.stored || result.why === 'conflict') return;",
    ),
  ),
  one(
    'an older image replaces a newer row',
    7,
    edit('row-follower', 'order > 0 ? held.epoch >= control.epoch : order === 0;', 'order === 0;'),
  ),
  one(
    'keyed writes are not carried on',
    144,
    edit('keyed-writes', 'return kept.slice(-max);', 'return kept.slice(-max, -1);'),
  ),
];
