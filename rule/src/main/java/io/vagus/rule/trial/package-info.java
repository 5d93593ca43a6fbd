/** Rules tried on what was recorded, before they go live. */
@NullMarked
package io.vagus.rule.trial;

import org.jspecify.annotations.NullMarked;
