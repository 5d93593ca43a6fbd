package io.vagus.registry;

import java.util.Optional;

/** What a patch does to a field that may be empty. */
public sealed interface Edit<T> {

  /** Leaves it as it is. */
  record Keep<T>() implements Edit<T> {}

  /** Gives it a value. */
  record Put<T>(T value) implements Edit<T> {}

  /** Empties it. */
  record Clear<T>() implements Edit<T> {}

  default Optional<T> on(Optional<T> before) {
    return switch (this) {
      case Keep<T> _ -> before;
      case Put<T>(T value) -> Optional.of(value);
      case Clear<T> _ -> Optional.empty();
    };
  }
}
