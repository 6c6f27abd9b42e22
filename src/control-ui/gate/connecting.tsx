import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { identitySchema } from '../data/wire.ts';
import { firstHealth } from '../link/head-start.ts';
import { t } from '../text/translate.ts';

/** Before the first answer on the socket: whether anybody serves is known already. */
export function Connecting() {
  const isServing = useSignal(false);
  useEffect(() => {
    void firstHealth.then((answer) => {
      isServing.value = identitySchema.safeParse(answer).data?.state === 'serving';
    });
  }, []);
  return (
    <main class="gate">
      <p role="status">{t(isServing.value ? 'gate.entering' : 'gate.connecting', { host: location.host })}</p>
    </main>
  );
}
