package io.vagus.expression;

import org.jspecify.annotations.Nullable;

/** What a text gives. */
public sealed interface Answer {

  /**
   * A value that JSON can say.
   *
   * @param json a Double, a Long, a Boolean, a String, a list, a map, or null
   */
  record Given(@Nullable Object json) implements Answer {}

  /**
   * There is none.
   *
   * @param why for people
   */
  record Unknown(String why) implements Answer {}
}
