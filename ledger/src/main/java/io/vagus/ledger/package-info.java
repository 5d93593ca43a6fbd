/** What became of every message. */
@NullMarked
package io.vagus.ledger;

import org.jspecify.annotations.NullMarked;
