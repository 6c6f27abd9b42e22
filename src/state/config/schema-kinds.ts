/**
 * The handful of value kinds a config key can have. A key is data; checking, defaults, JSON Schema and the
 * TypeScript type all come from the same entry. (zod would cost every command about 45 ms of start-up.)
 */
export type Leaf<T> = {
  readonly kind: 'boolean' | 'integer' | 'text' | 'choice' | 'texts' | 'free';
  /** Used when the key is absent or (for a key that is not required) its value is bad. */
  readonly fallback: T;
  /** One sentence for people: `config schema`, the page, `config get --help`. */
  readonly about: string;
  /** A bad value stops the gateway (exit 78) instead of falling back. */
  readonly required: boolean;
  /** Never printed: shown as its kind and length. */
  readonly secret: boolean;
  readonly choices: readonly string[] | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Why this text is not acceptable, or undefined when it is. */
  readonly refuse: ((value: string) => string | undefined) | undefined;
};

export type Section = {
  readonly kind: 'section';
  readonly about: string;
  /** The real program has more keys here than we read: an unknown one is only worth a word when it is a near miss. */
  readonly isShared: boolean;
  readonly keys: Readonly<Record<string, SchemaNode>>;
};

// biome-ignore lint/suspicious/noExplicitAny: the value type of a leaf is irrelevant where only its kind is read
export type SchemaNode = Leaf<any> | Section;

/** The typed config a schema describes, defaults filled in. */
export type ConfigOf<N> =
  N extends Leaf<infer T>
    ? T
    : N extends { readonly keys: infer K }
      ? { readonly [P in keyof K]: ConfigOf<K[P]> }
      : never;

type Options = {
  required?: boolean;
  secret?: boolean;
  min?: number;
  max?: number;
  refuse?: (value: string) => string | undefined;
};

/** A group of keys that we know completely. */
export function section<const K extends Record<string, SchemaNode>>(about: string, keys: K): SectionOf<K> {
  return { kind: 'section', about, isShared: false, keys };
}

/** A group of keys of which the real program has more. */
export function sharedSection<const K extends Record<string, SchemaNode>>(
  about: string,
  keys: K,
): SectionOf<K> {
  return { kind: 'section', about, isShared: true, keys };
}

type SectionOf<K> = { kind: 'section'; about: string; isShared: boolean; keys: K };

/** `true` or `false`. */
export function flag<const T extends boolean | undefined>(about: string, fallback: T): Leaf<boolean | T> {
  return leaf<boolean | T>('boolean', about, fallback, {});
}

/** A whole number within limits. */
export function integer<const T extends number | undefined>(
  about: string,
  fallback: T,
  options: Options = {},
): Leaf<number | T> {
  return leaf<number | T>('integer', about, fallback, options);
}

/** A text without default. */
export function text(about: string, options: Options = {}): Leaf<string | undefined> {
  return leaf<string | undefined>('text', about, undefined, options);
}

/** One word of a closed list. */
export function choice<const C extends string, const T extends C | undefined>(
  about: string,
  choices: readonly C[],
  fallback: T,
  options: Options = {},
): Leaf<C | T> {
  return leaf<C | T>('choice', about, fallback, options, choices);
}

/** A list of texts, empty when absent. */
export function texts(about: string, options: Options = {}): Leaf<readonly string[]> {
  return leaf<readonly string[]>('texts', about, [], options);
}

/** A list of texts for which being absent and being empty are two things. */
export function optionalTexts(about: string): Leaf<readonly string[] | undefined> {
  return leaf<readonly string[] | undefined>('texts', about, undefined, {});
}

/** A part of the real program's config that is kept and passed on unread. */
export function free(about: string): Leaf<unknown> {
  return leaf<unknown>('free', about, undefined, {});
}

function leaf<T>(
  kind: Leaf<T>['kind'],
  about: string,
  fallback: T,
  options: Options,
  choices?: readonly string[],
): Leaf<T> {
  return {
    kind,
    about,
    fallback,
    choices,
    required: options.required ?? false,
    secret: options.secret ?? false,
    min: options.min,
    max: options.max,
    refuse: options.refuse,
  };
}
