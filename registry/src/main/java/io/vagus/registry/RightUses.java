package io.vagus.registry;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * When who last used which right: what is granted and never used can be taken back. Thread-safe.
 */
public interface RightUses {

  /** In memory at once, on disk within some minutes' accuracy: calls may come with each request. */
  void used(String actor, Right right);

  /** By right. */
  Map<Right, Instant> of(String actor);

  /** When the actor last did anything. */
  default Optional<Instant> last(String actor) {
    return of(actor).values().stream().max(Instant::compareTo);
  }

  /** The actor is no more. */
  void forget(String actor);
}
