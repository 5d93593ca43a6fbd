/** What devices are, and what the platform wants them to be. */
@NullMarked
package io.vagus.twin;

import org.jspecify.annotations.NullMarked;
