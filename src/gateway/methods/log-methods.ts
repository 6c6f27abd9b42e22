import { type Methods, withoutUndefined } from './method.ts';

/** The log file over the wire. */
export const logMethods: Methods<'logs.tail'> = {
  'logs.tail': async ({ core }, params) => {
    const { tailLog } = await import('../../state/index.ts');
    return tailLog(core.logFile, withoutUndefined(params));
  },
};
