/** The archive of a data folder. */
@NullMarked
package io.vagus.backup;

import org.jspecify.annotations.NullMarked;
