/** Load and figures. */
@NullMarked
package io.vagus.bench;

import org.jspecify.annotations.NullMarked;
