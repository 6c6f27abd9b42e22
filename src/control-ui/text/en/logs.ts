/** The log. */
export const logs = {
  'logs.level': 'Least severity',
  'logs.all': 'All severities',
  'logs.atLeast': '{level} and worse',
  'logs.filter': 'Filter by text',
  'logs.pause': 'Pause',
  'logs.resume': 'Resume',
  'logs.download': 'Download',
  'logs.live': 'Live',
  'logs.stuck': 'Nothing new comes',
  'logs.paused': 'Paused',
  'logs.empty': 'The log is empty.',
  'logs.none': 'No line matches.',
  'logs.whole': 'Whole line',
  'logs.lines.one': '{count} line',
  'logs.lines.many': '{count} lines',
} as const;
