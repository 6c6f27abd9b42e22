import { askAdmission } from './admission.ts';
import { askWho, openUpgrade } from './answer.ts';
import { checkCertificate } from './certificate.ts';
import { reachPort, resolveName } from './reach.ts';
import { type StepResult, skipped } from './step.ts';
import type { Target, Visitor } from './target.ts';

/** Goes from outside to inside and stops at the first step that fails (F-60), so the last result names the culprit. */
export async function walkInwards(target: Target, visitor: Visitor): Promise<StepResult[]> {
  const done: StepResult[] = [];
  const add = (...results: readonly StepResult[]): boolean => {
    done.push(...results);
    return results.every(({ result }) => result !== 'failed');
  };
  const { address = target.host, ...name } = await resolveName(target);
  if (!add(name)) return done;
  if (!add(await reachPort(target, address))) return done;
  if (
    !add(
      target.isTls
        ? await checkCertificate(target, address)
        : skipped('tls', 'not asked for: the way is readable'),
    )
  )
    return done;
  if (!add(await askWho(target, address))) return done;
  if (!add(await openUpgrade(target))) return done;
  add(...(await askAdmission(target, visitor)));
  return done;
}
