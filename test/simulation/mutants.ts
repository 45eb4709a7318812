/** One change of a source file: `find` occurs exactly once in it. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The protocol with one of its rules broken: proof that the simulator would see it. */
export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Seeds worth starting with: the first one that killed it. */
  readonly seed: number;
  /** Why no history can tell it from the protocol, where that is so: then it must survive. */
  readonly equivalent?: string;
}

const edit = (file: string, find: string, replace: string): Edit => ({ file: `${file}.ts`, find, replace });
const one = (name: string, seed: number, ...edits: Edit[]): Mutant => ({ name, seed, edits });

const same = (name: string, equivalent: string, ...edits: Edit[]): Mutant => ({
  name,
  seed: 1,
  edits,
  equivalent,
});

const waitForLeases = 'await env.clock.sleep(Math.max(0, leasesLapsedAtMs(env, control) - env.clock.now()));';

export const mutants: readonly Mutant[] = [
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
    1,
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
    1,
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
    edit(
      'fences',
      'if (row.epoch !== control.epoch || row.stage !== requiredStage(control)) throw new StaleLease();',
      '',
    ),
  ),
  one(
    'a lease counts from after its reading',
    1,
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
    1,
    edit(
      'document-follower',
      'compareVersions(held.record, record) >= 0) return;',
      'compareVersions(held.record, record) === 0) return;',
    ),
  ),
  one(
    '409 is taken for stored',
    1,
    edit(
      'document-follower',
      'if (result.stored) return;',
      "if (result.stored || result.why === 'conflict') return;",
    ),
  ),
  one(
    'an older image replaces a newer row',
    1,
    edit(
      'row-follower',
      'compareVersions(held, record) >= 0) continue;',
      'compareVersions(held, record) === 0) continue;',
    ),
  ),
  one(
    'keyed writes are not carried on',
    1,
    edit('keyed-writes', 'return kept.slice(-max);', 'return kept.slice(-max, -1);'),
  ),
  // Documents alone.
  one(
    'journals are not rolled forward',
    1,
    edit('read-only', 'await finish();', ''),
    edit('read-only', 'if ((await finish()) > 0) continue;', 'void finish;'),
  ),
  one(
    'records are read once',
    1,
    edit(
      'read-only',
      'if (first.some((read, index) => read?.tag !== second[index]?.tag)) continue;',
      'void second;',
    ),
  ),
  one(
    'records are read twice without a look for journals',
    1,
    edit('read-only', 'if ((await finish()) > 0) continue;', ''),
  ),
  one(
    'documents stand in though they are not complete',
    1,
    edit(
      'lost',
      "control.mode !== 'NORMAL' || !control.followerComplete) return false;",
      "control.mode === 'READ_ONLY') return false;",
    ),
  ),
  same(
    'documents stand in though they were wiped',
    'an absent document is answered only after the incarnation was compared, and a rebuild, NORMAL and the prober compare it again',
    edit(
      'lost',
      'if ((await follower.incarnation(env, group.name)) !== control.incarnations[follower.store]) return false;',
      '',
    ),
  ),
  // Rebuild.
  one('a rebuild stays in its era', 1, edit('rebuild', 'era: control.era + 1,', 'era: control.era,')),
  one(
    'a rebuild stays in its epoch',
    1,
    edit('rebuild', 'epoch: control.epoch + 1,', 'epoch: control.epoch,'),
  ),
  one('a rebuild does not wait for leases', 1, edit('rebuild', waitForLeases, '')),
  one(
    'a rebuild does not close the era',
    1,
    edit(
      'rebuild',
      "if (await putOnce(env, follower, path, { kind: 'closed', acceptedOps: open })) return new Set(open);",
      'if (path !== undefined) return new Set(open);',
    ),
  ),
  one(
    'a rebuild forgets open journals',
    1,
    edit(
      'rebuild',
      'await rollForward(env, control.follower, group.name, sourceFolder(control), (op) => accepted.has(op));',
      'void rollForward;',
    ),
  ),
  one(
    'a rebuild loads without a fence',
    1,
    edit(
      'rebuild',
      'const result = await store.writeRows(control.group, [\n      fence,',
      'const result = await store.writeRows(control.group, [',
    ),
  ),
  one(
    'a rebuild loads twice',
    1,
    edit('rebuild', 'if (row !== undefined && row.epoch >= control.epoch) return;', ''),
  ),
  same(
    'rows are loaded as mirrored',
    'until the pass into the new era is complete everything is called degraded, and the pass compares content, not marks',
    edit('rebuild', '...loaded, mver: 0 }', '...loaded, mver: loaded.ver }'),
  ),
  one(
    'a reader trusts a closed era',
    1,
    edit('rebuild', 'if (await isOpen()) return records;', 'return records;'),
    edit('rebuild', 'if (await isOpen()) {', 'if (follower !== undefined) {'),
  ),
  // Catching up.
  one(
    'caught up without comparing',
    1,
    edit(
      'catch-up',
      'const repaired = await pass(context, lease, follower);',
      'const repaired = follower === undefined ? await pass(context, lease, follower) : 0;',
    ),
  ),
  one(
    'caught up by what is pending alone',
    1,
    edit(
      'catch-up',
      'if (token === follower.token(env, lease, row) && !isPending(row)) return;',
      'if (!isPending(row)) return;\n      void token;',
    ),
  ),
  one(
    'the authority is read before the follower',
    1,
    edit(
      'catch-up',
      'const held = await follower.read(env, lease, id);\n    const { records } = await readView(env, control, { keys: [id] });',
      'const { records } = await readView(env, control, { keys: [id] });\n    const held = await follower.read(env, lease, id);',
    ),
  ),
  one(
    'what the follower alone holds is left there',
    1,
    edit('catch-up', 'await eachOf([...summary.keys()]', 'await eachOf([]'),
  ),
  one(
    'caught up in the same epoch',
    1,
    edit(
      'prober',
      "    mode: 'CATCHUP',\n    epoch: control.epoch + 1,\n    incarnations",
      "    mode: 'CATCHUP',\n    incarnations",
    ),
  ),
  one(
    'incarnations are not compared at the end',
    1,
    edit('catch-up', 'if (!(await areTheSame(context, lease, follower))) return false;', 'void areTheSame;'),
  ),
  one(
    'a wiped follower goes unnoticed',
    1,
    edit(
      'prober',
      'return declareLost(context, follower.store);\n  }\n  const deciding',
      'return false;\n  }\n  const deciding',
    ),
  ),
  // What seeds found.
  one(
    'documents give cursors of their own',
    1,
    edit('read-only', 'next: page.next === undefined ? undefined : ids.at(-1)', 'next: page.next'),
  ),
  one(
    'a rebuild that lost its rows is not begun again',
    1,
    edit('rebuild', 'control.sourceEra !== undefined && isWiped;', "control.mode === 'REBUILD' && isWiped;"),
  ),
  one(
    'a follower without fences is promoted',
    1,
    edit(
      'promotion',
      '|| !(await hasFences(context.env, control, control.follower))',
      '|| hasFences === undefined',
    ),
  ),
  // Promotion.
  same(
    'a promotion stays in its epoch',
    'the stage of the fences moves with a promotion and shuts out the same writers; equal (epoch, ver) with another op is told apart by every comparison',
    edit('promotion', 'epoch: control.epoch + 1,', 'epoch: control.epoch,'),
  ),
  one(
    'modes change as soon as anybody likes',
    1,
    edit('change-mode', 'if (now < leasesLapsedAtMs(env, current)) return undefined;', ''),
  ),
  one(
    'the follower is promoted though it is not complete',
    1,
    edit(
      'lost',
      "control.mode !== 'NORMAL' || !control.followerComplete) return false;",
      "control.mode === 'PROMOTING') return false;",
    ),
  ),
  // Asynchronous replicas.
  one(
    'a replica gets what is pending',
    1,
    edit('replicate', 'if (!isPending(row)) return row;', 'if (env !== undefined) return row;'),
  ),
  one('a message is taken for sent though it was not', 1, edit('outbox', 'return false;', 'return true;')),
  one(
    'the sweeper sends nothing',
    1,
    edit('sweep', 'if (!current.mirrored || current.sent) return;', 'if (current.id !== undefined) return;'),
  ),
  one(
    'a replica is written without looking',
    1,
    edit(
      'replicate',
      'if (record === undefined || isSameVersion(held.record, record)) return false;',
      'if (record === undefined || held.record !== undefined) return false;',
    ),
  ),
];
