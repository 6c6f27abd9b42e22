/** A sentence of ours (never from outside) in which `backticks` mark what is typed. */
export function InlineCode({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
  );
}
