/** What `doctor --fix` would risk for a finding. */
export type FixInfo = { risk: string };
