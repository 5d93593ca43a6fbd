/** Time series: readings stored once, rolled up, expired. */
@NullMarked
package io.vagus.series;

import org.jspecify.annotations.NullMarked;
