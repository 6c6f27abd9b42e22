import { requesterOf } from '../nodes/requester.ts';
import type { Methods } from './method.ts';

/** Who has to wait after wrong credentials, and letting them try again (F-65). */
export const lockoutMethods: Methods<'auth.lockout.list' | 'auth.lockout.clear'> = {
  'auth.lockout.list': ({ core }) => ({ now: core.now(), failures: core.limit.list(core.now()) }),

  'auth.lockout.clear': ({ core, connection }, { source }) => {
    const cleared = core.limit.clear(source);
    core.audit({
      actor: requesterOf(connection),
      action: 'auth.unlock',
      subject: source ?? 'all',
      detail: { cleared },
    });
    return { cleared };
  },
};
