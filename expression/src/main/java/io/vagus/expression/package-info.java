/** Conditions in CEL over what is known of a device: checked when they are written, bounded. */
@NullMarked
package io.vagus.expression;

import org.jspecify.annotations.NullMarked;
