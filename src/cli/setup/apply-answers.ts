import { randomBytes } from 'node:crypto';
import { loadConfig, mergePatchConfig } from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import type { Answers } from './answers.ts';
import { refusedWrite } from './refused-write.ts';

export type Applied = { changed: boolean; tokenGenerated: boolean };

/**
 * Writes the answers into the config in one step (0600, comments and foreign keys kept, old text as backup).
 * @throws `config/invalid` when the result could not be served from, `config/changed`
 */
export function applyAnswers(cli: Cli, answers: Answers): Applied {
  const before = loadConfig(cli.paths, cli.env);
  const { patch, tokenGenerated, secrets } = patchOf(answers, before.config.gateway.auth.token);
  for (const secret of secrets) cli.secrets.add(secret);
  const outcome = mergePatchConfig(cli.paths, JSON.stringify(patch), {
    env: cli.env,
    ...(before.exists ? { baseHash: before.hash } : {}),
  });
  if (outcome.kind === 'refused') throw refusedWrite(`write ${cli.paths.config}`, outcome);
  return { changed: outcome.changed, tokenGenerated };
}

function patchOf(answers: Answers, presentToken: string | undefined) {
  if (answers.mode === 'remote') {
    const { url, token } = answers;
    const remote = { url, ...(token === undefined ? {} : { token }) };
    return {
      patch: { gateway: { mode: 'remote', remote } },
      tokenGenerated: false,
      secrets: token === undefined ? [] : [token],
    };
  }
  const needsToken = answers.auth === 'token' && answers.token === undefined && presentToken === undefined;
  const token = needsToken ? randomBytes(24).toString('hex') : answers.token;
  const { port, bind, auth, password, tailscale, resetOnExit } = answers;
  return {
    patch: {
      gateway: {
        mode: 'local',
        port,
        bind,
        auth: {
          mode: auth,
          ...(token === undefined ? {} : { token }),
          ...(password === undefined ? {} : { password }),
        },
        tailscale: { mode: tailscale, resetOnExit },
      },
    },
    tokenGenerated: needsToken,
    secrets: [token, password].filter((secret) => secret !== undefined),
  };
}
