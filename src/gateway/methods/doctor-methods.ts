import { type DoctorReport, invalidRequest, isCheckMeant, unavailable } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import type { GatewayDoctor } from '../gateway-doctor.ts';
import { requesterOf } from '../nodes/requester.ts';
import type { Methods } from './method.ts';

/** What is wrong on this machine, and who owns the service. */
export const doctorMethods: Methods<
  'doctor.report' | 'doctor.list' | 'doctor.explain' | 'doctor.fix' | 'service.status'
> = {
  'doctor.report': async ({ core, connection }, { only, maxAgeMs }) => {
    const doctor = doctorOf(core);
    connection.followsDoctor = true;
    if (only !== undefined) await requireKnown(doctor, only);
    const report = await doctor.report(maxAgeMs === undefined ? {} : { maxAgeMs });
    return only === undefined ? report : { ...report, ...narrow(report, only) };
  },

  'doctor.list': async ({ core }) => ({ checks: await doctorOf(core).list() }),

  'doctor.explain': async ({ core }, { id }) => {
    const chapter = await doctorOf(core).explain(id);
    if (chapter === undefined) throw unknownId(id);
    return chapter;
  },

  'doctor.fix': async ({ core, connection }, { ids, dryRun = false, risk = 'safe', keep }) => {
    const doctor = doctorOf(core);
    await requireKnown(doctor, ids);
    const note = (subjects: Iterable<string>): void => {
      for (const subject of subjects)
        core.audit({ actor: requesterOf(connection), action: 'doctor.fix', subject });
    };
    const mayEndUs = risk === 'interrupts' && !dryRun;
    // Afterwards there may be nobody left to write it down.
    if (mayEndUs) note(ids);
    const repair = await doctor.fix({ ids, dryRun, risk, keep });
    const done = repair.did.filter(({ result }) => result.kind === 'done').map(({ id }) => id);
    if (!mayEndUs) note(new Set(done));
    return repair;
  },

  'service.status': ({ core }) => doctorOf(core).service(),
};

function doctorOf({ doctor }: GatewayCore): GatewayDoctor {
  if (doctor !== undefined) return doctor;
  throw unavailable('this gateway was started without a doctor');
}

async function requireKnown(doctor: GatewayDoctor, ids: readonly string[]): Promise<void> {
  const known = await doctor.list();
  const lost = ids.find((name) => !known.some(({ id }) => isCheckMeant(id, name)));
  if (lost !== undefined) throw unknownId(lost);
}

/** The part of a whole look that concerns these checks: only a whole one tells a cause from its consequences. */
function narrow({ findings, checks }: DoctorReport, only: readonly string[]) {
  const isWanted = ({ id }: { id: string }): boolean => only.some((name) => isCheckMeant(id, name));
  return { findings: findings.filter(isWanted), checks: checks.filter(isWanted) };
}

function unknownId(id: string) {
  return invalidRequest(`there is no check ${JSON.stringify(id)}; doctor.list names them`);
}
