/** The modules of functions that rules may call: stored, versioned, warm. */
@NullMarked
package io.vagus.rule.function;

import org.jspecify.annotations.NullMarked;
