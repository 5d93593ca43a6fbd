/** Who is connected, what flows, how quickly, and what is refused. */
@NullMarked
package io.vagus.watch;

import org.jspecify.annotations.NullMarked;
