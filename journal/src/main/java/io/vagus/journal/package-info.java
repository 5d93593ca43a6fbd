/** The durable log. */
@NullMarked
package io.vagus.journal;

import org.jspecify.annotations.NullMarked;
