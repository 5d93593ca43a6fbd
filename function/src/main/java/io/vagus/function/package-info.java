/** Functions in WebAssembly: bounded, metered, without imports, the same wherever they run. */
@NullMarked
package io.vagus.function;

import org.jspecify.annotations.NullMarked;
