/** The words of the platform, as records. */
@NullMarked
package io.vagus.model;

import org.jspecify.annotations.NullMarked;
