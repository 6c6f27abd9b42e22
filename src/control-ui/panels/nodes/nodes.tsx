import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../app.ts';
import { wish } from '../../data/wish.ts';
import { Empty } from '../../parts/badge.tsx';
import { FilterInput } from '../../parts/filter-input.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Loading, Panel } from '../../parts/panel.tsx';
import { plural, t } from '../../text/translate.ts';
import { AddNode } from './add-node.tsx';
import { matchingNodes } from './matching-nodes.ts';
import { NodeCard } from './node-card.tsx';
import { Pending } from './pending.tsx';

/** More cards than this at once make the page slow and help nobody; the filter finds the others. */
const SHOWN = 60;
/** Cards drawn per frame, so that the page answers meanwhile. */
const STEP = 10;

/** Machines that run commands: who wants in, who is there, what they can be asked. */
export function Nodes() {
  const { nodes, link } = useApp();
  const isAdding = useSignal(false);
  const filter = useSignal('');
  useEffect(() => {
    const wanted = wish.value;
    if (wanted === undefined) return;
    if (wanted.kind === 'add-node') {
      wish.value = undefined;
      isAdding.value = true;
    } else {
      // The card takes the rest of the wish; it may be one of the many that are not drawn.
      filter.value = wanted.name;
    }
  }, [wish.value]);
  const all = nodes.value.value;
  const found = matchingNodes(all ?? [], filter.value);
  const drawn = useSignal(STEP);
  const wanted = Math.min(SHOWN, found.length);
  useEffect(() => {
    if (drawn.value >= wanted) return undefined;
    const frame = requestAnimationFrame(() => {
      drawn.value += STEP;
    });
    return () => cancelAnimationFrame(frame);
  }, [drawn.value, wanted]);
  return (
    <div class="stack">
      {link.may('operator.pairing') && <Pending />}
      <Panel
        title={all === undefined ? t('nav.nodes') : plural('nodes.title', all.length)}
        of={nodes}
        actions={
          <>
            {((all?.length ?? 0) > 5 || filter.value !== '') && (
              <FilterInput label={t('nodes.filter')} text={filter} />
            )}
            {link.may('operator.pairing') && (
              <button
                type="button"
                class="button"
                onClick={() => {
                  isAdding.value = true;
                }}
              >
                <Icon name="plus" />
                {t('nodes.add')}
              </button>
            )}
          </>
        }
      >
        {all === undefined && <Loading />}
        {all?.length === 0 && (
          <Empty title={t('nodes.none')}>
            <p>{t('nodes.noneHelp')}</p>
          </Empty>
        )}
        {all !== undefined && all.length > 0 && found.length === 0 && <Empty title={t('nodes.noMatch')} />}
        <ul class="cards">
          {found.slice(0, Math.min(SHOWN, drawn.value)).map((node) => (
            <NodeCard key={node.nodeId} node={node} />
          ))}
        </ul>
        {found.length > SHOWN && <p class="note">{t('nodes.more', { count: found.length - SHOWN })}</p>}
      </Panel>
      {isAdding.value && (
        <AddNode
          onClose={() => {
            isAdding.value = false;
          }}
        />
      )}
    </div>
  );
}
