/** Carries out what rules decided: each sink by itself, so that none waits for another. */
@NullMarked
package io.vagus.sink;

import org.jspecify.annotations.NullMarked;
