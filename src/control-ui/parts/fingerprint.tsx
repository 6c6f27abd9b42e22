/** A device id in groups that two people can read to each other. */
export function Fingerprint({ id }: { id: string }) {
  return <code class="fingerprint">{id.match(/.{1,8}/g)?.join(' ') ?? id}</code>;
}
