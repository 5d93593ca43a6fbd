/**
 * The rules at work: compiled, indexed, judged; what they remember of a device. Pure: time is the
 * journal's, what lies outside is asked for through {@link io.vagus.rule.engine.Surroundings}.
 */
@NullMarked
package io.vagus.rule.engine;

import org.jspecify.annotations.NullMarked;
