/** The launcher's entry point. */
@NullMarked
package io.vagus.cli;

import org.jspecify.annotations.NullMarked;
