/** The configuration. */
export const config = {
  'config.title': 'Configuration file',
  'config.note': 'Shown with secrets covered. Comments and unknown keys are kept.',
  'config.edit': 'Edit (shows secrets)',
  'config.valid': 'Valid',
  'config.invalid': 'Not valid',
  'config.noFile': 'There is no file; the built-in defaults hold.',
  'config.text': 'Text of the configuration',
  'config.review': 'Review changes',
} as const;
