/** Simulated devices over real connections. */
@NullMarked
package io.vagus.fleet;

import org.jspecify.annotations.NullMarked;
