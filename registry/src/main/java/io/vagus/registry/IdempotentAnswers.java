package io.vagus.registry;

import java.util.Optional;

/** Answers to mutating API calls by their {@code Idempotency-Key}, kept for a day. */
public interface IdempotentAnswers {

  /**
   * The stored answer.
   *
   * @param requestDigest of method, path and body: the same key with another request is refused
   *     with CONFLICT
   */
  Optional<Answer> find(String holder, String key, String requestDigest);

  void store(String holder, String key, String requestDigest, Answer answer);

  record Answer(int status, String body) {}
}
