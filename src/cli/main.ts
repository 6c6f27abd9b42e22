import { VERSION } from './version.ts';

const argv = process.argv.slice(2);
// Answered before anything is loaded: scripts and completions ask often.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runCommand } = await import('./program/run-command.ts');
  const status = await runCommand(argv);
  // Streams to files, pipes and terminals are written synchronously on Linux, so nothing is lost here.
  process.exit(status);
}
