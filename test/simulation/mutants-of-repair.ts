import { edit, type Mutant, one } from './mutant.ts';

/** Comparing, repairing, feeding and rebuilding copies. */
export const repairMutants: readonly Mutant[] = [
  one(
    'what a copy decided itself is taken for an older version',
    1,
    edit(
      'catch-up',
      'return order >= 0 || (pending && record.op !== row.op && record.op !== row.prevOp);',
      'return order >= 0;',
    ),
  ),
  one(
    'an altered copy is overwritten without a trace',
    1,
    edit('catch-up', 'return order >= 0 ||', 'return order > 0 ||'),
  ),
  one(
    'a pass compares versions alone',
    1,
    edit('catch-up', '!isSameRecord(held.record, row)', '!isSameVersion(held.record, row)'),
    edit('catch-up', 'compareVersions, isSameRecord', 'compareVersions, isSameVersion'),
  ),
  one(
    'a pass takes a lost race for a repair',
    1,
    edit(
      'catch-up',
      'if (!(await follower.overwrite(env, lease, held, row))) return false;',
      'await follower.overwrite(env, lease, held, row);',
    ),
  ),
  one(
    'a repair replaces whatever is there by now',
    1,
    edit(
      'document-follower',
      'return (await store.putDocument(pathOf(lease, record.id), recordBody(record), expect)).stored;',
      'const path = pathOf(lease, record.id);\n      const first = await store.putDocument(path, recordBody(record), expect);\n      const now = await store.getDocument(path);\n      return first.stored || now === undefined || (await store.putDocument(path, recordBody(record), { tag: now.tag })).stored;',
    ),
  ),
  one(
    'the follower’s incarnation is not compared at the end',
    1,
    edit('catch-up', 'found === control.incarnations[follower.store] && ', ''),
  ),
  one(
    'incarnations are compared before the pass',
    1,
    edit(
      'catch-up',
      'const repaired = await pass(context, lease, follower);\n  if (!(await areTheSame(context, lease, follower))) return false;',
      'if (!(await areTheSame(context, lease, follower))) return false;\n  const repaired = await pass(context, lease, follower);',
    ),
  ),
  one(
    'catching up does not fence the authority',
    1,
    edit('catch-up', "await advanceFences(env, control, control.authority, 'mirrored', false);", ''),
  ),
  one('NORMAL keeps the era of an earlier rebuild', 1, edit('catch-up', '    sourceEra: undefined,\n', '')),
  one(
    'a follower that was caught up is not complete',
    1,
    edit('catch-up', '    followerComplete: true,\n', ''),
  ),
  one(
    'help marks before the follower has it',
    1,
    edit(
      'help',
      '  if (pending.length > 0) {\n    await follower',
      '  await markMirrored(env, lease, met.op, pending, transaction);\n  if (pending.length > 0) {\n    await follower',
    ),
  ),
  one(
    'keys do not go to a follower of rows',
    1,
    edit('row-follower', 'if (keep !== undefined) actions.push(keep);', 'void keep;'),
  ),
  one('a repair reaches a follower that was promoted', 1, edit('row-follower', '[...fence, put]', '[put]')),
  one(
    'a follower’s rows are pending when it is promoted',
    1,
    edit('row-follower', 'keyedWrites, mver: ver };', 'keyedWrites, mver: 0 };'),
  ),
  one(
    'half of its fences are enough for a follower',
    1,
    edit(
      'fences',
      "return rows.every((row) => row?.kind === 'fence');",
      "return rows.some((row) => row?.kind === 'fence');",
    ),
  ),
  one(
    'one fence is left behind',
    1,
    edit('fences', 'let pending = allFences(env);', 'let pending = allFences(env).slice(create ? 0 : 1);'),
  ),
  one(
    'an older backup decides on: only the stage of its fences is compared',
    1,
    edit('fences', ' && row.epoch === control.epoch && row.stage === stage);', ' && row.stage === stage);'),
  ),
  one(
    'a transaction expires though its message was not sent',
    1,
    edit(
      'help',
      'set: transaction.sent ? { mirrored: true, sent: true, expiresAtMs } : { mirrored: true },',
      'set: transaction.sent ? { mirrored: true, sent: true, expiresAtMs } : { mirrored: true, expiresAtMs },',
    ),
  ),
  one(
    'the sweeper closes what is not mirrored',
    1,
    edit(
      'sweep',
      'if (pending === undefined) await markMirrored',
      'if (pending === undefined || row.sent !== undefined) await markMirrored',
    ),
  ),
  one(
    'the sweeper says sent without sending',
    1,
    edit(
      'sweep',
      'if (await notifyReplicas(context, current)) await markSent',
      'if (notifyReplicas !== undefined) await markSent',
    ),
  ),
  one(
    'no message is owed for a transaction',
    1,
    edit('prepare', 'sent: !wantsMessage(group, keys),', 'sent: wantsMessage(group, keys) || true,'),
  ),
  one(
    'the authority is read before a replica',
    1,
    edit(
      'replicate',
      'const held = await copy.read(env, lease, id);\n    const record = (await readSettled(context, lease, id)) ?? absentIn(lease, held);',
      'const settled = await readSettled(context, lease, id);\n    const held = await copy.read(env, lease, id);\n    const record = settled ?? absentIn(lease, held);',
    ),
  ),
  one(
    'a replica gets what the authority holds alone',
    1,
    edit(
      'replicate',
      "if (!isGated(lease.control)) throw new StoreFailure(follower.store, 'unavailable', 'none');",
      'if (!isGated(lease.control)) return row;',
    ),
  ),
  one(
    'a replica is never taken back',
    1,
    edit(
      'replicate',
      "env.report({ group: context.group.name, event: 'downwards',",
      "return false;\n      env.report({ group: context.group.name, event: 'downwards',",
    ),
  ),
  one(
    'fences are made by anybody, anywhere',
    1,
    edit(
      'fences',
      "if (!create && fences.includes(undefined)) throw new StoreFailure(storeName, 'unavailable', 'none');",
      '',
    ),
    edit('fences', "    { type: 'check', target: incarnationId, expect },\n", ''),
  ),
  one(
    'the authority is never told that it is alone',
    1,
    edit('lost', "await advanceFences(context.env, next, next.authority, 'alone', false);", ''),
    edit('prober', "await advanceFences(env, control, control.authority, 'alone', false);", ''),
  ),
  one('late journals are rolled forward', 1, edit('rebuild', '(op) => accepted.has(op));', '() => true);')),
  one(
    'keys of overtaken writes are not brought',
    1,
    edit(
      'row-follower',
      'await keepOvertaken(env, storeName, group, batch, known, fence);',
      'void keepOvertaken;',
    ),
  ),
  one(
    'an incarnation is given by one request',
    1,
    edit(
      'incarnate',
      'slot.replace(found, found === undefined ? ',
      "slot.replace(found, found === 'never' ? ",
    ),
  ),
  one(
    'what a follower decided by itself is past what its authority says',
    1,
    edit('row-follower', 'order > 0 ? held.epoch >= control.epoch : order === 0;', 'order >= 0;'),
  ),
  one(
    'what a follower decided by itself is overwritten without a trace',
    1,
    edit(
      'row-follower',
      'held.op === record.prevOp || isPast(lease, held, record)) continue;',
      'held !== undefined) continue;',
    ),
  ),
  one(
    'whoever comes second decides too',
    1,
    edit(
      'document-follower',
      "if (result.why === 'precondition-failed') return false;",
      "if (result.why === 'precondition-failed') return true;",
    ),
  ),
  one(
    'documents that were emptied are rebuilt from',
    1,
    edit('rebuild', 'await requireDocuments(context, control);', 'void requireDocuments;'),
  ),
  one(
    'a rebuild begins again though nothing was lost',
    1,
    edit(
      'rebuild',
      'control.sourceEra !== undefined && isWiped;',
      'control.sourceEra !== undefined && (isWiped || true);',
    ),
  ),
  one(
    'a rebuild begins in any mode',
    1,
    edit(
      'rebuild',
      "if (control.mode !== 'READ_ONLY' && !again) {",
      "if (control.mode === 'NORMAL' && !again) {",
    ),
  ),
  one(
    'a rebuild leaves rows of before',
    1,
    edit(
      'rebuild',
      'const beyond = rows.filter((row) => row.epoch < control.epoch);',
      'const beyond = rows.filter((row) => row.epoch < 0);',
    ),
  ),
  one(
    'what a rebuild leaves out is not kept',
    1,
    edit(
      'rebuild',
      'if (row !== undefined && isLeftOut(row, held)) {',
      'if (row !== undefined && isLeftOut(row, held) && row.ver < 0) {',
    ),
  ),
  one(
    'rebuilt rows keep their epoch',
    1,
    edit('rebuild', '{ ...held, epoch: control.epoch };', '{ ...held };'),
  ),
  one(
    'a rebuild begins from the era in use',
    1,
    edit('rebuild', 'sourceEra: control.sourceEra ?? control.era,', 'sourceEra: control.era,'),
  ),
  one('an empty era is called complete', 1, edit('rebuild', '    followerComplete: false,\n', '')),
  one(
    'the incarnation of a rebuilt store is not noted',
    1,
    edit(
      'rebuild',
      'incarnations: { ...control.incarnations, [control.authority]: incarnation },',
      'incarnations: { ...control.incarnations, x: incarnation },',
    ),
  ),
];
