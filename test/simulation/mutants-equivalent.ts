import { edit, type Mutant, same } from './mutant.ts';

/** Broken by hand, and not to be told from the protocol: what stands in for each. */
export const equivalentMutants: readonly Mutant[] = [
  same(
    'help takes what a later transaction wrote for its own',
    'there is a later one in a catch-up alone, in which a follower may hold half of it, and its key comes with its record',
    edit('help', 'row !== undefined && row.op === met.op)', 'row !== undefined && met !== undefined)'),
  ),
  same(
    'a pass does not mark what it repaired',
    'what is not marked is helped by whoever meets it, once more',
    edit('catch-up', 'if (isPending(row)) await markMirrored(env, lease, row.op, [row], undefined);', ''),
  ),
  same(
    'a pass marks before it writes',
    'a pass that ends half-way is begun again, and compares content, not marks; until it is complete everything is called degraded',
    edit(
      'catch-up',
      'if (!(await follower.overwrite(env, lease, held, row))) return false;',
      'await confirm(env, lease, row);\n    if (!(await follower.overwrite(env, lease, held, row))) return false;',
    ),
  ),
  same(
    'the knowledge of an absence is put without a fence',
    'it goes where nothing is; a tombstone of version 0 is copied or replaced like any other',
    edit('catch-up', '    fenceCheck(control, fenceOf(env, id)),\n', ''),
  ),
  same(
    'a pass copies transactions record by record',
    'until it is complete nobody reads the follower, except by force, which promises no whole transactions',
    edit('catch-up', '} else if (isPending(row)) {', '} else if (isPending(row) && held === undefined) {'),
  ),
  same(
    'the authority’s incarnation is not compared at the end',
    'every page and repair of the pass was read under its fence: what was lost after that is in the follower',
    edit('catch-up', ' && deciding === control.incarnations[control.authority]', ''),
  ),
  same(
    'any mode may follow any',
    'each step asks for the modes in which it begins',
    edit('change-mode', 'if (!followers[current.mode].includes(mode)) return undefined;', 'void followers;'),
  ),
  same(
    'a follower is lost in any mode',
    'the table of modes refuses what is not meant; out of PROMOTING it says what the prober would',
    edit('lost', "if (control.mode !== 'NORMAL' && control.mode !== 'CATCHUP') return false;", ''),
  ),
  same(
    'copies are compared in any mode',
    'each repair is guarded by what was read, under a fence; the pass compares again',
    edit('compare', " || lease.control.mode !== 'NORMAL') return undefined;", ') return undefined;'),
  ),
  same(
    'a journal stays',
    'it is rolled forward over what is newer by then, which changes nothing; the sweeper removes it',
    edit(
      'document-follower',
      'await Promise.all(records.map((_, index) => applyOne(env, lease, batch, index)));\n    await documentStore(env, storeName).deleteDocument(path);',
      'await Promise.all(records.map((_, index) => applyOne(env, lease, batch, index)));',
    ),
  ),
  same(
    'the sweeper leaves journals',
    'rolled forward again they change nothing: it removes what would only grow',
    edit('sweep', 'await followerOf(group, lease.control)?.sweep(env, lease);', ''),
  ),
  same(
    'the sweeper comes in any mode',
    'what is not gated it leaves alone, and the journals of an era are finished by its readers too',
    edit('sweep', "if (lease.control.mode !== 'NORMAL' && lease.control.mode !== 'CATCHUP') return 0;", ''),
  ),
  same(
    'an older backup decides on: only the epoch of its fences is compared',
    'no epoch in which the authority was alone leads to READ_ONLY with a complete follower',
    edit(
      'fences',
      ' && row.epoch === control.epoch && row.stage === stage);',
      ' && row.epoch === control.epoch && stage !== undefined);',
    ),
  ),
  same(
    'fences are made by anybody',
    'only in the incarnation that the control row names, which has them',
    edit(
      'fences',
      "if (!create && fences.includes(undefined)) throw new StoreFailure(storeName, 'unavailable', 'none');",
      '',
    ),
  ),
  same(
    'expired keys are carried on',
    'an expired key counts as absent wherever it is',
    edit('keyed-writes', 'write.expiresAtMs > nowMs && ', ''),
  ),
  same(
    'an authority comes back without its incarnation',
    'a store that was wiped has no fences, which are compared next, and without which nothing can be caught up',
    edit(
      'prober',
      'if (follower === undefined || deciding !== control.incarnations[control.authority]) return false;',
      'if (follower === undefined || deciding === undefined) return false;',
    ),
  ),
  same(
    'a list of documents does not finish journals',
    'each record on it is as it was at some moment of the call; who was shown more had finished them',
    edit(
      'read-only',
      "  await finishJournals(context.env, follower ?? '', group, folder);\n  const store",
      '  const store',
    ),
  ),
  same(
    'a replica believes in absence in every mode',
    'absence under a fence is the authority’s word; NORMAL only spares it the back and forth',
    edit(
      'replicate',
      "record === undefined || control.mode !== 'NORMAL' ? undefined",
      'record === undefined ? undefined',
    ),
  ),
  same(
    'a replica is fed in a rebuild',
    'what it got from an older backup is repaired downwards after a change of epoch like all else',
    edit(
      'replicate',
      "if (lease.control.mode === 'REBUILD')\n    throw new StoreFailure(lease.control.authority, 'unavailable', 'none');",
      '',
    ),
  ),
  same(
    'a backfill does not ask for a living authority',
    'an emptied page has no records to copy; each record is read under a fence',
    edit('replicate', 'await requireLivingAuthority(env, lease.control);', 'void requireLivingAuthority;'),
  ),
  same(
    'anti-entropy does not ask for a living authority',
    'each record that seems to differ is read again under a fence',
    edit(
      'find-suspects',
      'await requireLivingAuthority(env, lease.control);',
      'void requireLivingAuthority;',
    ),
  ),
  same(
    'a write decides on what it has helped',
    'help changes the mark and nothing that was decided upon; if more has changed, the guard fails',
    edit(
      'write',
      'if (await helpAny(env, lease, follower, view)) return undefined;',
      'await helpAny(env, lease, follower, view);',
    ),
  ),
];
