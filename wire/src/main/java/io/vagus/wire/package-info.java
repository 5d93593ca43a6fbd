/** Pure codecs: bytes to model and back. */
@NullMarked
package io.vagus.wire;

import org.jspecify.annotations.NullMarked;
