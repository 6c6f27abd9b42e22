/**
 * Three node hosts and three command lines with three gateways: every pair is put through the same steps. Cells of ours
 * have to be green; what the published programs cannot do with each other is listed here with its reason.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startCliPair } from './lib/cli-cell.ts';
import { startForwardingProxy } from './lib/forwarding-proxy.ts';
import { startGateway } from './lib/gateway.ts';
import { startNodePair } from './lib/node-cell.ts';
import type { Software } from './lib/software.ts';
import { type Cell, failureOf, renderCells, type Step } from './lib/steps.ts';
import { missingPeers } from './peer-versions.ts';

const PROGRAMS: readonly Software[] = ['own', 'openclaw', 'real'];
const NAMES: Readonly<Record<Software, string>> = { own: 'ours', openclaw: 'openclaw', real: 'clawdbot' };

/** Where a published pair stops: the step, what is seen, and why. Gateway first. */
const RED: Readonly<Record<string, { step: Step; seen: RegExp; why: string }>> = {
  'clawdbot gateway, openclaw node': {
    step: 'pair',
    seen: /asking to be paired/,
    why: 'the node falls back to protocol 3 and signs version 3, which that gateway cannot verify',
  },
  'openclaw gateway, openclaw node': {
    step: 'approve',
    seen: /connected/,
    why: 'refused before the approval, the node stops for ever; it has to be started again after it',
  },
  'openclaw gateway, clawdbot node': {
    step: 'run approved',
    seen: /nodeId is required/,
    why: 'that gateway binds approvals to plans, and a node of protocol 3 makes none',
  },
  'clawdbot gateway, openclaw cli': {
    step: 'pair',
    seen: /protocol mismatch/,
    why: 'protocol 4 only against protocol 3 only',
  },
  'openclaw gateway, clawdbot cli': {
    step: 'pair',
    seen: /protocol mismatch/,
    why: 'protocol 3 only against protocol 4 only',
  },
};

const rows: { kind: 'node' | 'cli'; name: string; cell: Cell }[] = [];

for (const gatewaySoftware of PROGRAMS) {
  test(`${NAMES[gatewaySoftware]} gateway with every node host and every command line`, {
    skip: missingPeers('node', 'clawdbot', 'openclaw'),
  }, async () => {
    await using stack = new AsyncDisposableStack();
    const gateway = await startGateway(stack, gatewaySoftware);
    const proxyPort = await startForwardingProxy(stack, { targetPort: gateway.port });
    const nameOf = (software: Software, part: 'node' | 'cli') =>
      `${NAMES[gatewaySoftware]} gateway, ${NAMES[software]} ${part}`;
    const nodes = PROGRAMS.map((software) => {
      const stopsAt = RED[nameOf(software, 'node')]?.step;
      return startNodePair(stack, gateway, { software, proxyPort, stopsAt });
    });
    const clis = PROGRAMS.map((software) => startCliPair(stack, gateway, { software, proxyPort }));
    const pairs = [...nodes, ...clis];
    await Promise.all(pairs.map((pair) => pair.join()));
    // OpenClaw's gateway fails calls under way while anybody is paired, so nobody is called before all have joined.
    await Promise.all(pairs.map((pair) => pair.use()));
    await gateway.restart();
    const readyAt = performance.now();
    await Promise.all(nodes.map((pair) => pair.back(readyAt)));
    await Promise.all(clis.map((pair) => pair.back(readyAt)));
    await Promise.all(pairs.map((pair) => pair.revoke()));
    const cells = PROGRAMS.flatMap((software, at) =>
      (['node', 'cli'] as const).flatMap((kind) => {
        const pair = kind === 'node' ? nodes[at] : clis[at];
        return pair === undefined ? [] : [{ kind, name: nameOf(software, kind), cell: pair.cell }];
      }),
    );
    rows.push(...cells);
    for (const { name, cell } of cells) {
      const failure = failureOf(cell);
      const expected = RED[name];
      if (expected === undefined) assert.equal(failure, undefined, name);
      else {
        assert.equal(failure?.step, expected.step, `${name}: ${failure?.note ?? 'works now'}`);
        assert.match(failure?.note ?? '', expected.seen, name);
      }
    }
  });
}

after(() => {
  if (rows.length === 0) return;
  for (const kind of ['node', 'cli'] as const)
    console.log(
      `\n${renderCells(
        `gateway x ${kind}`,
        rows.filter((row) => row.kind === kind),
      )}`,
    );
  console.log(
    '\nrestart: from the gateway ready to the node connected again; approve: from approval to connected',
  );
  for (const [name, { step, why }] of Object.entries(RED)) console.log(`RED ${name}, ${step}: ${why}`);
});
