package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest {
  private static final String INSERT = "insert into t values (?)";

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(new SqliteEngine(folder.resolve("f.db")));
    script("create table t (x text)");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void script(String sql) {
    boolean done =
        database.write(connection -> {
          connection.script(List.of(sql));
          return true;
        });
    assertThat(done).isTrue();
  }

  private long rows() {
    return database.read(sql -> sql.number("select count(*) from t"));
  }

  @Test
  void aFullDiskUndoesTheTransactionAndTheNextOneWorksOnceThereIsSpace() {
    script("pragma max_page_count = 10");
    assertThatThrownBy(() ->
            database.write(sql -> {
              for (int i = 0; i < 100; i++) {
                sql.update(INSERT, "x".repeat(4096));
              }
              return 100;
            }))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL))
        .hasMessageContaining("f.db");
    assertThat(rows()).isZero();

    script("pragma max_page_count = 100000");
    int inserted = database.write(sql -> sql.update(INSERT, "x"));
    assertThat(inserted).isEqualTo(1);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void whatTheWorkThrowsUndoesItsTransaction() {
    assertThatThrownBy(() ->
            database.write(sql -> {
              int inserted = sql.update(INSERT, "x");
              throw new IllegalStateException("after " + inserted);
            }))
        .hasMessage("after 1");
    assertThat(rows()).isZero();
  }

  @Test
  void readersSeeTheLastCommitAndCannotWrite() {
    long seenByOthers =
        database.write(sql -> {
          assertThat(sql.update(INSERT, "x")).isEqualTo(1);
          assertThat(rows()).as("seen by the writer's own thread").isEqualTo(1);
          return CompletableFuture.supplyAsync(this::rows).join();
        });
    assertThat(seenByOthers).isZero();
    assertThat(rows()).isEqualTo(1);
    assertThatThrownBy(() -> database.read(sql -> sql.update(INSERT, "y")))
        .isInstanceOf(VagusException.class);
  }

  @Test
  void aTransactionWithinOneIsAPartOfItAndIsUndoneAlone() {
    List<String> followed = new ArrayList<>();
    database.write(
        sql -> {
          int one = database.write(s -> s.update(INSERT, "a"), n -> followed.add("a"));
          assertThatThrownBy(() ->
                  database.write(
                      s -> {
                        int two = s.update(INSERT, "b");
                        database.afterCommit(() -> followed.add("never"));
                        throw new IllegalStateException("after " + two);
                      },
                      n -> followed.add("never")))
              .hasMessage("after 1");
          database.afterCommit(() -> followed.add("afterwards " + rows()));
          assertThat(followed).isEmpty();
          return one;
        },
        n -> followed.add("outer"));
    assertThat(rows()).isEqualTo(1);
    assertThat(followed).containsExactly("a", "outer", "afterwards 1");
  }

  @Test
  void nothingFollowsATransactionThatIsUndone() {
    List<String> followed = new ArrayList<>();
    assertThatThrownBy(() ->
            database.write(sql -> {
              int one = database.write(s -> s.update(INSERT, "a"), n -> followed.add("a"));
              database.afterCommit(() -> followed.add("afterwards"));
              throw new IllegalStateException("after " + one);
            }))
        .hasMessage("after 1");
    assertThat(rows()).isZero();
    int inserted = database.write(sql -> sql.update(INSERT, "x"));
    assertThat(inserted).isEqualTo(1);
    assertThat(followed).isEmpty();
  }

  @Test
  void aSecondWriterOnTheSameFileIsBusy() {
    assertThatThrownBy(() ->
            database.write(sql -> {
              try (Database other = Database.open(new SqliteEngine(folder.resolve("f.db")))) {
                return other.write(o -> o.update(INSERT, "x"));
              }
            }))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
  }
}
