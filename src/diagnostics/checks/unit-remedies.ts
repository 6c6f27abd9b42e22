import type { Remedy } from '../../state/index.ts';
import { advice, command } from '../engine/check.ts';
import { type brief, systemctl } from './about-unit.ts';

/**
 * What has to be typed so that a unit stops saying `keys`. A drop-in wins over the unit file and survives every install
 * (systemd.unit(5)), so where one says it, that one goes. `instead` is what a unit of somebody else should say; ours
 * says it after an install.
 */
export function unitRemedies(
  { unit, path, scope, isOurs, kind, dropIns }: ReturnType<typeof brief>,
  { keys, instead }: { keys: readonly string[]; instead: readonly string[] },
): readonly Remedy[] {
  const guilty = dropIns.filter((dropIn) => dropIn.keys.some((key) => keys.includes(key)));
  const sudo = scope === 'user' ? [] : ['sudo'];
  if (guilty.length > 0) {
    const removals = guilty.map((dropIn) =>
      dropIn.keys.every((key) => keys.includes(key))
        ? command(...sudo, 'rm', '--', dropIn.path)
        : advice(`Take ${keys.filter((key) => dropIn.keys.includes(key)).join(', ')} out of ${dropIn.path}.`),
    );
    return [...removals, systemctl(scope, 'daemon-reload')];
  }
  if (isOurs) {
    return [
      command('clawdbot', kind, 'install', ...(scope === 'system' ? ['--system'] : [])),
      advice(`What was written into ${path} by hand stays; systemctl edit --full shows it.`),
    ];
  }
  return [systemctl(scope, 'edit', unit), advice(`Write there:\n${instead.join('\n')}`)];
}
