package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.registry.AnswerRules;
import io.vagus.registry.IdempotentAnswers;
import io.vagus.registry.Rules;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers by key. The counts belong to the file's writer. */
final class SqlAnswers implements IdempotentAnswers {
  private final Database database;
  private final WallClock wall;
  private long answers;
  private long bodyChars;

  private record Stored(String digest, Answer answer) {}

  SqlAnswers(Database database, WallClock wall) {
    this.database = database;
    this.wall = wall;
    database.write(this::count);
  }

  private boolean count(SqlConnection sql) {
    answers = sql.number("select count(*) from idempotent_answer");
    bodyChars = sql.number("select sum(length(body)) from idempotent_answer");
    return true;
  }

  @Override
  public Optional<Answer> find(String holder, String key, String requestDigest) {
    Optional<Stored> stored =
        database.read(sql ->
            sql.first(
                row -> new Stored(row.text(1), new Answer((int) row.number(2), row.text(3))),
                "select digest, status, body from idempotent_answer"
                    + " where holder = ? and idempotency_key = ? and stored_micros > ?",
                holder,
                key,
                AnswerRules.expiryMicros(wall.micros())));
    stored.ifPresent(s -> AnswerRules.requireSame(key, s.digest(), requestDigest));
    return stored.map(Stored::answer);
  }

  @Override
  public void once(
      String holder, String key, String requestDigest, Supplier<Optional<Answer>> work) {
    Rules.requireAnswerKey(key);
    database.writeOnce(sql -> {
      Optional<Answer> answer = work.get();
      answer.ifPresent(a -> store(sql, holder, key, requestDigest, a));
      return answer.isPresent();
    });
  }

  private void store(
      SqlConnection sql, String holder, String key, String requestDigest, Answer answer) {
    long expiry = AnswerRules.expiryMicros(wall.micros());
    if (sql.update("delete from idempotent_answer where stored_micros <= ?", expiry) > 0) {
      count(sql);
    }
    int stored =
        sql.update(
            "insert into idempotent_answer values (?, ?, ?, ?, ?, ?)"
                + " on conflict (holder, idempotency_key) do nothing",
            holder,
            key,
            requestDigest,
            answer.status(),
            answer.body(),
            wall.micros());
    answers += stored;
    bodyChars += stored * (long) answer.body().length();
    while (AnswerRules.isTooMuch(answers, bodyChars)) {
      forgetOldestQuarter(sql);
    }
  }

  private void forgetOldestQuarter(SqlConnection sql) {
    sql.update(
        "delete from idempotent_answer where stored_micros <= (select stored_micros from"
            + " idempotent_answer order by stored_micros limit 1 offset ?)",
        answers / 4);
    count(sql);
  }
}
