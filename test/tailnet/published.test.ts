import { after, before } from 'node:test';
import { funnelCases } from './cases/funnel.ts';
import { identityCases } from './cases/identity.ts';
import { probeVerdicts } from './cases/probe-verdicts.ts';
import { retractionCases } from './cases/retraction.ts';
import { type InstalledTailnet, installOnTailnet } from './installed-tailnet.ts';
import { tailnetSkipReason } from './tailnet.ts';

// One tailnet for all of these: a boot is dear.
const skip = tailnetSkipReason() ?? false;
let tailnet: InstalledTailnet;
const open = () => tailnet;

before(async () => {
  if (!skip) tailnet = await installOnTailnet();
});
after(() => tailnet?.close());

probeVerdicts(open, skip);
funnelCases(open, skip);
identityCases(open, skip);
retractionCases(open, skip);
