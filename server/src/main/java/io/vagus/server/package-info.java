/** The wiring. */
@NullMarked
package io.vagus.server;

import org.jspecify.annotations.NullMarked;
