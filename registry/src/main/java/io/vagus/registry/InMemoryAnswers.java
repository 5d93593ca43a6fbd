package io.vagus.registry;

import io.vagus.kit.WallClock;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers by key, oldest first, within {@link AnswerRules}. Thread-safe by its own lock. */
final class InMemoryAnswers implements IdempotentAnswers {
  private record Key(String holder, String key) {}

  private record Stored(String digest, Answer answer, long storedMicros) {}

  private final WallClock wall;
  private final LinkedHashMap<Key, Stored> stored = new LinkedHashMap<>();
  private long bodyChars;

  InMemoryAnswers(WallClock wall) {
    this.wall = wall;
  }

  @Override
  public synchronized Optional<Answer> find(String holder, String key, String requestDigest) {
    Stored found = stored.get(new Key(holder, key));
    if (found == null || found.storedMicros() <= AnswerRules.expiryMicros(wall.micros())) {
      return Optional.empty();
    }
    AnswerRules.requireSame(key, found.digest(), requestDigest);
    return Optional.of(found.answer());
  }

  @Override
  public void once(
      String holder, String key, String requestDigest, Supplier<Optional<Answer>> work) {
    Rules.requireAnswerKey(key);
    work.get().ifPresent(answer -> store(holder, key, requestDigest, answer));
  }

  private synchronized void store(String holder, String key, String requestDigest, Answer answer) {
    long expiry = AnswerRules.expiryMicros(wall.micros());
    stored.values().removeIf(s -> s.storedMicros() <= expiry && forgotten(s));
    Stored fresh = new Stored(requestDigest, answer, wall.micros());
    if (stored.putIfAbsent(new Key(holder, key), fresh) == null) {
      bodyChars += answer.body().length();
    }
    while (AnswerRules.isTooMuch(stored.size(), bodyChars)) {
      forgotten(stored.pollFirstEntry().getValue());
    }
  }

  private boolean forgotten(Stored s) {
    bodyChars -= s.answer().body().length();
    return true;
  }
}
