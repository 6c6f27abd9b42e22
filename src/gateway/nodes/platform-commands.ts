/** What a headless node may be asked to do, by the reference's allowlist (gateway-protocol §15 "Nodes"). */
const SYSTEM_COMMANDS = [
  'system.run',
  'system.run.prepare',
  'system.which',
  'system.notify',
  'system.execApprovals.get',
  'system.execApprovals.set',
  'browser.proxy',
] as const;

/** Command families of machines with a screen or sensors. */
const DEVICE_FAMILIES = ['canvas.', 'camera.', 'screen.', 'location.'] as const;

export type NodeCommandRules = { allowCommands: readonly string[]; denyCommands: readonly string[] };

/**
 * May a node of this platform be asked for this command? The platform is matched by prefix (`linux 6.8`), then the
 * device family; a machine of an unknown kind may do what it declared. Configured refusals come last and win.
 */
export function isCommandAllowed(
  command: string,
  node: { platform: string; deviceFamily?: string | undefined },
  rules: NodeCommandRules,
): boolean {
  if (rules.denyCommands.includes(command)) return false;
  return rules.allowCommands.includes(command) || isPlatformCommand(command, platformOf(node));
}

type Platform = 'linux' | 'windows' | 'macos' | 'mobile' | 'unknown';

function isPlatformCommand(command: string, platform: Platform): boolean {
  const isSystem = SYSTEM_COMMANDS.some((known) => known === command);
  const isDevice = DEVICE_FAMILIES.some((family) => command.startsWith(family));
  switch (platform) {
    case 'linux':
    case 'windows':
      return isSystem;
    case 'macos':
      return isSystem || isDevice;
    case 'mobile':
      return isDevice;
    case 'unknown':
      return true;
  }
}

function platformOf({
  platform,
  deviceFamily = '',
}: {
  platform: string;
  deviceFamily?: string | undefined;
}): Platform {
  for (const text of [platform.trim().toLowerCase(), deviceFamily.trim().toLowerCase()]) {
    if (text.startsWith('linux')) return 'linux';
    if (text.startsWith('win')) return 'windows';
    if (text.startsWith('mac') || text.startsWith('darwin')) return 'macos';
    if (/^(ios|ipados|iphone|ipad|android)/.test(text)) return 'mobile';
  }
  return 'unknown';
}
