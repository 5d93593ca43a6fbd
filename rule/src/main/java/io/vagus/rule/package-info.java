/** Rules: from a reading to an action, decided without a clock of their own. */
@NullMarked
package io.vagus.rule;

import org.jspecify.annotations.NullMarked;
