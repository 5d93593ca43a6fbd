package io.vagus.registry;

import java.util.Optional;
import java.util.function.Supplier;

/** Answers to mutating API calls by their {@code Idempotency-Key}, kept for a day. */
public interface IdempotentAnswers {

  /**
   * The stored answer.
   *
   * @param requestDigest of method, path and body: the same key with another request is refused
   *     with CONFLICT
   */
  Optional<Answer> find(String holder, String key, String requestDigest);

  /**
   * Does the work and keeps its answer. What the work changes in the registry and the answer become
   * durable together or not at all: after a crash the call can be made again.
   *
   * @param work on this thread; the answer, or empty when none is to be kept. What it throws undoes
   *     all
   */
  void once(String holder, String key, String requestDigest, Supplier<Optional<Answer>> work);

  record Answer(int status, String body) {}
}
