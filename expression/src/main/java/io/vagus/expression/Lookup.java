package io.vagus.expression;

import org.jspecify.annotations.Nullable;

/**
 * Where a text's values come from: asked for one by one while it is judged, so that nothing is made
 * that it does not look at. What a type calls Fields is a Lookup again, or a map; any other value
 * is a Number, a Boolean, a String, an Instant, a Duration, a list or a map. Called on the thread
 * that judges.
 */
@FunctionalInterface
public interface Lookup {

  /** Of that name at this place; null: missing. */
  @Nullable Object get(String name);
}
