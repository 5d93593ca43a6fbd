package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.Caller;
import io.vagus.registry.IdempotentAnswers;
import io.vagus.registry.IdempotentAnswers.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Calls that say {@code Idempotency-Key} take effect once: the first answer is kept, together with
 * what the call changed, and given again. Only successes are kept, since a refused call changed
 * nothing. Calls of the same key wait for each other. Thread-safe.
 */
final class Idempotency {
  private static final int MAX_KEY_LENGTH = 255;

  /** As slow as a password hash should be: a request with a secret is not to be guessed from it. */
  private static final int SECRET_ROUNDS = 200_000;

  private static final class Turn {
    final ReentrantLock lock = new ReentrantLock();
    int waiting;
  }

  private final IdempotentAnswers answers;
  private final Map<String, Turn> turns = new ConcurrentHashMap<>();

  Idempotency(IdempotentAnswers answers) {
    this.answers = answers;
  }

  Reply answer(Call call) throws IOException {
    Optional<String> key = call.request().header("Idempotency-Key");
    if (key.isEmpty()) {
      return call.handle();
    }
    if (!key.get().matches("[!-~]{1," + MAX_KEY_LENGTH + "}")) {
      throw Problem.invalid(
          "Idempotency-Key",
          Problem.shown(key.get()) + " (expected: 1 to 255 printable ASCII characters)");
    }
    if (CommandRoutes.OWN_KEYS.contains(call.route().template())) {
      return call.route().handler().handle(call);
    }
    String holder = call.caller().map(Caller::actor).orElse("");
    String digest = digest(call, holder + " " + key.get());
    String turn = holder + " " + key.get();
    ReentrantLock lock = enter(turn);
    try {
      Optional<Answer> before = answers.find(holder, key.get(), digest);
      return before.isPresent() ? again(before.get()) : first(call, holder, key.get(), digest);
    } finally {
      leave(turn, lock);
    }
  }

  private Reply first(Call call, String holder, String key, String digest) {
    AtomicReference<Optional<Reply>> given = new AtomicReference<>(Optional.empty());
    answers.once(
        holder,
        key,
        digest,
        () -> {
          Reply reply = handle(call);
          given.set(Optional.of(reply));
          return reply.status() < 300 && reply.content() instanceof Reply.Whole whole
              ? Optional.of(new Answer(reply.status(), write(reply, whole)))
              : Optional.empty();
        });
    return given.get().orElseThrow();
  }

  private static Reply handle(Call call) {
    try {
      return call.handle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ReentrantLock enter(String key) {
    Turn turn =
        turns.compute(
            key,
            (k, t) -> {
              Turn mine = t == null ? new Turn() : t;
              mine.waiting++;
              return mine;
            });
    turn.lock.lock();
    return turn.lock;
  }

  private void leave(String key, ReentrantLock lock) {
    lock.unlock();
    turns.computeIfPresent(key, (k, t) -> --t.waiting == 0 ? null : t);
  }

  /** Headers, an empty line, the body: as HTTP writes it. */
  private static String write(Reply reply, Reply.Whole whole) {
    StringBuilder text = new StringBuilder();
    text.append("Content-Type: ").append(reply.contentType()).append('\n');
    reply
        .headers()
        .forEach((n, v) -> {
          if (!n.equals("Set-Cookie")) { // a secret, and whose it is
            text.append(n).append(": ").append(v).append('\n');
          }
        });
    return text.append('\n').append(new String(whole.kept(), StandardCharsets.UTF_8)).toString();
  }

  private static Reply again(Answer answer) {
    String text = answer.body();
    int end = text.indexOf("\n\n");
    if (end < 0) {
      throw new VagusException(ErrorCode.DATA_CORRUPT, "stored answer: no headers");
    }
    Reply reply =
        Reply.bytes(answer.status(), "", text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
    for (String line : text.substring(0, end).split("\n")) {
      int colon = line.indexOf(": ");
      String value = line.substring(colon + 2);
      reply =
          line.startsWith("Content-Type: ")
              ? new Reply(reply.status(), value, reply.headers(), reply.content())
              : reply.with(line.substring(0, colon), value);
    }
    return reply.with("Idempotency-Replayed", "true");
  }

  private static String digest(Call call, String salt) {
    String text =
        call.request().method()
            + " "
            + call.request().rawPath()
            + " "
            + HexFormat.of().formatHex(call.body().digest());
    int rounds = call.route().body().hasSecret() ? SECRET_ROUNDS : 1;
    try {
      PBEKeySpec spec =
          new PBEKeySpec(text.toCharArray(), salt.getBytes(StandardCharsets.UTF_8), rounds, 256);
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "every JDK has PBKDF2", e);
    }
  }
}
