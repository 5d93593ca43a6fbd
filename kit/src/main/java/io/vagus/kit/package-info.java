/** Clock, ids, units, errors, configuration. */
@NullMarked
package io.vagus.kit;

import org.jspecify.annotations.NullMarked;
