package io.vagus.registry.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteFileTest {
  private static final String INSERT = "insert into t values (?)";

  @TempDir Path folder;
  private SqliteFile file;

  @BeforeEach
  void open() {
    file = new SqliteFile(folder.resolve("f.db"));
    script("create table t (x text)");
  }

  @AfterEach
  void close() {
    file.close();
  }

  private void script(String sql) {
    boolean done =
        file.write(connection -> {
          connection.script(List.of(sql));
          return true;
        });
    assertThat(done).isTrue();
  }

  private long rows() {
    return file.read(sql -> sql.number("select count(*) from t"));
  }

  @Test
  void aFullDiskUndoesTheTransactionAndTheNextOneWorksOnceThereIsSpace() {
    script("pragma max_page_count = 10");
    assertThatThrownBy(() ->
            file.write(sql -> {
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
    int inserted = file.write(sql -> sql.update(INSERT, "x"));
    assertThat(inserted).isEqualTo(1);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void whatTheWorkThrowsUndoesItsTransaction() {
    assertThatThrownBy(() ->
            file.write(sql -> {
              int inserted = sql.update(INSERT, "x");
              throw new IllegalStateException("after " + inserted);
            }))
        .hasMessage("after 1");
    assertThat(rows()).isZero();
  }

  @Test
  void readersSeeTheLastCommitAndCannotWrite() {
    long seenWhileWriting =
        file.write(sql -> {
          assertThat(sql.update(INSERT, "x")).isEqualTo(1);
          return rows();
        });
    assertThat(seenWhileWriting).isZero();
    assertThat(rows()).isEqualTo(1);
    assertThatThrownBy(() -> file.read(sql -> sql.update(INSERT, "y")))
        .isInstanceOf(VagusException.class);
  }

  @Test
  void aSecondWriterOnTheSameFileIsBusy() {
    assertThatThrownBy(() ->
            file.write(sql -> {
              try (SqliteFile other = new SqliteFile(folder.resolve("f.db"))) {
                return other.write(o -> o.update(INSERT, "x"));
              }
            }))
        .isInstanceOfSatisfying(
            VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
  }
}
