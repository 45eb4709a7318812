import { edit, type Mutant, one, same, waitForLeases } from './mutant.ts';

/** Rules for when a store is lost, comes back, or is copied. */
export const lossMutants: readonly Mutant[] = [
  one(
    'a commit that meets a wiped store is refused for good',
    13_523,
    edit('write', 'if (result.refusals.some((refusal) => lacksFence(prepared, refusal)))', 'if (false)'),
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
    9,
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
      'const result = await store.writeRows(control.group, [\n      check,',
      'const result = await store.writeRows(control.group, [',
    ),
  ),
  one(
    'a reader loads what he read before the journals were done',
    1,
    edit('rebuild', 'if (!isOpen(control, open)) throw new StaleLease();', ''),
  ),
  one(
    'a rebuild loads twice',
    69,
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
    edit('rebuild', 'if (await isEraOpen()) return records;', 'return records;'),
    edit('rebuild', 'if (await isEraOpen()) {', 'if (follower !== undefined) {'),
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
    28,
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
  one(
    'what is left behind is not kept',
    1,
    edit(
      'catch-up',
      'await keepDivergence(env, lease.control, follower.store, beyond.op, left);',
      'void left;',
    ),
  ),
  one(
    'help does not keep what is left behind',
    1,
    edit('row-follower', 'await leaveBehind(env, lease, storeName, batch, known);', 'void leaveBehind;'),
  ),
  one(
    'a conflict is taken for an answer',
    1,
    edit('settle', "result.refusals.every(({ why }) => why === 'condition')", 'result.refusals.length > 0'),
  ),
  one(
    'a later epoch counts as past',
    1,
    edit('row-follower', 'requireEpoch(lease, known);\n', 'void requireEpoch;\n'),
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
    edit(
      'change-mode',
      'if (settled === undefined || now < leasesLapsedAtMs(env, settled)) return undefined;',
      'if (settled === undefined || leasesLapsedAtMs === undefined) return undefined;',
    ),
  ),
  one(
    'the follower is promoted though it is not complete',
    9,
    edit(
      'lost',
      "control.mode !== 'NORMAL' || !control.followerComplete) return false;",
      "control.mode === 'PROMOTING') return false;",
    ),
  ),
  // Asynchronous replicas.
  one(
    'a replica gets what is pending',
    0,
    edit('replicate', 'if (!isPending(row)) return row;', 'if (env !== undefined) return row;'),
  ),
  one('a message is taken for sent though it was not', 1118, edit('outbox', 'return false;', 'return true;')),
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
      'if (record === undefined || isSameRecord(held.record, record)) return false;',
      'if (record === undefined || held.record !== undefined) return false;',
    ),
  ),
];
