package io.vagus.series.questdb;

import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.CairoException;
import io.questdb.cairo.ErrorTag;
import io.questdb.cairo.O3PartitionPurgeJob;
import io.questdb.cairo.TableReader;
import io.questdb.cairo.TableToken;
import io.questdb.cairo.TableWriter;
import io.questdb.cairo.security.AllowAllSecurityContext;
import io.questdb.cairo.sql.Record;
import io.questdb.cairo.sql.RecordCursorFactory;
import io.questdb.cairo.wal.ApplyWal2TableJob;
import io.questdb.cairo.wal.CheckWalTransactionsJob;
import io.questdb.cairo.wal.WalPurgeJob;
import io.questdb.cairo.wal.WalWriter;
import io.questdb.cairo.wal.seq.SeqTxnTracker;
import io.questdb.griffin.SqlException;
import io.questdb.griffin.SqlExecutionContextImpl;
import io.questdb.std.str.Utf8String;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import io.vagus.model.Reading;
import io.vagus.series.Bucket;
import io.vagus.series.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Raw readings in two QuestDB tables, see {@link RawRow}. The engine has no threads here: whoever
 * commits applies its own write-ahead log, so that rows are visible when it returns.
 *
 * <p>{@link #write} belongs to one thread at a time, queries to any.
 */
final class RawStore implements AutoCloseable {
  private static final int ENOSPC = 28;
  private static final String RAW = "raw";
  private static final String DETAIL = "detail";

  private final Path root;
  private final CairoEngine engine;
  private final TableToken raw;
  private final TableToken detail;
  private final ApplyWal2TableJob applyJob;
  private final WalPurgeJob walPurgeJob;
  private final O3PartitionPurgeJob partitionPurgeJob;

  /** What {@link #scan} hands over; valid during the call. */
  @FunctionalInterface
  interface RowSink {
    void accept(long timeMicros, int id, double value, int meta);
  }

  static RawStore create(Path root) {
    return new RawStore(root, true);
  }

  /** Throws whatever the engine does when the files are not what they should be. */
  static RawStore open(Path root) {
    return new RawStore(root, false);
  }

  private RawStore(Path root, boolean fresh) {
    this.root = root;
    engine = new SmallEngine(new EngineConfig(root));
    try {
      if (fresh) {
        create();
      }
      raw = engine.verifyTableName(RAW);
      detail = engine.verifyTableName(DETAIL);
      applyJob = new ApplyWal2TableJob(engine, 1);
      walPurgeJob = new WalPurgeJob(engine);
      partitionPurgeJob = new O3PartitionPurgeJob(engine, 1);
      new CheckWalTransactionsJob(engine).checkMissingWalTransactions();
      apply();
      TableCheck.run(engine, raw, root);
      TableCheck.run(engine, detail, root);
    } catch (Throwable e) {
      engine.close();
      throw e;
    }
  }

  private void create() {
    execute(
        "create table raw (ts timestamp, sid int, value double, meta int)"
            + " timestamp(ts) partition by hour wal dedup upsert keys(ts, sid)");
    execute(
        "create table detail (ts timestamp, sid int, text varchar,"
            + " device_time long, received long, quality int)"
            + " timestamp(ts) partition by day wal dedup upsert keys(ts, sid)");
  }

  /** Makes readings durable and visible; of two of one series and time the later one counts. */
  void write(PendingReadings.Batch batch) {
    try {
      resume(raw);
      resume(detail);
      writeDetails(batch);
      try (WalWriter writer = engine.getWalWriter(raw)) {
        for (int i = 0; i < batch.count(); i++) {
          TableWriter.Row row = writer.newRow(batch.timeMicros(i));
          row.putInt(1, batch.id(i));
          row.putDouble(2, batch.number(i));
          row.putInt(3, batch.meta(i));
          row.append();
        }
        writer.commit();
      }
      apply();
    } catch (CairoException e) {
      throw failed("write", e);
    }
  }

  private void writeDetails(PendingReadings.Batch batch) {
    WalWriter writer = null;
    try {
      for (int i = 0; i < batch.count(); i++) {
        Reading r = batch.detail(i);
        if (r == null) {
          continue;
        }
        if (writer == null) {
          writer = engine.getWalWriter(detail);
        }
        TableWriter.Row row = writer.newRow(r.timeMicros());
        row.putInt(1, batch.id(i));
        row.putVarchar(2, r.text() == null ? null : new Utf8String(r.text()));
        row.putLong(3, r.deviceTimeMicros());
        row.putLong(4, r.receivedMicros());
        row.putInt(5, r.quality());
        row.append();
      }
      if (writer != null) {
        writer.commit();
      }
    } finally {
      if (writer != null) {
        writer.close();
      }
    }
  }

  /** Moves the write-ahead log into the tables and clears what nobody needs any more. */
  private void apply() {
    applyJob.drain(0);
    requireApplied(raw);
    requireApplied(detail);
    walPurgeJob.run(0);
    partitionPurgeJob.drain(0);
  }

  private void requireApplied(TableToken table) {
    SeqTxnTracker tracker = engine.getTableSequencerAPI().getTxnTracker(table);
    long last = engine.getTableSequencerAPI().lastTxn(table);
    if (tracker.isSuspended() || tracker.getWriterTxn() != last) {
      ErrorCode code =
          tracker.getErrorTag() == ErrorTag.DISK_FULL ? ErrorCode.DISK_FULL : ErrorCode.IO_FAILED;
      throw new VagusException(
          code,
          "table %s: transaction %d, %s (expected: %d)"
              .formatted(
                  table.getTableName(), tracker.getWriterTxn(), tracker.getErrorMessage(), last));
    }
  }

  /** After a lost resource, such as a full disk, the table goes on where it stopped. */
  private void resume(TableToken table) {
    if (engine.getTableSequencerAPI().isSuspended(table)) {
      engine.getTableSequencerAPI().resumeTable(table, 0);
    }
  }

  /**
   * Rows with {@code fromMicros <= ts < toMicros}, oldest first.
   *
   * @param condition SQL on {@code sid}
   */
  void scan(String condition, long fromMicros, long toMicros, long limit, RowSink sink) {
    String sql =
        "select ts, sid, value, meta from raw where ts >= %d and ts < %d and %s limit %d"
            .formatted(fromMicros, toMicros, condition, limit);
    try (OpenQuery query = open(sql)) {
      Record row = query.cursor().getRecord();
      while (query.cursor().hasNext()) {
        sink.accept(row.getTimestamp(0), row.getInt(1), row.getDouble(2), row.getInt(3));
      }
    }
  }

  /** Rows that hold a number, as buckets of one; texts and NaN are left out. */
  void numbers(String condition, long fromMicros, long toMicros, RollupTier.Finer.Sink sink) {
    scan(
        condition,
        fromMicros,
        toMicros,
        Long.MAX_VALUE,
        (time, id, value, meta) -> {
          if (!Double.isNaN(value)) {
            sink.accept(id, Bucket.of(time, value));
          }
        });
  }

  /** Details in the order of {@link #scan}; the caller closes it. */
  DetailCursor details(String condition, long fromMicros, long toMicros) {
    String sql =
        "select ts, sid, text, device_time, received, quality from detail where ts >= %d and ts < %d and %s"
            .formatted(fromMicros, toMicros, condition);
    return new DetailCursor(open(sql));
  }

  /** Drops all hours before a time, and days of details. */
  void dropBefore(long horizonMicros) {
    drop(raw, horizonMicros);
    drop(detail, Times.floor(horizonMicros, Times.DAY_MICROS));
    apply();
  }

  private void drop(TableToken table, long horizonMicros) {
    try (TableReader reader = engine.getReader(table)) {
      if (reader.size() == 0 || reader.getMinTimestamp() >= horizonMicros) {
        return;
      }
    }
    execute(
        "alter table %s drop partition where ts < %d"
            .formatted(table.getTableName(), horizonMicros));
  }

  long rowCount() {
    try (TableReader reader = engine.getReader(raw)) {
      return reader.size();
    }
  }

  /** Keeps all rows, see {@link RawSnapshot}. Nothing may be written meanwhile. */
  void snapshot(SnapshotFolder folder, String name) {
    try {
      RawSnapshot.take(engine, List.of(raw, detail), root, folder, name);
    } catch (CairoException e) {
      throw failed("snapshot", e);
    } catch (IOException e) {
      throw DurableFiles.failed("snapshot", e);
    }
  }

  private OpenQuery open(String sql) {
    SqlExecutionContextImpl context = context();
    RecordCursorFactory factory = null;
    try {
      factory = engine.select(sql, context);
      return new OpenQuery(context, factory, factory.getCursor(context));
    } catch (SqlException | CairoException e) {
      if (factory != null) {
        factory.close();
      }
      context.close();
      throw e instanceof CairoException lost
          ? failed("query", lost)
          : new VagusException(ErrorCode.INTERNAL, "query: " + sql, e);
    }
  }

  private void execute(String sql) {
    try (SqlExecutionContextImpl context = context()) {
      engine.execute(sql, context);
    } catch (SqlException e) {
      throw new VagusException(ErrorCode.INTERNAL, "statement: " + sql, e);
    }
  }

  private SqlExecutionContextImpl context() {
    SqlExecutionContextImpl context = new SqlExecutionContextImpl(engine, 1);
    context.with(AllowAllSecurityContext.INSTANCE);
    context.initNow();
    return context;
  }

  static VagusException failed(String what, CairoException e) {
    ErrorCode code = e.getErrno() == ENOSPC ? ErrorCode.DISK_FULL : ErrorCode.IO_FAILED;
    return new VagusException(code, what + ": " + e.getFlyweightMessage(), e);
  }

  @Override
  public void close() {
    applyJob.close();
    walPurgeJob.close();
    partitionPurgeJob.close();
    engine.close();
  }
}
