import { edit, type Mutant, one } from './mutant.ts';

/** What is answered, when, and what it is called. */
export const answerMutants: readonly Mutant[] = [
  one(
    'a strict group acknowledges in one store',
    1,
    edit('acknowledge', " && control.policy === 'available'", ''),
  ),
  one(
    'a write is acknowledged in an epoch that did not decide it',
    1,
    edit('acknowledge', ' && control.epoch === row.epoch', ''),
  ),
  one(
    'a write is acknowledged in a store that was emptied',
    1,
    edit('acknowledge', 'await requireLivingAuthority(env, control);', ''),
  ),
  one(
    'catching up does not gate',
    1,
    edit('policy', "(control.mode === 'NORMAL' || control.mode === 'CATCHUP')", "control.mode === 'NORMAL'"),
  ),
  one(
    'alone is called synced',
    1,
    edit(
      'policy',
      "return control.mode === 'NORMAL' && control.follower",
      "return control.mode !== 'READ_ONLY' && control.follower",
    ),
  ),
  one(
    'catching up is called synced',
    1,
    edit(
      'policy',
      "return control.mode === 'NORMAL' && control.follower",
      "return (control.mode === 'NORMAL' || control.mode === 'CATCHUP') && control.follower",
    ),
  ),
  one(
    'stale is not said',
    1,
    edit('policy', "if (control.mode === 'READ_ONLY' && !control.followerComplete) return 'stale';", ''),
  ),
  one(
    'documents that are read by force are called complete',
    1,
    edit(
      'lost',
      'incarnations, followerComplete: false, forced: true } as const',
      'incarnations, followerComplete: true, forced: true } as const',
    ),
  ),
  one(
    'an era that is not full is read by force',
    1,
    edit('lost', ' || control.sourceEra !== undefined) return false;', ') return false;'),
  ),
  one(
    'an empty bucket is read by force',
    1,
    edit(
      'lost',
      '  if (incarnation === undefined) return false;\n  const incarnations',
      '  const incarnations',
    ),
    edit('lost', '[follower.store]: incarnation };', "[follower.store]: incarnation ?? '' };"),
  ),
  one(
    'the authority learns late that it is alone',
    1,
    edit('lost', "await advanceFences(context.env, next, next.authority, 'alone', false);", ''),
  ),
  one(
    'a lost follower is called complete',
    1,
    edit('lost', "{ mode: 'A_ONLY', followerComplete: false }", "{ mode: 'A_ONLY' }"),
  ),
  one(
    'nobody goes on for who crashed before the authority knew',
    1,
    edit('prober', "await advanceFences(env, control, control.authority, 'alone', false);", ''),
  ),
  one(
    'an authority that was alone is back at once',
    1,
    edit('prober', 'if (!control.followerComplete) {', 'if (control.mode === undefined) {'),
  ),
  one(
    'the incarnation of a new follower is not noted',
    1,
    edit(
      'prober',
      '    incarnations: { ...control.incarnations, [follower.store]: incarnation },\n  });\n  return next',
      '  });\n  void incarnation;\n  return next',
    ),
  ),
  one(
    'a fail-over by force names nothing',
    1,
    edit(
      'promotion',
      'for (const row of rows) if (isPending(row)) keys.push(row.id);',
      'void [rows, isPending, keys];',
    ),
  ),
  one('an old authority is called complete', 1, edit('promotion', '    followerComplete: false,\n', '')),
  one(
    'nobody goes on for who crashed before the follower knew',
    1,
    edit(
      'promotion',
      "await advanceFences(env, control, control.authority, 'alone', false);\n  await waitForLeases",
      'await waitForLeases',
    ),
  ),
  one(
    'a promoted follower is read after the wait alone',
    1,
    edit(
      'promotion',
      "if (next !== undefined) await advanceFences(context.env, next, next.authority, 'alone', false);",
      '',
    ),
    edit(
      'promotion',
      "await advanceFences(env, control, control.authority, 'alone', false);\n  await waitForLeases(env, control);",
      "await waitForLeases(env, control);\n  await advanceFences(env, control, control.authority, 'alone', false);",
    ),
  ),
  one(
    'a transaction is born mirrored',
    1,
    edit('prepare', 'mirrored: control.follower === undefined,', 'mirrored: true,'),
  ),
  one(
    'a version is born mirrored',
    1,
    edit(
      'prepare',
      'mver: control.follower === undefined ? before + 1 : mver,',
      'mver: before + 1 + 0 * mver,',
    ),
  ),
  one(
    'an expired key cannot be used again',
    1,
    edit('prepare', 'keepKeyedWrite(keyed, view.idempotency)', 'keepKeyedWrite(keyed, undefined)'),
  ),
  one('versions are not chained', 1, edit('prepare', '    prevOp,\n', '    prevOp: undefined && prevOp,\n')),
  one(
    'keys of what is left out do not expire',
    1,
    edit(
      'keyed-writes',
      'if (known?.op !== op) return undefined;',
      'if (known !== undefined || op) return undefined;',
    ),
  ),
  one(
    'a lease is renewed whatever has changed',
    1,
    edit('lease', 'fresh.control.revision !== lease.control.revision || ', ''),
  ),
  one(
    'a lease lasts as long as its margin too',
    1,
    edit(
      'lease',
      'return env.clock.now() - lease.takenAtMs <= env.settings.leaseMs;',
      'return env.clock.now() - lease.takenAtMs <= env.settings.leaseMs + env.settings.leaseMarginMs;',
    ),
  ),
  one(
    'an empty bucket is listed',
    1,
    edit('read-only', '  await requireIncarnation(context, lease);\n  const items', '  const items'),
  ),
  one(
    'a list is answered without a lease',
    1,
    edit('read', '  await requireLease(env, lease);\n  const items', '  const items'),
  ),
  one(
    'a fail-over by force is listed at once',
    1,
    edit('read', '    requireServed(control);\n    const rows', '    const rows'),
  ),
  one(
    'a key answers for any payload',
    1,
    edit(
      'write',
      'if (row.payloadHash !== idempotency.payloadHash) {',
      'if (row.payloadHash === undefined) {',
    ),
  ),
  one(
    'nothing to do is answered without a lease',
    1,
    edit(
      'write',
      '  if (prepared.changed.length === 0) {\n    await requireLease(env, lease);',
      '  if (prepared.changed.length === 0) {',
    ),
  ),
  one(
    'its own transaction is taken for a lost race',
    1,
    edit(
      'write',
      "return result.refusals.some(({ row }) => row?.kind === 'transaction' && row.id === prepared.row.id);",
      'return false;',
    ),
  ),
  one(
    'a closed fence is taken for a failure',
    1,
    edit(
      'write',
      '  } catch (error) {\n    throw outcomeUnknown(failure, error);\n  }\n  throw',
      '  } catch (error) {\n    void error;\n    return false;\n  }\n  throw',
    ),
  ),
  one(
    'a running transaction is taken for a lost store',
    1,
    edit('mirror', "if (failure.reason === 'conflict') return;", ''),
  ),
];
