import { askAdmission } from './admission.ts';
import { askWho, openUpgrade } from './answer.ts';
import { checkCertificate } from './certificate.ts';
import { reachPort, resolveName } from './reach.ts';
import { type StepResult, skipped } from './step.ts';
import type { Target, Visitor } from './target.ts';

/** Goes from outside to inside and stops at the first step that fails (F-60), so the last result names the culprit. */
export async function walkInwards(target: Target, visitor: Visitor): Promise<StepResult[]> {
  const done = await walkToGreeting(target);
  return done.at(-1)?.result === 'failed' ? done : [...done, ...(await askAdmission(target, visitor))];
}

/** The same without the login. */
export async function walkToGreeting(target: Target): Promise<StepResult[]> {
  const { address = target.host, ...name } = await resolveName(target);
  const done: StepResult[] = [name];
  const steps = [
    () => reachPort(target, address),
    () =>
      target.isTls
        ? checkCertificate(target, address)
        : Promise.resolve(skipped('tls', 'not asked for: the way is readable')),
    () => askWho(target, address),
    () => openUpgrade(target),
  ];
  for (const step of steps) {
    if (done.at(-1)?.result === 'failed') break;
    done.push(await step());
  }
  return done;
}
