/** What happens to a durable message: dedupe, clock, quality, last state, ledger. */
@NullMarked
package io.vagus.process;

import org.jspecify.annotations.NullMarked;
