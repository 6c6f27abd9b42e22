/** Something an operator should know, with the commands that put it right. Ids are those of the doctor's checks. */
export type Note = { id: string; text: string; commands: readonly (readonly string[])[] };
