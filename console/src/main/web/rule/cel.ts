// How CEL looks: https://github.com/cel-expr/cel-spec/blob/master/doc/langdef.md, and texts with ${…} of it.
import { HighlightStyle, StreamLanguage, type StringStream } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const WORDS = /^(true|false|null|in)\b/;

function token(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match('//')) return stream.skipToEnd(), 'comment';
  if (stream.match(/^[rRbB]?"(?:[^"\\]|\\.)*"?/) || stream.match(/^[rRbB]?'(?:[^'\\]|\\.)*'?/)) return 'string';
  if (stream.match(/^\d+(\.\d+)?([eE][+-]?\d+)?u?/)) return 'number';
  if (stream.match(WORDS)) return 'keyword';
  if (stream.match(/^[A-Za-z_]\w*(?=\s*\()/)) return 'function';
  if (stream.match(/^[A-Za-z_]\w*/) || stream.match(/^`[^`]*`?/)) return 'variableName';
  if (stream.match(/^(&&|\|\||[<>=!]=|[<>!?:+\-*/%])/)) return 'operator';
  stream.next();
  return null;
}

const TABLE = { function: tags.function(tags.variableName) };

export const cel = StreamLanguage.define({ name: 'cel', token, tokenTable: TABLE });

/** A text; what stands in `${…}` is CEL. */
export const celText = StreamLanguage.define<{ inside: boolean }>({
  name: 'cel-text',
  startState: () => ({ inside: false }),
  token(stream, state) {
    if (state.inside && stream.match('}')) return (state.inside = false), 'processingInstruction';
    if (state.inside) return token(stream);
    if (stream.match('${')) return (state.inside = true), 'processingInstruction';
    stream.match(/^(?:[^$]|\$(?!\{))+/) || stream.next();
    return null;
  },
  tokenTable: TABLE,
});

/** By the colours of the page, so that light and dark need no second style. */
export const look = HighlightStyle.define([
  { tag: [tags.string, tags.number, tags.bool], color: 'var(--good)' },
  { tag: [tags.keyword, tags.null], color: 'var(--warn)' },
  { tag: [tags.function(tags.variableName), tags.propertyName], color: 'var(--said)' },
  { tag: tags.operator, fontWeight: '600' },
  { tag: tags.processingInstruction, color: 'var(--warn)', fontWeight: '600' },
  { tag: tags.comment, color: 'var(--faint)' },
]);
